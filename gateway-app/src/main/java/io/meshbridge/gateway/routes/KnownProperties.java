package io.meshbridge.gateway.routes;

import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.meshbridge.rules.Problem;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.io.UrlResource;

/**
 * The properties that exist, by the configuration metadata of every module in the class
 * path, so that a misspelt one is found instead of ignored.
 */
final class KnownProperties {

	private static final String METADATA = "META-INF/spring-configuration-metadata.json";

	/**
	 * How those begin that are checked. Most libraries have none, and a lot of metadata.
	 */
	private static final String OURS = "meshbridge.";

	private final Map<String, ConfigurationPropertyName> names = new TreeMap<>();

	KnownProperties(ClassLoader classLoader) {
		add("meshbridge.routes");
		add("meshbridge.delivery");
		JsonMapper json = new JsonMapper();
		try {
			for (URL url : Collections.list(classLoader.getResources(METADATA))) {
				String metadata = new UrlResource(url).getContentAsString(StandardCharsets.UTF_8);
				if (metadata.contains(OURS)) {
					for (JsonNode property : json.readTree(metadata).path("properties")) {
						String name = property.path("name").asString("");
						if (name.startsWith(OURS)) {
							add(name);
						}
					}
				}
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException("the configuration metadata can't be read", ex);
		}
	}

	private void add(String name) {
		this.names.put(name, ConfigurationPropertyName.of(name));
	}

	/**
	 * A problem for each property below {@code meshbridge} that does not exist.
	 */
	List<Problem> check(EnvironmentSettings settings) {
		List<Problem> problems = new ArrayList<>();
		settings.locations().forEach((name, location) -> {
			if (this.names.values().stream().noneMatch((known) -> known.equals(name) || known.isAncestorOf(name))) {
				problems.add(Problem.unknownName(location, name.toString(), this.names.keySet()));
			}
		});
		return problems;
	}

}
