package io.meshbridge.gateway.routes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.meshbridge.gateway.GatewayProperties;
import io.meshbridge.rules.EndpointCatalog;
import io.meshbridge.rules.Problem;
import io.meshbridge.rules.RulesException;
import io.meshbridge.rules.Setting;
import io.meshbridge.rules.YamlSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Reads the rules from where users write them: {@code meshbridge.routes} in any property
 * source, and the routes file.
 */
@Component
class RuleSources {

	private final Environment environment;

	private final ConfiguredRules rules;

	private final RoutesFile file;

	private @Nullable Rules initial;

	RuleSources(Environment environment, GatewayProperties properties) {
		this.environment = environment;
		this.rules = new ConfiguredRules(environment, properties);
		this.file = new RoutesFile(Path.of(properties.routesFile()));
	}

	/**
	 * Where routes stand that can be changed while the gateway runs.
	 */
	RoutesFile file() {
		return this.file;
	}

	/**
	 * What the gateway starts with.
	 * @throws RulesException with every problem of every place
	 */
	synchronized Rules initial() {
		if (this.initial == null) {
			this.initial = read();
		}
		return this.initial;
	}

	private Rules read() {
		String text = null;
		try {
			text = this.file.read().text();
		}
		catch (IOException ex) {
			throw new RulesException(List.of(this.file.unreadable(ex)));
		}
		return new Rules(compile(text), text);
	}

	/**
	 * Compiles the rules of all places.
	 * @param text of the routes file; {@code null} when there is none
	 * @throws RulesException with every problem of every place
	 */
	CompiledRules compile(@Nullable String text) {
		List<YamlSettings.RuleFile> read = List.of();
		List<Problem> problems = List.of();
		try {
			read = (text == null) ? List.of() : List.of(YamlSettings.ruleFile(this.file.name(), text));
		}
		catch (RulesException ex) {
			problems = ex.problems();
		}
		return this.rules.compile(read, problems);
	}

	/**
	 * Fingerprint of the rules that stand elsewhere than in the routes file.
	 */
	String elsewhere() {
		EnvironmentSettings settings = new EnvironmentSettings(this.environment);
		return revision(settings.tree("meshbridge.routes")) + "/" + revision(settings.tree("meshbridge.delivery"));
	}

	private static String revision(@Nullable Setting setting) {
		return (setting == null) ? "" : setting.revision();
	}

	/**
	 * Compiles the rules of all places.
	 * @param file what the routes file says
	 * @throws RulesException with every problem of every place
	 */
	CompiledRules compile(YamlSettings.RuleFile file) {
		return this.rules.compile(List.of(file), List.of());
	}

	/**
	 * What endpoints may name here.
	 */
	EndpointCatalog catalog() {
		return this.rules.catalog();
	}

	/**
	 * Rules that were compiled.
	 *
	 * @param text of the routes file; {@code null} when there is none
	 */
	record Rules(CompiledRules compiled, @Nullable String text) {
	}

}
