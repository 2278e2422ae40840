package io.meshbridge.gateway.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

import io.meshbridge.gateway.GatewayProperties;
import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.EndpointCatalog;
import io.meshbridge.rules.Location;
import io.meshbridge.rules.Problem;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteCompiler;
import io.meshbridge.rules.RulesException;
import io.meshbridge.rules.Setting;
import io.meshbridge.rules.YamlSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.config.ConfigDataNotFoundException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.cloud.stream.config.BinderProperties;
import org.springframework.cloud.stream.config.BindingProperties;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.StringUtils;

/**
 * Rules that are read to be looked at, without a gateway that runs: the files are those
 * that it would read.
 */
public final class RuleFiles {

	private static final String APPLICATION = "application";

	private static final Set<String> OF_THE_APPLICATION = Set.of("spring", "server", "management", "logging");

	private static final Set<String> RULES = Set.of("routes", "delivery");

	private final ConfigurableEnvironment environment = new StandardEnvironment();

	private final List<Problem> problems = new ArrayList<>();

	private final List<Setting> lists = new ArrayList<>();

	private @Nullable Setting delivery;

	private RuleFiles() {
	}

	/**
	 * Reads and compiles rules.
	 * @param files files with routes and files with the gateway's settings, together one
	 * configuration; none for what a gateway that is started here would read
	 * @throws RulesException with every problem of every file
	 */
	public static CompiledRules read(List<Path> files) {
		return new RuleFiles().compile(files);
	}

	private CompiledRules compile(List<Path> files) {
		List<Path> ruleFiles = new ArrayList<>();
		List<Path> settings = new ArrayList<>();
		files.forEach((file) -> (isApplicationFile(file) ? settings : ruleFiles).add(file));
		if (this.problems.isEmpty()) {
			loadSettings(settings, files.isEmpty());
		}
		EnvironmentSettings written = new EnvironmentSettings(this.environment);
		this.problems.addAll(new KnownProperties(getClass().getClassLoader()).check(written));
		Setting routes = written.tree("meshbridge.routes");
		if (routes != null) {
			this.lists.add(routes);
		}
		this.delivery = written.tree("meshbridge.delivery");
		Binder binder = Binder.get(this.environment);
		if (files.isEmpty()) {
			Path routesFile = Path.of(binder.bind("meshbridge.routes-file", String.class).orElse("routes.yaml"));
			if (Files.exists(routesFile)) {
				ruleFiles.add(routesFile);
			}
		}
		ruleFiles.forEach(this::addRules);
		EndpointCatalog catalog = catalog(binder);
		List<Route> compiled = List.of();
		try {
			compiled = new RouteCompiler(catalog).compile(this.lists, this.delivery);
		}
		catch (RulesException ex) {
			this.problems.addAll(ex.problems());
		}
		if (!this.problems.isEmpty()) {
			throw new RulesException(this.problems);
		}
		return new CompiledRules(compiled, this.lists, this.delivery, catalog,
				binder.bind("meshbridge.http.port", Integer.class).orElse(8080));
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
			Setting.Entry root = entries.entries().get("meshbridge");
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
			YamlSettings.RuleFile rules = YamlSettings.ruleFile(file.toString(), text(file));
			if (rules.routes() != null) {
				this.lists.add(rules.routes());
			}
			if (this.delivery == null) {
				this.delivery = rules.delivery();
			}
		}
		catch (RulesException ex) {
			this.problems.addAll(ex.problems());
		}
	}

	private static EndpointCatalog catalog(Binder binder) {
		Map<String, BinderProperties> binders = binder
			.bind("spring.cloud.stream.binders", Bindable.mapOf(String.class, BinderProperties.class))
			.orElse(Map.of());
		Map<String, BindingProperties> bindings = binder
			.bind("spring.cloud.stream.bindings", Bindable.mapOf(String.class, BindingProperties.class))
			.orElse(Map.of());
		String defaultBinder = binder.bind("spring.cloud.stream.default-binder", String.class).orElse("");
		Map<String, String> types = new HashMap<>();
		binderTypes().forEach((name) -> types.put(name, name));
		binders.forEach((name, properties) -> types.put(name,
				StringUtils.hasText(properties.getType()) ? properties.getType() : name));
		// A channel is no destination of a binder, though the embedded ones have one.
		types.remove(Endpoint.AtChannel.PREFIX);
		Map<String, String> bindingTypes = new HashMap<>();
		bindings.forEach((name, properties) -> {
			String at = StringUtils.hasText(properties.getBinder()) ? properties.getBinder() : defaultBinder;
			bindingTypes.put(name, types.getOrDefault(at, at));
		});
		boolean channels = binder.bind("meshbridge.embedded-broker.enabled", Boolean.class).orElse(true)
				|| !binder.bind("meshbridge.channels.backing", String.class)
					.orElse(GatewayProperties.Channels.EMBEDDED)
					.equals(GatewayProperties.Channels.EMBEDDED);
		return new EndpointCatalog(types.keySet(), bindings.keySet(), types, bindingTypes, channels);
	}

	/**
	 * The binders on the class path.
	 */
	private static Set<String> binderTypes() {
		Set<String> names = new TreeSet<>();
		try {
			for (URL url : Collections.list(RuleFiles.class.getClassLoader().getResources("META-INF/spring.binders"))) {
				try (var in = url.openStream()) {
					Properties types = new Properties();
					types.load(in);
					names.addAll(types.stringPropertyNames());
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("the binders on the class path can't be listed", ex);
		}
		return names;
	}

	/**
	 * What rules are made of, and what came of it.
	 *
	 * @param routes in the order of writing
	 * @param lists the {@code routes} lists as they are written
	 * @param delivery the defaults of every route as they are written, if any
	 * @param catalog what their endpoints may name
	 * @param httpPort where the gateway takes events in over HTTP
	 */
	public record CompiledRules(List<Route> routes, List<Setting> lists, @Nullable Setting delivery,
			EndpointCatalog catalog, int httpPort) {

		public CompiledRules {
			routes = List.copyOf(routes);
			lists = List.copyOf(lists);
		}

	}

}
