package io.meshbridge.gateway.admin;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Rules that are changed while the gateway runs: over {@code /admin}, and in their file.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class RulesApiTests {

	private static final Duration WAIT = Duration.ofSeconds(30);

	private static final String ROUTES = """
			delivery: {dead-letter-sink: none}

			routes:
			  # Keeps running.
			  - id: a
			    from: queue:a   # in
			    to: queue:out

			  - id: b
			    from: queue:b
			    to: queue:out
			""";

	private RunningGateway gateway;

	private Path file;

	@BeforeAll
	void start(@TempDir Path directory) throws Exception {
		Path config = Files.writeString(directory.resolve("application.yml"), """
				meshbridge:
				  routes:
				    - id: fixed
				      from: queue:fixed
				      to: queue:out
				""");
		this.file = directory.resolve("routes.yaml");
		this.gateway = new RunningGateway(directory, ROUTES, "--meshbridge.embedded-broker.enabled=false",
				"--meshbridge.routes-watch=100ms", "--spring.config.additional-location=file:" + config);
	}

	@AfterAll
	void stop() {
		this.gateway.close();
	}

	@BeforeEach
	void reset() throws Exception {
		if (Files.isSymbolicLink(this.file)) {
			Files.delete(this.file);
		}
		replaceFile(ROUTES);
		await().atMost(WAIT)
			.until(() -> this.gateway.get("/admin/rules").path("problems").isEmpty()
					&& yaml("/admin/routes").body().equals(ROUTES));
	}

	@Test
	void putsARouteWithoutTouchingTheRestOfTheFile() throws Exception {
		long before = revision();
		HttpResponse<String> answer = put("/admin/routes/c", "from: queue:c # new\nto: queue:out\n");
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
		JsonNode change = RunningGateway.json(answer);
		assertThat(change.path("revision").asLong()).isEqualTo(before + 1);
		assertThat(change.path("added").toString()).isEqualTo("[\"c\"]");
		assertThat(change.path("opened").toString()).isEqualTo("[\"source queue:c\"]");
		assertThat(Files.readString(this.file))
			.isEqualTo(ROUTES + "  - id: 'c'\n    from: queue:c # new\n    to: queue:out\n");
		this.gateway.send("c", "1", "any");
		assertThat(taken("out")).isEqualTo("1");
		assertThat(this.gateway.request("GET", "/admin/routes/c").headers().firstValue("ETag"))
			.isEqualTo(answer.headers().firstValue("ETag"));
		HttpResponse<String> again = put("/admin/routes/c", "{\"from\": \"queue:c\", \"to\": \"queue:other\"}");
		assertThat(again.statusCode()).isEqualTo(200);
		assertThat(RunningGateway.json(again).path("changed").toString()).isEqualTo("[\"c\"]");
		assertThat(RunningGateway.json(again).path("opened").toString()).isEqualTo("[\"target queue:other\"]");
		this.gateway.send("c", "2", "any");
		assertThat(taken("other")).isEqualTo("2");
		HttpResponse<String> removed = this.gateway.request("DELETE", "/admin/routes/c");
		assertThat(removed.statusCode()).isEqualTo(200);
		assertThat(Files.readString(this.file)).isEqualTo(ROUTES);
		await().atMost(WAIT)
			.until(() -> this.gateway.get("/admin/bindings")
				.valueStream()
				.noneMatch((binding) -> List.of("queue:c", "queue:other").contains(binding.path("name").asString())));
	}

	@Test
	void doesNotChangeTheRevisionWhenAllIsAsItWas() throws Exception {
		long before = revision();
		HttpResponse<String> written = yaml("/admin/routes/a");
		assertThat(written.body()).isEqualTo("id: a\nfrom: queue:a   # in\nto: queue:out\n");
		HttpResponse<String> answer = put("/admin/routes/a", written.body());
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(RunningGateway.json(answer).path("changed")).isEmpty();
		assertThat(put("/admin/routes", ROUTES).statusCode()).isEqualTo(200);
		assertThat(revision()).isEqualTo(before);
	}

	@Test
	void triesAChangeWithoutMakingIt() throws Exception {
		long before = revision();
		JsonNode change = RunningGateway
			.json(put("/admin/routes?dry-run=true", "routes: [{id: a, from: 'queue:x', to: 'queue:out'}]"));
		assertThat(change.toString()).startsWith("{\"dryRun\":true,\"revision\":" + before
				+ ",\"added\":[],\"changed\":[\"a\"],\"removed\":[\"b\"],\"opened\":[\"source queue:x\"],"
				+ "\"closed\":[\"source queue:a\",\"source queue:b\"],\"findings\":[");
		assertThat(change.path("findings").findValuesAsString("check")).contains("dead-letter-sink");
		assertThat(put("/admin/routes/new?dry-run=true", "from: queue:x\nto: queue:y").statusCode()).isEqualTo(200);
		assertThat(this.gateway.request("DELETE", "/admin/routes/a?dry-run=true").statusCode()).isEqualTo(200);
		assertThat(put("/admin/routes/new?dry-run=true", "from: queue:x").statusCode()).isEqualTo(422);
		assertThat(revision()).isEqualTo(before);
		assertThat(Files.readString(this.file)).isEqualTo(ROUTES);
	}

	@Test
	void tellsWhatIsProbablyNotMeantAndLogsItOnce(CapturedOutput output) throws Exception {
		JsonNode change = RunningGateway.json(put("/admin/routes/c",
				"from: queue:c\nfilters: [{exact: {type: a}}, {exact: {type: b}}]\nto: queue:out\n"));
		JsonNode finding = change.path("findings")
			.valueStream()
			.filter((each) -> each.path("check").asString().equals("never"))
			.findFirst()
			.orElseThrow();
		assertThat(finding.path("severity").asString()).isEqualTo("warning");
		assertThat(finding.path("at").asString()).isEqualTo(this.file + ":14:14");
		assertThat(this.gateway.get("/admin/rules").path("findings").toString())
			.isEqualTo(change.path("findings").toString());
		put("/admin/routes/b", "# Moves what follows.\nfrom: queue:b2\nto: queue:out\n");
		put("/admin/routes/d", "from: queue:d\nto: queue:out\n");
		assertThat(output.getOut().lines().filter((line) -> line.contains("[never]"))).singleElement()
			.asString()
			.contains("WARN", "lint has ", " for the active rules, 1 new: " + this.file + ":14:14: warning: ");
		this.gateway.request("DELETE", "/admin/routes/c");
		assertThat(this.gateway.get("/admin/rules").path("findings").findValuesAsString("check"))
			.doesNotContain("never");
	}

	@Test
	void tellsAllThatIsWrongWithWhatWasSent() throws Exception {
		HttpResponse<String> answer = put("/admin/routes/c", """
				form: queue:c
				to: quue:out
				""");
		assertThat(answer.statusCode()).isEqualTo(422);
		assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		JsonNode problems = RunningGateway.json(answer).path("problems");
		List<String> lines = new ArrayList<>();
		problems.forEach((problem) -> lines.add(problem.path("at").asString() + ": " + problem.path("where").asString()
				+ ": " + problem.path("what").asString()));
		assertThat(lines).hasSize(3)
			.anyMatch((line) -> line.startsWith("request:1:1: routes[2] (c).form: unknown key 'form'"))
			.anyMatch((line) -> line.startsWith("request:1:1: routes[2] (c): required key 'from' is missing"))
			.anyMatch((line) -> line.startsWith("request:2:5: routes[2] (c).to: 'quue:out'"));
		assertThat(problems.get(0).path("line").asInt()).isEqualTo(1);
		assertThat(problems.get(0).path("resource").asString()).isEqualTo("request");
		assertThat(put("/admin/routes/c", "id: d\nfrom: queue:c\nto: queue:out").body())
			.contains("'d' is another route, expected 'c', as the URL has it, or no id");
		for (String body : List.of("[1", "just text", "", "- a\n- b", "a: 1\n---\nb: 2", "{}")) {
			assertThat(put("/admin/routes/c", body.isEmpty() ? " " : body).statusCode()).as(body).isEqualTo(422);
		}
		assertThat(put("/admin/routes/not%20an%20id", "from: queue:c\nto: queue:out").statusCode()).isEqualTo(422);
		assertThat(put("/admin/routes", "rutes: []").body()).contains("request:1:1", "unknown key 'rutes'");
		assertThat(Files.readString(this.file)).isEqualTo(ROUTES);
	}

	@Test
	void changesNothingThatIsNotWhatTheClientTakesItFor() throws Exception {
		String tag = this.gateway.request("GET", "/admin/routes/a").headers().firstValue("ETag").orElseThrow();
		String table = this.gateway.request("GET", "/admin/routes").headers().firstValue("ETag").orElseThrow();
		assertThat(table).isEqualTo("\"" + revision() + "\"");
		String body = "from: queue:a\nto: queue:elsewhere\n";
		assertThat(put("/admin/routes/a", body, Map.of("If-Match", tag)).statusCode()).isEqualTo(200);
		HttpResponse<String> stale = put("/admin/routes/a", body + "group: g\n", Map.of("If-Match", tag));
		assertThat(stale.statusCode()).isEqualTo(412);
		JsonNode problem = RunningGateway.json(stale);
		assertThat(problem.path("detail").asString()).startsWith("route 'a' has changed, it is \"")
			.contains("revision " + revision() + " by 127.0.0.1 at ");
		assertThat(problem.path("changed").path("author").asString()).isEqualTo("127.0.0.1");
		assertThat(put("/admin/routes", ROUTES, Map.of("If-Match", table)).statusCode()).isEqualTo(412);
		assertThat(put("/admin/routes/a", body, Map.of("If-None-Match", "*")).statusCode()).isEqualTo(412);
		assertThat(put("/admin/routes/none", body, Map.of("If-Match", "*")).statusCode()).isEqualTo(412);
		assertThat(request("DELETE", "/admin/routes/a", "", Map.of("If-Match", tag)).statusCode()).isEqualTo(412);
		assertThat(put("/admin/routes", ROUTES, Map.of("If-Match", "\"" + revision() + "\"")).statusCode())
			.isEqualTo(200);
	}

	@Test
	void leavesRoutesThatStandElsewhereAlone() throws Exception {
		HttpResponse<String> answer = put("/admin/routes/fixed", "from: queue:a\nto: queue:b");
		assertThat(answer.statusCode()).isEqualTo(409);
		assertThat(answer.body()).contains("route 'fixed' stands at application.yml:3:11 and is changed there");
		assertThat(this.gateway.request("DELETE", "/admin/routes/fixed").statusCode()).isEqualTo(409);
		assertThat(yaml("/admin/routes/fixed").statusCode()).isEqualTo(409);
		assertThat(this.gateway.request("DELETE", "/admin/routes/none").statusCode()).isEqualTo(404);
		assertThat(put("/admin/routes", "routes: [{id: fixed, from: 'queue:a', to: 'queue:b'}]").body())
			.contains("is the id of another route too, at application.yml");
	}

	@Test
	void followsItsFileAndTellsWhatIsWrongWithIt() throws Exception {
		long before = revision();
		replaceFile(ROUTES.replace("queue:b\n", "queue:bb\n"));
		await().atMost(WAIT).until(() -> revision() == before + 1);
		JsonNode status = this.gateway.get("/admin/rules");
		assertThat(status.path("author").asString()).isEqualTo("file");
		assertThat(this.gateway.get("/admin/rules/revisions").get(0).path("changed").toString()).isEqualTo("[\"b\"]");
		replaceFile("routes:\n  - id: a\n    form: queue:a\n");
		await().atMost(WAIT).until(() -> !this.gateway.get("/admin/rules").path("problems").isEmpty());
		assertThat(this.gateway.get("/admin/rules").path("problems").toString()).contains("routes.yaml:3:5",
				"unknown key 'form'");
		assertThat(revision()).isEqualTo(before + 1);
		assertThat(this.gateway.get("/actuator/health").at("/components/rules/details/problems").asInt()).isEqualTo(3);
		assertThat(this.gateway.request("GET", "/actuator/prometheus").body())
			.contains("meshbridge_rules_problems{file=\"" + this.file + "\"} 3.0");
		HttpResponse<String> refused = put("/admin/routes/a", "from: queue:a\nto: queue:elsewhere");
		assertThat(refused.statusCode()).isEqualTo(409);
		assertThat(refused.body()).contains("it has problems (GET /admin/rules)");
		assertThat(put("/admin/routes", ROUTES).statusCode()).isEqualTo(200);
		assertThat(this.gateway.get("/admin/rules").path("problems")).isEmpty();
		assertThat(Files.readString(this.file)).isEqualTo(ROUTES);
	}

	@Test
	void keepsWhatIsActiveWhenTheFileGoes() throws Exception {
		long before = revision();
		Files.delete(this.file);
		await().atMost(WAIT).until(() -> !this.gateway.get("/admin/rules").path("problems").isEmpty());
		assertThat(this.gateway.get("/admin/rules").toString()).contains("is gone; the routes that stood there stay");
		assertThat(revision()).isEqualTo(before);
	}

	@Test
	void followsTheLinksOfAKubernetesVolumeAndLeavesThemAlone(@TempDir Path volume) throws Exception {
		Files.delete(this.file);
		configMap(volume, "1", ROUTES);
		Files.createSymbolicLink(volume.resolve("routes.yaml"), Path.of("..data", "routes.yaml"));
		Files.createSymbolicLink(this.file, volume.resolve("routes.yaml"));
		await().atMost(WAIT).until(() -> this.gateway.get("/admin/rules").path("problems").isEmpty());
		long before = revision();
		configMap(volume, "2", ROUTES.replace("queue:b\n", "queue:bb\n"));
		await().atMost(WAIT).until(() -> revision() == before + 1);
		HttpResponse<String> answer = put("/admin/routes/a", "from: queue:a\nto: queue:elsewhere");
		assertThat(answer.statusCode()).isEqualTo(409);
		assertThat(answer.body()).contains("is a link, as in a volume that Kubernetes makes of a ConfigMap");
		assertThat(revision()).isEqualTo(before + 1);
	}

	private static void configMap(Path volume, String version, String text) throws Exception {
		Path data = Files.createDirectories(volume.resolve("..2026_" + version));
		Files.writeString(data.resolve("routes.yaml"), text);
		Path link = volume.resolve("..data_tmp");
		Files.createSymbolicLink(link, data.getFileName());
		Files.move(link, volume.resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
	}

	@Test
	void bringsAnEarlierRevisionBackAsANewOne() throws Exception {
		long first = revision();
		assertThat(put("/admin/routes", "# other\nroutes: [{id: z, from: 'queue:z', to: 'queue:out'}]\n").statusCode())
			.isEqualTo(200);
		assertThat(this.gateway.get("/admin/rules/revisions/" + first).path("text").asString()).isEqualTo(ROUTES);
		assertThat(yaml("/admin/rules/revisions/" + first).body()).isEqualTo(ROUTES);
		JsonNode tried = RunningGateway
			.json(this.gateway.request("POST", "/admin/rules/revisions/" + first + "/activate?dry-run=true"));
		assertThat(tried.path("removed").toString()).isEqualTo("[\"z\"]");
		JsonNode change = RunningGateway
			.json(this.gateway.request("POST", "/admin/rules/revisions/" + first + "/activate"));
		assertThat(change.path("revision").asLong()).isEqualTo(first + 2);
		assertThat(change.path("added").toString()).isEqualTo("[\"a\",\"b\"]");
		assertThat(Files.readString(this.file)).isEqualTo(ROUTES);
		JsonNode last = this.gateway.get("/admin/rules/revisions").get(0);
		assertThat(last.path("restored").asLong()).isEqualTo(first);
		assertThat(last.path("author").asString()).isEqualTo("127.0.0.1");
		HttpResponse<String> none = this.gateway.request("POST", "/admin/rules/revisions/999999/activate");
		assertThat(none.statusCode()).isEqualTo(404);
		assertThat(none.body()).contains("there is no revision 999999");
	}

	@Test
	void keepsTheRightsOfTheFile() throws Exception {
		Files.setPosixFilePermissions(this.file, PosixFilePermissions.fromString("rw-r-----"));
		assertThat(put("/admin/routes/a", "from: queue:a\nto: queue:elsewhere").statusCode()).isEqualTo(200);
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.file))).isEqualTo("rw-r-----");
		try (var files = Files.list(Objects.requireNonNull(this.file.getParent()))) {
			assertThat(files.map((path) -> path.getFileName().toString())).noneMatch((name) -> name.endsWith(".new"));
		}
	}

	@Test
	void sharesOneSetOfCountersWithTheRouteAsItWas() throws Exception {
		this.gateway.send("a", "1", "any");
		assertThat(taken("out")).isEqualTo("1");
		await().atMost(WAIT).until(() -> this.gateway.get("/admin/routes/a").at("/counters/inFlight").asLong(-1) == 0);
		long delivered = this.gateway.get("/admin/routes/a").at("/counters/delivered").asLong();
		put("/admin/routes/a", "from: queue:a\nto: queue:elsewhere\ndelivery: {retry: 7}");
		this.gateway.send("a", "2", "any");
		assertThat(taken("elsewhere")).isEqualTo("2");
		await().atMost(WAIT)
			.until(() -> this.gateway.get("/admin/routes/a").at("/counters/delivered").asLong() == delivered + 1);
	}

	private long revision() throws Exception {
		return this.gateway.get("/admin/rules").path("revision").asLong();
	}

	private String taken(String queue) throws Exception {
		return String
			.valueOf(Objects.requireNonNull(this.gateway.queues().take(queue, WAIT)).getHeaders().get("ce-id"));
	}

	private void replaceFile(String text) throws Exception {
		Path draft = Files.writeString(this.file.resolveSibling("draft"), text);
		Files.move(draft, this.file, StandardCopyOption.ATOMIC_MOVE);
	}

	private HttpResponse<String> put(String path, String body) throws Exception {
		return put(path, body, Map.of());
	}

	private HttpResponse<String> put(String path, String body, Map<String, String> headers) throws Exception {
		return request("PUT", path, body, headers);
	}

	private HttpResponse<String> yaml(String path) throws Exception {
		return request("GET", path, "", Map.of("Accept", "application/yaml"));
	}

	private HttpResponse<String> request(String method, String path, String body, Map<String, String> headers)
			throws Exception {
		return this.gateway.request(method, path, body, headers);
	}

}
