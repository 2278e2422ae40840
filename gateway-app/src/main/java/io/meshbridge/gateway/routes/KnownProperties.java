package io.meshbridge.gateway.routes;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.meshbridge.rules.Problem;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/**
 * The properties that exist, by the configuration metadata of every module in the class
 * path, so that a misspelt one is found instead of ignored.
 */
final class KnownProperties {

	private static final String METADATA = "META-INF/spring-configuration-metadata.json";

	private static final Set<String> TREES = Set.of("meshbridge.routes", "meshbridge.delivery");

	private final Set<String> names = new TreeSet<>();

	KnownProperties(ClassLoader classLoader) {
		JsonMapper json = new JsonMapper();
		try {
			for (URL url : Collections.list(classLoader.getResources(METADATA))) {
				try (InputStream in = url.openStream()) {
					for (JsonNode property : json.readTree(in).path("properties")) {
						String name = property.path("name").asString("");
						if (name.startsWith("meshbridge.")) {
							this.names.add(name);
						}
					}
				}
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException("the configuration metadata can't be read", ex);
		}
	}

	/**
	 * A problem for each property below {@code meshbridge} that does not exist.
	 */
	List<Problem> check(EnvironmentSettings settings) {
		List<Problem> problems = new ArrayList<>();
		settings.locations().forEach((name, location) -> {
			if (!known(name)) {
				problems.add(Problem.unknownName(location, name.toString(), candidates()));
			}
		});
		return problems;
	}

	private Set<String> candidates() {
		Set<String> all = new TreeSet<>(this.names);
		all.addAll(TREES);
		return all;
	}

	private boolean known(ConfigurationPropertyName name) {
		for (ConfigurationPropertyName known : all()) {
			if (known.equals(name) || known.isAncestorOf(name)) {
				return true;
			}
		}
		return false;
	}

	private List<ConfigurationPropertyName> all() {
		return candidates().stream().map(ConfigurationPropertyName::of).toList();
	}

}
