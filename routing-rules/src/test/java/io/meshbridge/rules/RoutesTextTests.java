package io.meshbridge.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RoutesTextTests {

	private static final String FILE = """
			# What the plant sends.
			delivery:
			  retry: 3   # enough

			routes:
			  # The first one.
			  - id: a
			    from: kafka:a   # in
			    to: kafka:out

			  # The second one,
			  # with two lines.
			  - id: b
			    description: |
			      Two lines
			      of text.

			    from: kafka:b
			    filters:
			      - exact: {type: x}
			    to:
			      - kafka:out
			      # not yet: kafka:more

			  # The third one.
			  - {id: c, from: 'kafka:c', to: 'kafka:out'} # short
			# The end.
			""";

	private static final String ROUTE = """
			id: new
			from: kafka:new
			to:
			  - kafka:one # first
			  - kafka:two
			""";

	@Test
	void replacesOneRouteAndNothingElse() {
		String edited = RoutesText.of("f", FILE).with("b", "from: kafka:other\nto: kafka:out\n").text();
		assertThat(edited).isEqualTo(
				FILE.substring(0, FILE.indexOf("  - id: b")) + "  - id: 'b'\n    from: kafka:other\n    to: kafka:out\n"
						+ FILE.substring(FILE.indexOf("      # not yet")));
		assertThat(ids(edited)).containsExactly("a", "b", "c");
	}

	@Test
	void appendsARouteBehindTheLastOneInFrontOfWhatFollows() {
		String edited = RoutesText.of("f", FILE).with("new", ROUTE).text();
		assertThat(edited).isEqualTo(FILE.replace("# The end.\n", """
				  - id: new
				    from: kafka:new
				    to:
				      - kafka:one # first
				      - kafka:two
				# The end.
				"""));
		assertThat(ids(edited)).containsExactly("a", "b", "c", "new");
	}

	@Test
	void removesARouteWithTheCommentDirectlyAboveIt() {
		String edited = RoutesText.of("f", FILE).without("b").text();
		assertThat(edited).contains("    to: kafka:out\n\n      # not yet", "# The third one.")
			.doesNotContain("The second one", "with two lines", "id: b");
		assertThat(ids(edited)).containsExactly("a", "c");
		assertThat(ids(RoutesText.of("f", edited).without("a").without("c").text())).isEmpty();
		assertThat(RoutesText.of("f", FILE).without("none").text()).isEqualTo(FILE);
	}

	@Test
	void writesTheFirstRouteWhereverTheListIsMissingOrEmpty() {
		for (String text : List.of("", "# empty\n", "routes:\n", "routes: # none yet\n\n# end\n", "routes: []\n",
				"routes: [ ] # none", "routes: ~\n", "delivery: {retry: 1}\n", "delivery:\n  retry: 1\n# end\n",
				"meshbridge:\n  routes:\n", "meshbridge:\n  delivery:\n    retry: 1\n", "meshbridge:\n    routes: []",
				"{}", "{\"routes\": []}", "routes:\r\n", "\uFEFFroutes:\n")) {
			String edited = RoutesText.of("f", text).with("new", ROUTE).text();
			assertThat(ids(edited)).as("%s became%n%s", text, edited).containsExactly("new");
			text.lines()
				.filter((line) -> line.contains("#"))
				.forEach((line) -> assertThat(edited).contains(line.substring(line.indexOf('#'))));
			String twice = RoutesText.of("f", edited).with("more", "{from: 'kafka:x', to: 'kafka:y'}").text();
			assertThat(ids(twice)).as(twice).containsExactly("new", "more");
			assertThat(ids(RoutesText.of("f", twice).without("new").without("more").text())).isEmpty();
		}
	}

	@Test
	void editsFilesInFlowStyle() {
		for (String text : List.of("routes: [{id: a, from: 'kafka:a', to: 'kafka:out'}]\n",
				"routes: [{id: a, from: 'kafka:a', to: 'kafka:out'},\n  {id: b, from: 'kafka:b',\n to: ['kafka:out']}] # all\n",
				"{routes: [{id: a, from: 'kafka:a', to: 'kafka:out'}]}",
				"meshbridge: {routes: [{id: a, from: 'kafka:a', to: 'kafka:out'}]}\n",
				"{\"routes\": [{\"id\": \"a\", \"from\": \"kafka:a\", \"to\": [\"kafka:out\"]}]}")) {
			List<String> before = ids(text);
			String edited = RoutesText.of("f", text).with("new", ROUTE).text();
			List<String> expected = new ArrayList<>(before);
			expected.add("new");
			assertThat(ids(edited)).as(edited).isEqualTo(expected);
			assertThat(revisions(edited)).containsAll(revisions(text));
			assertThat(ids(RoutesText.of("f", text).without("a").text())).doesNotContain("a");
			String replaced = RoutesText.of("f", text).with("a", "from: kafka:z\nto: kafka:out").text();
			assertThat(ids(replaced)).as(replaced).isEqualTo(before);
			assertThat(replaced).contains("kafka:z").doesNotContain("kafka:a");
		}
	}

	@Test
	void writesJsonAsYamlThatMeansTheSame() {
		String json = """
				{"id": "j", "from": "kafka:a", "filters": [{"exact": {"type": "1.10", "source": "yes"}}],
				 "delivery": {"retry": 2, "backoff-delay": "1s"}, "to": ["kafka:out", {"uri": "kafka:b", "key": "on"}]}
				""";
		String edited = RoutesText.of("f", FILE).with("j", json).text();
		assertThat(edited).contains("""
				  - id: j
				    from: kafka:a
				    filters:
				      - exact:
				          type: '1.10'
				          source: 'yes'
				    delivery:
				      retry: 2
				      backoff-delay: 1s
				    to:
				      - kafka:out
				      - uri: kafka:b
				        key: 'on'
				""");
		assertThat(revisions(edited)).contains(Revision.of(YamlSettings.read("j", json)));
	}

	@Test
	void readsARouteAsItCouldBePutBack() {
		RoutesText text = RoutesText.of("f", FILE);
		assertThat(text.route("a")).isEqualTo("id: a\nfrom: kafka:a   # in\nto: kafka:out\n");
		assertThat(text.route("b")).startsWith("id: b\ndescription: |\n  Two lines\n  of text.\n\nfrom: kafka:b\n")
			.endsWith("to:\n  - kafka:out\n");
		assertThat(text.route("c")).isEqualTo("{id: c, from: 'kafka:c', to: 'kafka:out'}\n");
		assertThat(text.route("none")).isNull();
		for (String id : List.of("a", "b")) {
			assertThat(text.with(id, Objects.requireNonNull(text.route(id))).text()).isEqualTo(FILE);
		}
	}

	@Test
	void takesRoutesInWhicheverFormTheyCome() {
		for (String route : List.of("---\n" + ROUTE, "# why\n\n" + ROUTE + "...\n",
				"   id: new\n   from: kafka:a\n   to: kafka:b\n", "\uFEFF" + ROUTE, ROUTE.replace("\n", "\r\n"),
				"{id: new,\n from: 'kafka:a', to: 'kafka:b'}")) {
			String edited = RoutesText.of("f", FILE).with("new", route).text();
			assertThat(ids(edited)).as(edited).containsExactly("a", "b", "c", "new");
		}
		assertThat(RoutesText.of("f", FILE).with("new", "# why\n" + ROUTE).text()).contains("\n  # why\n  - id: new\n");
	}

	@Test
	void keepsLineEndsOfTheFile() {
		String windows = FILE.replace("\n", "\r\n");
		String edited = RoutesText.of("f", windows).with("new", ROUTE).without("a").text();
		assertThat(edited.replace("\r\n", "")).doesNotContain("\n");
		assertThat(ids(edited)).containsExactly("b", "c", "new");
		assertThat(RoutesText.of("f", windows).route("a"))
			.isEqualTo("id: a\r\nfrom: kafka:a   # in\r\nto: kafka:out\r\n");
	}

	@Test
	void findsRoutesBehindCharactersOfTwoUnits() {
		String text = "# \uD83D\uDE80 go\nroutes:\n- id: a\n  description: \uD83D\uDE80\n  from: kafka:a\n  to: kafka:o\n"
				+ "- id: b\n  from: kafka:b\n  to: kafka:o\n";
		assertThat(RoutesText.of("f", text).without("a").text())
			.isEqualTo("# \uD83D\uDE80 go\nroutes:\n- id: b\n  from: kafka:b\n  to: kafka:o\n");
	}

	@Test
	void saysWhatIsNoYaml() {
		assertThatExceptionOfType(RulesException.class).isThrownBy(() -> RoutesText.of("f.yaml", "routes: ["))
			.withMessageStartingWith("f.yaml:");
		assertThatExceptionOfType(RulesException.class).isThrownBy(() -> RoutesText.of("f", FILE).with("x", "id: ["));
	}

	private static List<String> ids(String text) {
		return routes(text).stream().map(Route::id).toList();
	}

	private static List<String> revisions(String text) {
		return routes(text).stream().map(Route::revision).toList();
	}

	private static List<Route> routes(String text) {
		YamlSettings.RuleFile file = YamlSettings.ruleFile("f", text);
		Setting list = file.routes();
		return new RouteCompiler(new EndpointCatalog(Set.of("kafka"), Set.of()))
			.compile((list == null) ? List.of() : List.of(list), file.delivery());
	}

}
