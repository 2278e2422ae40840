package io.meshbridge.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The surroundings that the tests of this package compile their rules in, and the tables
 * they run.
 */
final class Samples {

	static final EndpointCatalog CATALOG = new EndpointCatalog(Set.of("kafka", "rabbit", "mqtt", "http", "plant-a"),
			Set.of("orders-in", "orders-out"), Map.of("plant-a", "mqtt"),
			Map.of("orders-in", "kafka", "orders-out", "http"), false);

	/** The same where something holds channels. */
	static final EndpointCatalog WITH_CHANNELS = new EndpointCatalog(CATALOG.binders(), CATALOG.bindings(),
			CATALOG.types(), CATALOG.bindingTypes(), true);

	private Samples() {
	}

	static List<Route> compile(String rules) {
		return compile(CATALOG, rules);
	}

	static List<Route> compile(EndpointCatalog catalog, String rules) {
		YamlSettings.RuleFile file = YamlSettings.ruleFile("rules.yaml", rules);
		Setting routes = file.routes();
		List<Route> compiled = new RouteCompiler(catalog).compile((routes != null) ? List.of(routes) : List.of(),
				file.delivery());
		assertThat(SchemaCheck.errors(YamlSettings.read("rules.yaml", rules))).as("errors by the JSON Schema")
			.isEmpty();
		return compiled;
	}

	/**
	 * A route from kafka:in to kafka:out with more keys.
	 */
	static Route route(String keys) {
		return compile("routes: [{id: r, from: kafka:in, to: kafka:out, " + keys + "}]").get(0);
	}

	/**
	 * The tables in a folder of the test resources, by file name.
	 */
	static Map<String, Object> tables(String folder) {
		Map<String, Object> tables = new LinkedHashMap<>();
		files(folder).forEach((file) -> {
			Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
			tables.put(Objects.requireNonNull(file.getFileName()).toString(), yaml.load(text(file)));
		});
		return tables;
	}

	/**
	 * The files in a folder of the test resources, by name.
	 */
	static Stream<Path> files(String folder) {
		try (Stream<Path> files = Files.list(Path.of(resource(folder)))) {
			return files.sorted().toList().stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static String text(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static URI resource(String name) {
		try {
			return Objects.requireNonNull(Samples.class.getResource(name)).toURI();
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@SuppressWarnings("unchecked")
	static Map<String, Object> map(@Nullable Object value) {
		return (Map<String, Object>) Objects.requireNonNull(value);
	}

	static List<Map<String, Object>> maps(@Nullable Object value) {
		List<Map<String, Object>> maps = new ArrayList<>();
		((List<?>) Objects.requireNonNull(value)).forEach((item) -> maps.add(map(item)));
		return maps;
	}

	static List<String> texts(@Nullable Object value) {
		return ((List<?>) Objects.requireNonNull(value)).stream().map(String::valueOf).toList();
	}

	/**
	 * An event with the attributes of a table; {@code id}, {@code source} and
	 * {@code type} have defaults, and what is a number or boolean there is a typed
	 * attribute; {@code data} is its text.
	 */
	static CloudEvent event(Map<String, Object> attributes) {
		CloudEventBuilder event = CloudEventBuilder.v1().withId("1").withSource(URI.create("/test")).withType("test");
		attributes.forEach((name, value) -> {
			switch (name) {
				case "time" -> event.withTime(OffsetDateTime.parse((String) value));
				case "source" -> event.withSource(URI.create((String) value));
				case "data" -> event.withData(((String) value).getBytes(StandardCharsets.UTF_8));
				case "dataschema" -> event.withDataSchema(URI.create((String) value));
				default -> {
					if (value instanceof Integer number) {
						event.withExtension(name, number);
					}
					else if (value instanceof Boolean flag) {
						event.withExtension(name, flag);
					}
					else if (value instanceof byte[] bytes) {
						event.withExtension(name, bytes);
					}
					else {
						event.withContextAttribute(name, (String) value);
					}
				}
			}
		});
		return event.build();
	}

}
