package io.meshbridge.rules;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.meshbridge.rules.lint.Finding;
import io.meshbridge.rules.lint.Linter;
import io.meshbridge.rules.lint.Severity;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The linter finds what each table in {@code lint/} says, word for word, and nothing in
 * the files of {@code good/}.
 */
class LintTests {

	private static final int HTTP_PORT = 8080;

	@TestFactory
	Stream<DynamicTest> findings() {
		return Samples.tables("lint")
			.entrySet()
			.stream()
			.flatMap((table) -> Samples.maps(table.getValue())
				.stream()
				.map((test) -> DynamicTest.dynamicTest(table.getKey() + ": " + test.get("name"), () -> check(test))));
	}

	private static void check(Map<String, Object> test) {
		EndpointCatalog catalog = Boolean.FALSE.equals(test.get("channels")) ? Samples.CATALOG : Samples.WITH_CHANNELS;
		assertThat(lint(catalog, String.valueOf(test.get("rules")))).extracting(Finding::toString)
			.containsExactlyElementsOf(Samples.texts(test.get("findings")));
	}

	@TestFactory
	Stream<DynamicTest> nothingInGoodFiles() {
		return Samples.files("good")
			.map((file) -> DynamicTest.dynamicTest(String.valueOf(file.getFileName()),
					() -> assertThat(lint(Samples.WITH_CHANNELS, Samples.text(file))).isEmpty()));
	}

	@Test
	void aProblemIsAnErrorWithoutACheck() {
		Problem problem = new Problem(new Location("a.yaml", 1, 2), "routes[0].from", "is wrong");
		assertThat(Finding.of(problem).severity()).isEqualTo(Severity.ERROR);
		assertThat(Finding.of(problem)).hasToString("a.yaml:1:2: error: routes[0].from: is wrong");
	}

	private static List<Finding> lint(EndpointCatalog catalog, String rules) {
		YamlSettings.RuleFile file = YamlSettings.ruleFile("rules.yaml", rules);
		List<Setting> lists = List.of(Objects.requireNonNull(file.routes()));
		List<Route> routes = new RouteCompiler(catalog).compile(lists, file.delivery());
		return new Linter(catalog, HTTP_PORT).lint(routes, lists, file.delivery());
	}

}
