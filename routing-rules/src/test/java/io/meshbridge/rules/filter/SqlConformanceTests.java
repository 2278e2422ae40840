package io.meshbridge.rules.filter;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The conformance tests of CloudEvents SQL in {@code cesql-tck/}, through
 * {@link Filter#sql}. A filter knows true, false and error only, so an expression that
 * gives a number or a text is compared with the expected one, and of an error its value
 * does not count.
 */
class SqlConformanceTests {

	/** Error kinds that are found when the rule is read. */
	private static final List<String> FOUND_EARLY = List.of("parse", "missingFunction");

	/** Expressions are text, also {@code TRUE} and {@code -1}. */
	private static final Pattern BARE_EXPRESSION = Pattern.compile("(?m)^( +expression: )([^\"'\n]+)$");

	@TestFactory
	Stream<DynamicTest> conformanceTests() {
		return cases().entrySet()
			.stream()
			.map((test) -> DynamicTest.dynamicTest(test.getKey(), () -> check(test.getValue())));
	}

	@Test
	void allAreRun() {
		assertThat(cases()).hasSize(275);
	}

	private static void check(Map<String, Object> test) throws ExpressionException {
		String expression = (String) Objects.requireNonNull(test.get("expression"));
		Object result = test.get("result");
		String error = (String) test.get("error");
		if (error != null && FOUND_EARLY.contains(error)) {
			assertThatExceptionOfType(ExpressionException.class).isThrownBy(() -> Filter.sql(expression));
			return;
		}
		Filter filter = Filter.sql(condition(expression, result));
		Verdict verdict = filter.explain(event(test));
		assertThat(verdict.outcome()).as(verdict.toString()).isEqualTo(expected(result, error));
	}

	private static String condition(String expression, @Nullable Object result) {
		if (result == null || result instanceof Boolean) {
			return expression;
		}
		return "(" + expression + ") = " + ((result instanceof String text) ? quoted(text) : result);
	}

	private static String quoted(String text) {
		return "'" + text.replace("'", "\\'") + "'";
	}

	private static Outcome expected(@Nullable Object result, @Nullable String error) {
		return (error != null) ? Outcome.ERROR : Outcome.of(!Boolean.FALSE.equals(result));
	}

	private static CloudEvent event(Map<String, Object> test) {
		Map<String, Object> attributes = new HashMap<>(Map.of("id", "1", "source", "/test", "type", "test"));
		attributes.putAll(map(test.get("event")));
		attributes.putAll(map(test.get("eventOverrides")));
		CloudEventBuilder event = CloudEventBuilder.v1();
		attributes.forEach((name, value) -> {
			switch (name) {
				case "specversion", "data" -> {
					// The one is 1.0 always, the other is not read.
				}
				case "source" -> event.withSource(URI.create((String) value));
				case "dataschema" -> event.withDataSchema(URI.create((String) value));
				case "time" -> event.withTime(OffsetDateTime.parse((String) value));
				default -> {
					if (value instanceof Integer number) {
						event.withExtension(name, number);
					}
					else if (value instanceof Boolean flag) {
						event.withExtension(name, flag);
					}
					else {
						event.withContextAttribute(name, (String) value);
					}
				}
			}
		});
		return event.build();
	}

	private static Map<String, Map<String, Object>> cases() {
		Map<String, Map<String, Object>> cases = new LinkedHashMap<>();
		try (Stream<Path> files = Files.list(folder())) {
			for (Path file : files.filter((path) -> path.toString().endsWith(".yaml")).sorted().toList()) {
				String text = BARE_EXPRESSION.matcher(Files.readString(file)).replaceAll("$1\"$2\"");
				for (Object test : (List<?>) Objects.requireNonNull(map(yaml().load(text)).get("tests"))) {
					cases.put((cases.size() + 1) + " " + file.getFileName() + ": " + map(test).get("name"), map(test));
				}
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		return cases;
	}

	/** YAML whose timestamps are text, as those tests have them. */
	private static Yaml yaml() {
		LoaderOptions options = new LoaderOptions();
		DumperOptions dumper = new DumperOptions();
		return new Yaml(new SafeConstructor(options), new Representer(dumper), dumper, options, new Resolver() {

			@Override
			protected void addImplicitResolvers() {
				addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
				addImplicitResolver(Tag.INT, INT, "-+0123456789");
			}

		});
	}

	private static Path folder() {
		try {
			return Path.of(Objects.requireNonNull(SqlConformanceTests.class.getResource("cesql-tck")).toURI());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> map(@Nullable Object value) {
		return (value == null) ? Map.of() : (Map<String, Object>) value;
	}

}
