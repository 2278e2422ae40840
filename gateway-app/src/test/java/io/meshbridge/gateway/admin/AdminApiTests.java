package io.meshbridge.gateway.admin;

import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Scanner;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What an operator gets from {@code /admin}, over HTTP.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminApiTests {

	private static final Duration WAIT = Duration.ofSeconds(30);

	private static final String ROUTES = """
			delivery: {retry: 1, backoff-delay: 10ms, backoff-max-delay: 60s, dead-letter-sink: 'queue:dead'}
			routes:
			  - {id: counted, from: 'queue:counted', filters: [{exact: {type: wanted}}], to: ['queue:a', 'queue:b']}
			  - id: held
			    from: queue:held
			    to: {uri: 'queue:refusing', content-mode: structured, key: subject}
			    delivery:
			      retry: 0
			      backoff-max-delay: 60s
			      jitter: 0.5
			      dead-letter-sink: 'queue:refusing-too'
			      rate-limit: 100/s
			      max-in-flight: 7
			  - {id: plant, from: 'queue:plant/+/temperature', group: analytics, to: 'queue:c'}
			  - {id: orders, from: 'http:/orders/{id}', to: 'queue:d'}
			  - {id: sharp, from: 'queue:line/#', to: 'queue:e'}
			  - {id: question, from: 'queue:what? 100%', to: 'queue:f'}
			""";

	private RunningGateway gateway;

	@BeforeAll
	void start(@TempDir Path directory) throws Exception {
		this.gateway = new RunningGateway(directory, ROUTES, "--meshbridge.embedded-broker.enabled=false");
		this.gateway.awaitBound();
	}

	@AfterAll
	void stop() {
		this.gateway.close();
	}

	/**
	 * The second request comes while the first is under way, and is answered at once; a
	 * server that reads on demand must not forget to read on after it.
	 */
	@Test
	void readsOnAfterARequestThatCameEarly() throws Exception {
		try (Socket socket = new Socket("127.0.0.1", this.gateway.port())) {
			socket.setSoTimeout((int) WAIT.toMillis());
			OutputStream out = socket.getOutputStream();
			Scanner answers = new Scanner(socket.getInputStream(), StandardCharsets.UTF_8);
			for (int i = 0; i < 20; i++) {
				out.write((get("/actuator/health") + get("/admin/routes")).getBytes(StandardCharsets.US_ASCII));
				assertThat(answers.findWithinHorizon("HTTP/1.1 200", 0)).isNotNull();
				assertThat(answers.findWithinHorizon("HTTP/1.1 200", 0)).isNotNull();
			}
		}
	}

	@Test
	void servesTheSchemaOfRulesToEditors() throws Exception {
		HttpResponse<String> answer = this.gateway.request("GET", "/admin/schemas/routes.json");
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
		assertThat(RunningGateway.json(answer).at("/$defs/route/properties/from/description").asString())
			.isEqualTo("Where events come from.");
	}

	@Test
	void describesWhatTheActiveRoutesReceiveAndSend() throws Exception {
		JsonNode document = this.gateway.get("/admin/asyncapi.json");
		assertThat(document.path("asyncapi").asString()).isEqualTo("3.0.0");
		assertThat(document.path("operations").propertyNames()).contains("receive-plant", "send-plant-queue-c",
				"receive-orders");
		assertThat(document.at("/servers/http/protocol").asString()).isEqualTo("http");
	}

	private static String get(String path) {
		return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
	}

	@Test
	void countsWhatBecameOfTheEventsOfARoute() throws Exception {
		this.gateway.queues()
			.refuse((message) -> "poison".equals(message.getHeaders().get("ce-id"))
					&& !message.getHeaders().containsKey("ce-dlroute"));
		this.gateway.send("counted", "1", "wanted");
		this.gateway.send("counted", "2", "other");
		this.gateway.send("counted", "poison", "wanted");
		await().atMost(WAIT).until(() -> counters("counted").path("deadLettered").asInt() == 2);
		await().atMost(WAIT).until(() -> counters("counted").path("inFlight").asInt() == 0);
		assertThat(counters("counted").toString())
			.isEqualTo("{\"received\":3,\"unrouted\":1,\"matched\":2,\"filterErrors\":0,"
					+ "\"delivered\":2,\"retried\":2,\"deadLettered\":2,\"expired\":0,\"held\":0,\"refused\":0,\"inFlight\":0}");
		this.gateway.queues().refuse((message) -> true);
		this.gateway.send("held", "1", "any");
		await().atMost(WAIT).until(() -> counters("held").path("held").asInt() == 1);
		assertThat(counters("held").toString())
			.isEqualTo("{\"received\":1,\"unrouted\":0,\"matched\":1,\"filterErrors\":0,"
					+ "\"delivered\":0,\"retried\":0,\"deadLettered\":0,\"expired\":0,\"held\":1,\"refused\":0,\"inFlight\":1}");
		this.gateway.queues().refuse((message) -> false);
		prometheusShowsTheSame();
	}

	private void prometheusShowsTheSame() throws Exception {
		assertThat(this.gateway.request("GET", "/actuator/prometheus").body().lines()).contains(
				"meshbridge_source_received_total{binding=\"queue:counted\"} 3.0",
				"meshbridge_source_unrouted_total{binding=\"queue:counted\"} 1.0",
				"meshbridge_source_unreadable_total{binding=\"queue:counted\"} 0.0",
				"meshbridge_source_refused_total{binding=\"queue:counted\"} 0.0",
				"meshbridge_source_in_flight{binding=\"queue:held\"} 1.0",
				"meshbridge_source_in_flight_bytes{binding=\"queue:held\"} 2.0",
				"meshbridge_route_matched_total{route=\"counted\"} 2.0",
				"meshbridge_route_delivered_total{route=\"counted\"} 2.0",
				"meshbridge_route_retried_total{route=\"counted\"} 2.0",
				"meshbridge_route_dead_lettered_total{route=\"counted\"} 2.0",
				"meshbridge_route_held_total{route=\"held\"} 1.0",
				"resilience4j_circuitbreaker_state{name=\"queue:a\",state=\"closed\"} 1.0",
				"resilience4j_circuitbreaker_state{name=\"queue:a\",state=\"open\"} 0.0",
				"resilience4j_bulkhead_max_allowed_concurrent_calls{name=\"held to queue:refusing\"} 7.0",
				"resilience4j_ratelimiter_waiting_threads{name=\"held to queue:refusing\"} 0.0",
				"meshbridge_route_refused_total{route=\"held\"} 0.0");
	}

	private JsonNode counters(String route) throws Exception {
		return this.gateway.get("/admin/routes/" + route).path("counters");
	}

	@Test
	void showsARouteWithAllThatDecidesWhatItDoes() throws Exception {
		JsonNode route = this.gateway.get("/admin/routes/held");
		assertThat(route.propertyNames()).containsExactly("id", "from", "group", "filter", "onFilterError", "to",
				"accept", "delivery", "location", "counters");
		assertThat(route.path("from").asString()).isEqualTo("queue:held");
		assertThat(route.path("group").asString()).isEqualTo("meshbridge");
		JsonNode target = route.path("to").get(0);
		assertThat(target.propertyNames()).contains("uri", "contentMode", "key", "state", "delivery");
		assertThat(target.path("uri").asString()).isEqualTo("queue:refusing");
		assertThat(target.path("contentMode").asString()).isEqualTo("structured");
		assertThat(target.path("key").asString()).isEqualTo("subject");
		assertThat(target.path("state").asString()).isEqualTo("up");
		assertThat(target.path("delivery").toString()).isEqualTo("{\"retry\":0,\"backoffPolicy\":\"exponential\","
				+ "\"backoffDelay\":\"PT0.01S\",\"backoffMaxDelay\":\"PT1M\",\"jitter\":0.5,\"timeout\":\"PT30S\","
				+ "\"retryAfterMax\":\"PT30S\",\"deadLetterSink\":\"queue:refusing-too\",\"order\":\"key\","
				+ "\"onOutage\":\"pause\",\"rateLimit\":\"100/s\",\"maxInFlight\":7,\"onExpiry\":\"dead-letter\"}");
		assertThat(route.path("delivery").path("deadLetterSink").asString()).isEqualTo("queue:refusing-too");
		assertThat(route.path("location").asString()).endsWith("routes.yaml:4:5");
		assertThat(this.gateway.get("/admin/routes").valueStream().map((each) -> each.path("id").asString()))
			.containsExactly("counted", "held", "orders", "plant", "question", "sharp");
	}

	@Test
	void namesTheRoutesThatThereAreToWhoAsksForAnother() throws Exception {
		HttpResponse<String> response = this.gateway.request("GET", "/admin/routes/order");
		assertThat(response.statusCode()).isEqualTo(404);
		assertProblem(response,
				"there is no route 'order', expected one of: counted, held, orders, plant, question, " + "sharp");
	}

	@Test
	void showsBindingsWithTheirState() throws Exception {
		JsonNode bindings = this.gateway.get("/admin/bindings");
		assertThat(bindings.valueStream().map((binding) -> binding.path("name").asString())).containsExactly(
				"http:/orders/{id}", "queue:counted", "queue:dead@dead-letter-desk", "queue:held", "queue:line/#",
				"queue:plant/+/temperature@analytics", "queue:refusing-too@dead-letter-desk", "queue:what? 100%",
				"queue:a", "queue:b", "queue:c", "queue:d", "queue:dead", "queue:e", "queue:f", "queue:refusing",
				"queue:refusing-too");
		assertThat(bindings.get(0).toString()).isEqualTo("{\"name\":\"http:/orders/{id}\",\"kind\":\"SOURCE\","
				+ "\"state\":\"BOUND\",\"paused\":false,\"binder\":\"http\",\"destination\":\"/orders/{id}\","
				+ "\"group\":\"meshbridge\"}");
		assertThat(bindings.get(8).toString()).isEqualTo("{\"name\":\"queue:a\",\"kind\":\"TARGET\","
				+ "\"state\":\"BOUND\",\"binder\":\"queue\",\"destination\":\"a\"}");
	}

	@ParameterizedTest
	@CsvSource({ "queue:counted, queue:counted", "queue%3Acounted, queue:counted",
			"queue:plant/+/temperature@analytics, queue:plant/+/temperature@analytics",
			"queue:plant%2F%2B%2Ftemperature%40analytics, queue:plant/+/temperature@analytics",
			"http:/orders/%7Bid%7D, http:/orders/{id}", "http%3A%2Forders%2F%7Bid%7D, http:/orders/{id}",
			"queue:line/%23, queue:line/#", "queue:what%3F%20100%25, queue:what? 100%" })
	void pausesAndResumesASourceHoweverItsNameIsWritten(String written, String name) throws Exception {
		for (int i = 0; i < 2; i++) {
			HttpResponse<String> paused = this.gateway.request("POST", "/admin/bindings/pause/" + written);
			assertThat(paused.statusCode()).as(paused.body()).isEqualTo(200);
			assertThat(RunningGateway.json(paused).path("name").asString()).isEqualTo(name);
			assertThat(RunningGateway.json(paused).path("state").asString()).isEqualTo("PAUSED");
		}
		for (int i = 0; i < 2; i++) {
			HttpResponse<String> resumed = this.gateway.request("POST", "/admin/bindings/resume/" + written);
			assertThat(resumed.statusCode()).as(resumed.body()).isEqualTo(200);
			assertThat(RunningGateway.json(resumed).path("state").asString()).isEqualTo("BOUND");
		}
	}

	@Test
	void holdsAPausedSourceBackAndNoOther() throws Exception {
		this.gateway.request("POST", "/admin/bindings/pause/queue:line/%23");
		this.gateway.send("line/#", "1", "any");
		this.gateway.send("what? 100%", "2", "any");
		assertThat(this.gateway.queues().take("f", WAIT)).isNotNull();
		assertThat(this.gateway.queues().queue("e")).isEmpty();
		this.gateway.request("POST", "/admin/bindings/resume/queue:line/%23");
		assertThat(this.gateway.queues().take("e", WAIT)).isNotNull();
	}

	@Test
	void namesTheSourcesThatThereAreToWhoPausesAnother() throws Exception {
		String known = "expected one of: http:/orders/{id}, queue:counted, queue:dead@dead-letter-desk, queue:held, queue:line/#, "
				+ "queue:plant/+/temperature@analytics, queue:refusing-too@dead-letter-desk, queue:what? 100%";
		String encode = "; in a URL write % as %25, # as %23, ? as %3F, { as %7B and } as %7D";
		HttpResponse<String> unknown = this.gateway.request("POST", "/admin/bindings/pause/queue:count");
		assertThat(unknown.statusCode()).isEqualTo(404);
		assertProblem(unknown, "there is no source 'queue:count', " + known + encode);
		// What curl makes of http:/orders/{id} and of queue:line/#.
		assertProblem(this.gateway.request("POST", "/admin/bindings/resume/http:/orders/id"),
				"there is no source 'http:/orders/id', " + known + encode);
		assertProblem(this.gateway.request("POST", "/admin/bindings/pause/queue:line/"),
				"there is no source 'queue:line/', " + known + encode);
		for (String nameless : List.of("/admin/bindings/pause", "/admin/bindings/resume/")) {
			HttpResponse<String> response = this.gateway.request("POST", nameless);
			assertThat(response.statusCode()).isEqualTo(404);
			assertProblem(response, "there is no source '', " + known + encode);
		}
	}

	@Test
	void saysThatATargetCanNotBePaused() throws Exception {
		HttpResponse<String> response = this.gateway.request("POST", "/admin/bindings/pause/queue:dead");
		assertThat(response.statusCode()).isEqualTo(409);
		assertProblem(response,
				"'queue:dead' is a target, and only sources can be paused: pause those whose routes send to it");
	}

	@ParameterizedTest
	@CsvSource({ "GET, /admin/bindings/pause/queue:counted, POST", "DELETE, /admin/bindings/resume/queue:counted, POST",
			"POST, /admin/bindings, GET", "POST, /admin/rules/revisions, GET", "PUT, /admin/rules, GET" })
	void saysWhichMethodAPathTakes(String method, String path, String expected) throws Exception {
		HttpResponse<String> response = this.gateway.request(method, path);
		assertThat(response.statusCode()).isEqualTo(405);
		assertThat(response.headers().firstValue("Allow")).hasValue(expected);
		assertProblem(response, "Supported methods: [" + expected + "]");
	}

	@Test
	void answersPathsThatDoNotExistWithAProblemToo() throws Exception {
		HttpResponse<String> response = this.gateway.request("GET", "/admin/bindings/queue:counted");
		assertThat(response.statusCode()).isEqualTo(404);
		assertProblem(response, "");
	}

	private static void assertProblem(HttpResponse<String> response, String detail) {
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(RunningGateway.json(response).path("status").asInt()).isEqualTo(response.statusCode());
		assertThat(RunningGateway.json(response).path("detail").asString("")).isEqualTo(detail);
	}

}
