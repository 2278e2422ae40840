package io.meshbridge.rules;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Each wrong file in {@code problems/} says what is wrong, where, and what was expected,
 * word for word.
 */
class ProblemTests {

	@TestFactory
	Stream<DynamicTest> wrongRules() {
		return Samples.tables("problems")
			.entrySet()
			.stream()
			.flatMap((table) -> Samples.maps(table.getValue())
				.stream()
				.map((test) -> DynamicTest.dynamicTest(table.getKey() + ": " + test.get("name"), () -> check(test))));
	}

	private void check(Map<String, Object> test) {
		assertThatExceptionOfType(RulesException.class)
			.isThrownBy(() -> Samples.compile(String.valueOf(test.get("rules"))))
			.satisfies((ex) -> assertThat(ex.problems()).extracting(Problem::toString)
				.containsExactlyElementsOf(Samples.texts(test.get("problems"))));
	}

	@Test
	void theMessageHasOneLineForEachProblem() {
		assertThatExceptionOfType(RulesException.class)
			.isThrownBy(() -> Samples.compile("routes:\n  - {id: a, from: kafka:a}\n  - {id: b, to: kafka:b}\n"))
			.withMessage("""
					rules.yaml:2:5: routes[0] (a): required key 'to' is missing, expected an endpoint such as \
					'to: kafka:orders', or a list of them
					rules.yaml:3:5: routes[1] (b): required key 'from' is missing, expected an endpoint such as \
					'from: kafka:orders'""");
	}

	@Test
	void idsAreUniqueOverAllFiles() {
		Setting one = YamlSettings.ruleFile("b.yaml", "routes: [{id: x, from: kafka:a, to: kafka:b}]").routes();
		Setting two = YamlSettings.ruleFile("a.yaml", "routes: [{id: x, from: kafka:c, to: kafka:d}, {}]").routes();
		assertThat(one).isNotNull();
		assertThat(two).isNotNull();
		assertThatExceptionOfType(RulesException.class)
			.isThrownBy(() -> new RouteCompiler(Samples.CATALOG).compile(List.of(one, two), null))
			.withMessage("""
					a.yaml:1:15: routes[0] (x).id: 'x' is the id of another route too, at b.yaml:1:15, \
					expected a unique one
					a.yaml:1:47: routes[1]: is empty, expected a route with id, from and to""");
	}

	@Test
	void filtersNestedWithoutEndAreAProblem() {
		Location here = new Location("env", 0, 0);
		Setting filter = new Setting.Scalar(here, "");
		for (int i = 0; i < 10_000; i++) {
			filter = new Setting.Entries(here, Map.of("not", new Setting.Entry(here, filter)));
		}
		Setting route = new Setting.Entries(here,
				Map.of("id", new Setting.Entry(here, new Setting.Scalar(here, "r")), "from",
						new Setting.Entry(here, new Setting.Scalar(here, "kafka:a")), "to",
						new Setting.Entry(here, new Setting.Scalar(here, "kafka:b")), "filters",
						new Setting.Entry(here, new Setting.Items(here, List.of(filter)))));
		assertThatExceptionOfType(RulesException.class)
			.isThrownBy(() -> new RouteCompiler(Samples.CATALOG)
				.compile(List.of(new Setting.Items(here, List.of(route))), null))
			.withMessageStartingWith("env: routes[0] (r).filters[0].not.not.")
			.withMessageEndingWith(": is nested deeper than 32 levels, expected fewer");
	}

	@Test
	void credentialsInAnEndpointAreNeverRepeated() {
		for (String endpoint : List.of("https://joe:hunter2@example.com/", "https://joe:hunter2@exa mple/",
				"amqp://joe:hunter2@example.com/q", "kafka://joe:hunter2@ x")) {
			assertThatExceptionOfType(RulesException.class)
				.isThrownBy(
						() -> Samples.compile("routes: [{id: r, from: '" + endpoint + "', to: '" + endpoint + "'}]"))
				.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("hunter2"));
		}
	}

}
