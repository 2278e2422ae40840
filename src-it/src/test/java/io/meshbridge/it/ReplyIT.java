package io.meshbridge.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The gateway between functions that only speak HTTP: what one answers is the event that
 * the next one gets.
 */
class ReplyIT {

	private static final Duration WAIT = Duration.ofSeconds(60);

	private static final int MOST_HOPS = 5;

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final List<Call> calls = new CopyOnWriteArrayList<>();

	@TempDir
	private Path folder = Path.of("");

	private final HttpServer functions;

	private volatile boolean functionIsDown;

	ReplyIT() throws IOException {
		this.functions = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 100);
	}

	/**
	 * A request to one of the functions.
	 */
	private record Call(String function, Map<String, String> headers, String body) {

		String header(String name) {
			return this.headers.getOrDefault(name, "");
		}

	}

	@BeforeEach
	void startFunctions() {
		this.functions.setExecutor(this.threads);
		this.functions.createContext("/", this::call);
		this.functions.start();
	}

	@AfterEach
	void stopFunctions() {
		this.functions.stop(0);
		this.threads.shutdownNow();
	}

	@Test
	void aReplyIsTheNextEventUntilTheHopLimitEndsALoop() throws Exception {
		try (GatewayProcess gateway = gateway("""
				routes:
				  - {id: orders, from: 'http:/orders', to: channel:orders}
				  - {id: check, from: channel:orders, to: '%1$s/check', reply-to: channel:checked}
				  - {id: ship, from: channel:checked, to: '%1$s/ship'}
				  - {id: start, from: 'http:/start', to: channel:ping}
				  - {id: ping, from: channel:ping, to: '%1$s/echo', reply-to: channel:pong}
				  - {id: pong, from: channel:pong, to: '%1$s/echo', reply-to: channel:ping}
				  - {id: broken, from: 'http:/broken', to: '%1$s/broken', reply-to: channel:checked}
				  - id: dead-hops
				    from: channel:dead-letters
				    filters: { exact: { dlroute: pong } }
				    to: '%1$s/dead-hops'
				  - id: dead-broken
				    from: channel:dead-letters
				    filters: { exact: { dlroute: broken } }
				    to: '%1$s/dead-broken'
				""")) {
			gateway.start().awaitBound();
			checksAnOrderAndShipsIt(gateway);
			endsALoop(gateway);
			deadLettersAReplyThatIsNoEvent(gateway);
		}
	}

	private void checksAnOrderAndShipsIt(GatewayProcess gateway) throws Exception {
		assertThat(post(gateway, "/orders", "7")).isEqualTo(202);
		Call shipped = awaitCall("ship");
		assertThat(shipped.header("ce-id")).isEqualTo("checked-7");
		assertThat(shipped.header("ce-source")).isEqualTo("/check");
		assertThat(shipped.header("ce-type")).isEqualTo("order.checked");
		assertThat(shipped.header("ce-meshbridgehops")).isEqualTo("1");
		assertThat(shipped.header("content-type")).isEqualTo("text/plain");
		assertThat(shipped.body()).isEqualTo("fine");
		assertThat(shipped.header("prefer")).isEmpty();
		assertThat(awaitCall("check").header("prefer")).isEqualTo("reply");
		awaitCounter(gateway, "check", "delivered", 1);
		JsonNode check = gateway.admin("/admin/routes/check");
		assertThat(check.path("replyTo").asString()).isEqualTo("channel:checked");
		assertThat(check.path("counters").path("replied").asLong()).isEqualTo(1);
	}

	private void endsALoop(GatewayProcess gateway) throws Exception {
		assertThat(post(gateway, "/start", "1")).isEqualTo(202);
		Call dead = awaitCall("dead-hops");
		assertThat(dead.header("ce-dlcode")).isEqualTo("HOPS");
		assertThat(dead.header("ce-dlroute")).isEqualTo("pong");
		assertThat(dead.header("ce-meshbridgehops")).isEqualTo(String.valueOf(MOST_HOPS + 1));
		awaitCounter(gateway, "pong", "delivered", 3);
		assertThat(calls("echo")).hasSize(MOST_HOPS + 1);
		awaitCounter(gateway, "ping", "replied", 3);
		awaitCounter(gateway, "pong", "replied", 2);
		awaitCounter(gateway, "pong", "repliesDeadLettered", 1);
		await().atMost(WAIT)
			.until(() -> gateway.logText().contains("the reply to event 1 of /it went to the dead letter sink"));
	}

	private void deadLettersAReplyThatIsNoEvent(GatewayProcess gateway) throws Exception {
		assertThat(post(gateway, "/broken", "1")).isEqualTo(202);
		Call dead = awaitCall("dead-broken");
		assertThat(dead.header("ce-type")).isEqualTo("io.meshbridge.unreadable");
		assertThat(dead.header("ce-dlcode")).isEqualTo("UNREADABLE");
		assertThat(dead.body()).isEqualTo("{broken");
		awaitCounter(gateway, "broken", "delivered", 1);
		awaitCounter(gateway, "broken", "repliesDeadLettered", 1);
		assertThat(calls("broken")).hasSize(1);
	}

	@Test
	void repliesLiveThroughAKilledGateway() throws Exception {
		try (GatewayProcess gateway = gateway("""
				routes:
				  - {id: orders, from: 'http:/orders', to: '%1$s/check', reply-to: channel:checked}
				  - id: ship
				    from: channel:checked
				    to: '%1$s/flaky'
				    delivery: {dead-letter-sink: none, backoff-max-delay: 200ms}
				""")) {
			this.functionIsDown = true;
			gateway.start().awaitBound();
			for (int i = 0; i < 20; i++) {
				assertThat(post(gateway, "/orders", String.valueOf(i))).isEqualTo(202);
			}
			awaitCounter(gateway, "orders", "replied", 20);
			gateway.kill();
			this.calls.clear();
			this.functionIsDown = false;
			gateway.start().awaitBound();
			await().atMost(WAIT)
				.untilAsserted(() -> assertThat(calls("flaky").stream().map((call) -> call.header("ce-id")).distinct())
					.hasSize(20));
		}
	}

	private GatewayProcess gateway(String routes) throws IOException {
		String url = "http://127.0.0.1:" + this.functions.getAddress().getPort();
		Files.writeString(this.folder.resolve("routes.yaml"), routes.formatted(url));
		return new GatewayProcess(this.folder,
				List.of("--meshbridge.embedded-broker.mqtt.port=" + GatewayProcess.freePort(),
						"--meshbridge.embedded-broker.amqp.enabled=false", "--meshbridge.max-reply-hops=" + MOST_HOPS));
	}

	private int post(GatewayProcess gateway, String path, String id) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.eventPort() + path))
			.timeout(WAIT)
			.header("ce-specversion", "1.0")
			.header("ce-id", id)
			.header("ce-source", "/it")
			.header("ce-type", "order.placed")
			.header("Content-Type", "text/plain")
			.POST(HttpRequest.BodyPublishers.ofString("order " + id))
			.build();
		return this.client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
	}

	private Call awaitCall(String function) {
		await().atMost(WAIT).until(() -> !calls(function).isEmpty());
		return calls(function).get(0);
	}

	private List<Call> calls(String function) {
		return this.calls.stream().filter((call) -> call.function().equals(function)).toList();
	}

	private static void awaitCounter(GatewayProcess gateway, String route, String counter, long value) {
		await().atMost(WAIT)
			.untilAsserted(
					() -> assertThat(gateway.admin("/admin/routes/" + route).path("counters").path(counter).asLong())
						.as("%s of route %s", counter, route)
						.isEqualTo(value));
	}

	private void call(HttpExchange exchange) throws IOException {
		Map<String, String> headers = new HashMap<>();
		exchange.getRequestHeaders()
			.forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
		String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		Call call = new Call(exchange.getRequestURI().getPath().substring(1), headers, body);
		this.calls.add(call);
		switch (call.function()) {
			case "check" -> answer(exchange, Map.of("ce-specversion", "1.0", "ce-id", "checked-" + call.header("ce-id"),
					"ce-source", "/check", "ce-type", "order.checked", "Content-Type", "text/plain"), "fine");
			case "echo" -> answer(exchange, Map.of("Content-Type", "application/cloudevents+json"), """
					{"specversion":"1.0","id":"%s","source":"/it","type":"echo"}""".formatted(call.header("ce-id")));
			case "broken" -> answer(exchange, Map.of("Content-Type", "application/cloudevents+json"), "{broken");
			default -> exchange.sendResponseHeaders(this.functionIsDown ? 503 : 204, -1);
		}
		exchange.close();
	}

	private static void answer(HttpExchange exchange, Map<String, String> headers, String body) throws IOException {
		headers.forEach(exchange.getResponseHeaders()::set);
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(200, bytes.length);
		exchange.getResponseBody().write(bytes);
	}

}
