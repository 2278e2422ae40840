package io.meshbridge.gateway.routes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.meshbridge.gateway.GatewayProperties;
import io.meshbridge.rules.Location;
import io.meshbridge.rules.Problem;
import io.meshbridge.rules.RulesException;
import io.meshbridge.rules.Setting;
import io.meshbridge.rules.YamlSettings;
import io.meshbridge.rules.transform.ConfluentRegistry;
import io.meshbridge.rules.transform.TransformLimits;

import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.config.ConfigDataNotFoundException;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Rules that are read to be looked at, without a gateway that runs: the files are those
 * that it would read.
 */
public final class RuleFiles {

	private static final String ROOT = "meshbridge";

	private static final String APPLICATION = "application";

	private static final Set<String> OF_THE_APPLICATION = Set.of("spring", "server", "management", "logging");

	private static final Set<String> RULES = Set.of("routes", "delivery");

	private final ConfigurableEnvironment environment = new StandardEnvironment();

	private final List<Problem> problems = new ArrayList<>();

	private final List<YamlSettings.RuleFile> rules = new ArrayList<>();

	private RuleFiles() {
	}

	/**
	 * Reads and compiles rules.
	 * @param files files with routes and files with the gateway's settings, together one
	 * configuration; none for what a gateway that is started here would read
	 * @throws RulesException with every problem of every file
	 */
	public static ReadRules read(List<Path> files) {
		return new RuleFiles().compile(files);
	}

	private ReadRules compile(List<Path> files) {
		List<Path> ruleFiles = new ArrayList<>();
		List<Path> settings = new ArrayList<>();
		files.forEach((file) -> (isApplicationFile(file) ? settings : ruleFiles).add(file));
		loadSettings(settings, files.isEmpty());
		GatewayProperties properties = properties();
		if (files.isEmpty()) {
			Path routesFile = Path.of(properties.routesFile());
			if (Files.exists(routesFile)) {
				ruleFiles.add(routesFile);
			}
		}
		ruleFiles.forEach(this::addRules);
		return new ReadRules(new ConfiguredRules(this.environment, properties).compile(this.rules, this.problems),
				properties.transformLimits(ConfluentRegistry.Watch.NOBODY));
	}

	/**
	 * The gateway's own settings; where they are wrong, which is told, those that hold by
	 * themselves.
	 */
	private GatewayProperties properties() {
		try {
			return Binder.get(this.environment).bindOrCreate(ROOT, GatewayProperties.class);
		}
		catch (BindException ex) {
			Location written = new EnvironmentSettings(this.environment).locations().get(ex.getName());
			this.problems
				.add(new Problem((written == null) ? new Location("settings", 0, 0) : written, ex.getName().toString(),
						String.valueOf(NestedExceptionUtils.getMostSpecificCause(ex).getMessage())));
			return new Binder().bindOrCreate(ROOT, GatewayProperties.class);
		}
	}

	private boolean isApplicationFile(Path file) {
		String name = Objects.toString(file.getFileName(), "");
		if (name.startsWith(APPLICATION) || name.endsWith(".properties")) {
			return true;
		}
		try {
			Setting document = YamlSettings.read(file.toString(), text(file));
			if (!(document instanceof Setting.Entries entries)) {
				return false;
			}
			Setting.Entry root = entries.entries().get(ROOT);
			boolean otherSettings = root != null && root.value() instanceof Setting.Entries ours
					&& !RULES.containsAll(ours.entries().keySet());
			return otherSettings || !Collections.disjoint(entries.entries().keySet(), OF_THE_APPLICATION);
		}
		catch (RulesException ex) {
			// Told when its rules are read.
			return false;
		}
	}

	private String text(Path file) {
		try {
			return Files.readString(file, StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			String why = (ex instanceof NoSuchFileException) ? "does not exist" : "can't be read: " + ex;
			throw new RulesException(List.of(new Problem(new Location(file.toString(), 0, 0), "file", why)));
		}
	}

	private void loadSettings(List<Path> files, boolean here) {
		List<String> locations = new ArrayList<>(List.of("optional:classpath:/"));
		if (here) {
			locations.addAll(List.of("optional:file:./", "optional:file:./config/"));
		}
		files.forEach((file) -> locations.add("file:" + file.toAbsolutePath()));
		this.environment.getPropertySources()
			.addLast(new MapPropertySource("files", Map.of("spring.config.location", String.join(",", locations))));
		try {
			ConfigDataEnvironmentPostProcessor.applyTo(this.environment);
		}
		catch (ConfigDataNotFoundException ex) {
			this.problems.add(new Problem(new Location(String.join(", ", locations), 0, 0), "file",
					String.valueOf(ex.getMessage())));
		}
	}

	private void addRules(Path file) {
		try {
			this.rules.add(YamlSettings.ruleFile(file.toString(), text(file)));
		}
		catch (RulesException ex) {
			this.problems.addAll(ex.problems());
		}
	}

	/**
	 * Rules that were read.
	 *
	 * @param limits what one transform of one event may use
	 */
	public record ReadRules(CompiledRules compiled, TransformLimits limits) {
	}

}
