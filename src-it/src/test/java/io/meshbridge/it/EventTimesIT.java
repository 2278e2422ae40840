package io.meshbridge.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Duplicates, delays and expiry, over a kill of the gateway.
 */
class EventTimesIT {

	private static final Duration WAIT = Duration.ofSeconds(60);

	@TempDir
	private Path folder = Path.of("");

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	/** How often each event came to the target, by id. */
	private final Map<String, AtomicInteger> arrived = new ConcurrentHashMap<>();

	private final HttpServer target = unstarted();

	private static HttpServer unstarted() {
		try {
			return HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 100);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@BeforeEach
	void receive() {
		this.target.createContext("/", (exchange) -> {
			this.arrived.computeIfAbsent(exchange.getRequestHeaders().getFirst("ce-id"), (id) -> new AtomicInteger())
				.incrementAndGet();
			exchange.sendResponseHeaders(204, -1);
			exchange.close();
		});
		this.target.start();
	}

	@AfterEach
	void stop() {
		this.target.stop(0);
	}

	@Test
	void aKilledGatewayKnowsWhatCameBeforeAndWhatIsNotDueYet() throws Exception {
		Files.writeString(this.folder.resolve("routes.yaml"), """
				routes:
				  - {id: stored, from: 'http:/stored', to: 'URL', deduplicate: PT10M}
				  - {id: direct, from: 'http:/direct', to: 'URL', deduplicate: PT10M, accept: delivered}
				  - {id: later, from: 'http:/later', to: 'URL', deliver-at: deliverat}
				  - {id: stale, from: 'http:/stale', to: 'URL', accept: delivered}
				""".replace("URL", "http://127.0.0.1:" + this.target.getAddress().getPort() + "/"));
		try (GatewayProcess gateway = new GatewayProcess(this.folder,
				List.of("--meshbridge.embedded-broker.mqtt.enabled=false",
						"--meshbridge.embedded-broker.amqp.enabled=false"))) {
			gateway.start().awaitBound();
			Instant due = Instant.now().plusSeconds(15);
			assertThat(post(gateway, "/later", "later", "ce-deliverat", due.toString())).isEqualTo(202);
			for (int i = 0; i < 3; i++) {
				assertThat(post(gateway, "/stored", "stored")).isEqualTo(202);
				assertThat(post(gateway, "/direct", "direct")).isEqualTo(202);
			}
			assertThat(post(gateway, "/stale", "stale", "ce-expirytime", "2020-01-01T00:00:00Z")).isEqualTo(202);
			await().atMost(WAIT).until(() -> this.arrived.containsKey("stored"));
			assertThat(counter(gateway, "stored", "duplicates")).isEqualTo(2);
			assertThat(counter(gateway, "stale", "expired")).isEqualTo(1);
			assertThat(counter(gateway, "stale", "deadLettered")).isEqualTo(1);
			gateway.kill();
			gateway.start().awaitBound();
			assertThat(post(gateway, "/stored", "stored")).isEqualTo(202);
			assertThat(post(gateway, "/direct", "direct")).isEqualTo(202);
			assertThat(post(gateway, "/stored", "last")).isEqualTo(202);
			await().atMost(WAIT).until(() -> this.arrived.containsKey("last"));
			await().atMost(WAIT).until(() -> this.arrived.containsKey("later"));
			assertThat(Instant.now()).isAfterOrEqualTo(due);
			assertThat(counter(gateway, "stored", "duplicates")).isEqualTo(1);
			assertThat(counter(gateway, "direct", "duplicates")).isEqualTo(1);
			gateway.stop();
		}
		assertThat(this.arrived).containsOnlyKeys("stored", "direct", "last", "later");
		assertThat(this.arrived.get("direct")).hasValue(1);
		// What was delivered right before the kill may come again out of the channel.
		assertThat(this.arrived.get("stored")).satisfies((count) -> assertThat(count.get()).isBetween(1, 2));
	}

	private static int counter(GatewayProcess gateway, String route, String name) throws Exception {
		return gateway.admin("/admin/routes/" + route).path("counters").path(name).asInt();
	}

	private int post(GatewayProcess gateway, String path, String id, String... header) throws Exception {
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI.create("http://127.0.0.1:" + gateway.eventPort() + path))
			.timeout(WAIT)
			.header("ce-specversion", "1.0")
			.header("ce-id", id)
			.header("ce-source", "/times")
			.header("ce-type", "t")
			.POST(HttpRequest.BodyPublishers.ofString("x"));
		if (header.length > 0) {
			request.headers(header);
		}
		return this.client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
	}

}
