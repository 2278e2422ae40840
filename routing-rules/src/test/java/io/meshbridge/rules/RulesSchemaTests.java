package io.meshbridge.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.meshbridge.rules.reference.RulesSchema;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The JSON Schema says what the gateway says, as far as a schema can. That it accepts all
 * good rules is checked wherever tests compile some.
 */
class RulesSchemaTests {

	/** How problems begin that are ones of form: a schema finds them too. */
	private static final Pattern FORM = Pattern
		.compile("unknown key|required key|is a (?:list|mapping|number|boolean), "
				+ "|'[^']*' is (?:a number|a boolean|text), |is empty, |is no (?:filter dialect|step|content mode|order|rate)"
				+ "|names \\d+ (?:dialects|steps)|names no schema");

	private static final Pattern ROUTE = Pattern.compile("routes\\[(\\d+)]");

	private static final Pattern POINTER = Pattern.compile("/routes/(\\d+)");

	private final JsonNode schema = new JsonMapper().readTree(RulesSchema.json());

	@Test
	void isASchemaItself() {
		assertThat(SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
			.getSchema(JsonMapper.shared().readTree("{\"$ref\": \"https://json-schema.org/draft/2020-12/schema\"}"))
			.validate(this.schema)).isEmpty();
	}

	@Test
	void describesEveryKey() {
		this.schema.path("$defs")
			.forEach((block) -> block.path("properties")
				.forEach((key) -> assertThat(key.path("description").asString()).matches("(?s)[`A-Z].*\\.")));
	}

	@TestFactory
	Stream<DynamicTest> findsTheProblemsOfFormInEachRoute() {
		return Samples.tables("problems")
			.entrySet()
			.stream()
			.filter((table) -> !table.getKey().equals("yaml.yaml"))
			.flatMap((table) -> Samples.maps(table.getValue())
				.stream()
				.map((test) -> DynamicTest.dynamicTest(table.getKey() + ": " + test.get("name"), () -> check(test))));
	}

	private static void check(Map<String, Object> test) {
		Map<String, String> errors = SchemaCheck
			.errors(YamlSettings.read("rules.yaml", String.valueOf(test.get("rules"))));
		List<String> problems = Samples.texts(test.get("problems"));
		Set<String> found = new TreeSet<>();
		errors.keySet().forEach((pointer) -> found.add(route(POINTER.matcher(pointer))));
		assertThat(found).as("routes the schema refuses")
			.containsAll(routes(problems.stream().filter((problem) -> isOfForm(problem)).toList()));
		assertThat(routes(problems)).as("routes the gateway refuses; the schema: " + errors).containsAll(found);
	}

	private static boolean isOfForm(String problem) {
		String[] parts = problem.split(": ", 3);
		return parts.length == 3 && FORM.matcher(parts[2]).lookingAt();
	}

	private static Set<String> routes(List<String> problems) {
		Set<String> routes = new TreeSet<>();
		problems.forEach((problem) -> routes.add(route(ROUTE.matcher(problem))));
		return routes;
	}

	private static String route(Matcher route) {
		return route.find() ? route.group(1) : "file";
	}

	/**
	 * The readers take the names of their keys from the description; here each of them is
	 * found to be read, and by its choices to be described as it is read.
	 */
	@Test
	void everyKeyIsRead() {
		List<String> unread = new ArrayList<>();
		Map<String, String> places = Map.ofEntries(Map.entry("route", "{id: r, from: 'kafka:a', to: 'kafka:b', @}"),
				Map.entry("target", "{id: r, from: 'kafka:a', to: {uri: 'kafka:b.{id}', allow: [b], @}}"),
				Map.entry("event", "{id: r, from: 'kafka:a', to: 'kafka:b', event: {@}}"),
				Map.entry("filter", "{id: r, from: 'kafka:a', to: 'kafka:b', filters: [{@}]}"),
				Map.entry("operator", "{id: r, from: 'kafka:a', to: 'kafka:b', filters: [{data: {x: {@}}}]}"),
				Map.entry("comparison",
						"{id: r, from: 'kafka:a', to: 'kafka:b', filters: [{data: {x: {numeric: {@}}}}]}"),
				Map.entry("schema", "{id: r, from: 'kafka:a', to: 'kafka:b', schema: {registry: true, @}}"),
				Map.entry("step", "{id: r, from: 'kafka:a', to: 'kafka:b', transform: [{@}]}"),
				Map.entry("convert",
						"{id: r, from: 'kafka:a', to: 'kafka:b', transform: [{convert: {to: text/csv, @}}]}"),
				Map.entry("claim-check",
						"{id: r, from: 'kafka:a', to: 'kafka:b',"
								+ " transform: [{claim-check: {over: 1KB, store: x, @}}]}"),
				Map.entry("claim-restore",
						"{id: r, from: 'kafka:a', to: 'kafka:b', transform: [{claim-restore: {store: x, @}}]}"),
				Map.entry("delivery", "{id: r, from: 'kafka:a', to: 'kafka:b', delivery: {@}}"));
		places.forEach(
				(block, place) -> this.schema.path("$defs").path(block).path("properties").forEachEntry((key, form) -> {
					String rules = "routes: [" + place.replaceAll("(?<![a-z-])'?" + key + "'?: [^,}]*, @", "@")
						.replace("@", "\"" + key + "\": [[]]") + "]";
					if (problems(rules).stream().noneMatch((problem) -> problem.contains(key))) {
						unread.add(block + "." + key);
					}
					if (form.has("enum") && form.path("enum").get(0).isString()) {
						String wrong = rules.replace("[[]]", "xyzzy");
						List<String> values = form.path("enum").valueStream().map(JsonNode::asString).sorted().toList();
						assertThat(problems(wrong)).as(block + "." + key)
							.anySatisfy((problem) -> assertThat(problem)
								.contains("expected one of " + String.join(", ", values)));
					}
				}));
		// Free text, and what only counts beside others.
		assertThat(unread).containsExactlyInAnyOrder("route.description", "schema.message");
	}

	private static List<String> problems(String rules) {
		try {
			Setting routes = Objects.requireNonNull(YamlSettings.ruleFile("rules.yaml", rules).routes());
			new RouteCompiler(Samples.WITH_CHANNELS).compile(List.of(routes), null);
			return List.of();
		}
		catch (RulesException ex) {
			return ex.problems().stream().map(Problem::toString).toList();
		}
	}

}
