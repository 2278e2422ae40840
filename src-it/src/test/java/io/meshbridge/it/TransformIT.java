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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Schema, transform and destination of an event in the packaged gateway, beside events
 * that are made to keep it busy.
 */
class TransformIT {

	private static final Duration WAIT = Duration.ofSeconds(60);

	private static final int HOSTILE = 40;

	private final HttpClient http = HttpClient.newHttpClient();

	/** Body by path and query. */
	private final Map<String, String> arrived = new ConcurrentHashMap<>();

	@TempDir
	private Path folder = Path.of("");

	private HttpServer target = none();

	@AfterEach
	void stop() {
		this.target.stop(0);
	}

	private static HttpServer none() {
		try {
			return HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 100);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void othersFlowWhileHostileEventsAreStopped() throws Exception {
		this.target.createContext("/", this::take);
		this.target.start();
		String url = "http://127.0.0.1:" + this.target.getAddress().getPort();
		Files.writeString(this.folder.resolve("order.json"), "{\"required\": [\"total\"]}");
		Files.writeString(this.folder.resolve("routes.yaml"),
				"""
						routes:
						  - id: hostile
						    from: http:/hostile
						    accept: delivered
						    transform: [ data-jsonata: "( $f := function($n) { [$n, $f($n)] }; n = 1 ? [1..10000000] : $f(n) )" ]
						    to: URL/hostile
						  - id: endless
						    from: http:/endless
						    accept: delivered
						    transform: [ data-jsonata: "( $f := function($n) { $f($n) }; $f(n) )" ]
						    to: URL/hostile
						  - id: orders
						    from: http:/orders
						    schema: { json: order.json, on-invalid: reject }
						    transform:
						      - data-jsonata: '{ "sum": total * 2 }'
						      - set: { plant: "plant-{plant}" }
						    to: [ { uri: "URL/orders/{plant}", allow: [ "URL/orders/plant-*" ] } ]
						"""
					.replace("URL", url));
		try (GatewayProcess gateway = new GatewayProcess(this.folder,
				List.of("--meshbridge.embedded-broker.mqtt.enabled=false",
						"--meshbridge.embedded-broker.amqp.enabled=false"))) {
			gateway.start().awaitBound();
			List<CompletableFuture<HttpResponse<String>>> hostile = new ArrayList<>();
			for (int i = 0; i < HOSTILE; i++) {
				String path = (i % 2 == 0) ? "/hostile" : "/endless";
				String data = (i % 4 == 0) ? "{\"n\": " + i % 3 + "}" : "[".repeat(100_000);
				hostile.add(this.http.sendAsync(event(gateway, path, "h" + i, "x", (i % 3 == 0) ? data : "{\"n\": 1}"),
						HttpResponse.BodyHandlers.ofString()));
			}
			long before = System.nanoTime();
			HttpResponse<String> taken = send(event(gateway, "/orders", "1", "a", "{\"total\": 2.5}"));
			assertThat(taken.statusCode()).as(taken.body()).isEqualTo(202);
			await().atMost(WAIT)
				.untilAsserted(() -> assertThat(this.arrived).containsEntry("/orders/plant-a", "{\"sum\":5}"));
			assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
			HttpResponse<String> rejected = send(event(gateway, "/orders", "2", "a", "{}"));
			assertThat(rejected.statusCode()).isEqualTo(400);
			assertThat(rejected.body()).contains("schema: the data does not fit its schema");
			for (CompletableFuture<HttpResponse<String>> each : hostile) {
				// The dead letter sink has it.
				assertThat(each).succeedsWithin(WAIT).extracting(HttpResponse::statusCode).isEqualTo(202);
			}
			send(event(gateway, "/orders", "3", "../b", "{\"total\": 1}"));
			await().atMost(WAIT)
				.untilAsserted(
						() -> assertThat(gateway.admin("/admin/dead-letters?code=TRANSFORM").path("total").asInt(0))
							.isEqualTo(HOSTILE));
			await().atMost(WAIT)
				.untilAsserted(
						() -> assertThat(gateway.admin("/admin/dead-letters?code=DESTINATION").path("total").asInt(0))
							.isEqualTo(1));
			assertThat(this.arrived).containsOnlyKeys("/orders/plant-a");
			assertThat(gateway.logText()).doesNotContain("OutOfMemory").doesNotContain("a transform does not end");
		}
	}

	private void take(HttpExchange exchange) throws IOException {
		byte[] body = exchange.getRequestBody().readAllBytes();
		this.arrived.put(exchange.getRequestURI().toString(), new String(body, StandardCharsets.UTF_8));
		exchange.sendResponseHeaders(202, -1);
		exchange.close();
	}

	private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
		return this.http.send(request, HttpResponse.BodyHandlers.ofString());
	}

	private static HttpRequest event(GatewayProcess gateway, String path, String id, String plant, String data) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.eventPort() + path))
			.timeout(WAIT)
			.header("Content-Type", "application/json")
			.header("ce-specversion", "1.0")
			.header("ce-id", id)
			.header("ce-source", "/test")
			.header("ce-type", "test")
			.header("ce-plant", plant)
			.POST(HttpRequest.BodyPublishers.ofString(data))
			.build();
	}

}
