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
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The story of an event whose gateway was killed while it was under way.
 */
class StoryIT {

	private static final Duration WAIT = Duration.ofSeconds(60);

	@TempDir
	private Path folder = Path.of("");

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final CountDownLatch arrived = new CountDownLatch(1);

	private final CountDownLatch killed = new CountDownLatch(1);

	@AfterEach
	void stop() {
		this.killed.countDown();
		this.threads.shutdownNow();
	}

	@Test
	void showsTheAttemptThatWasCutOffAndTheNextOne() throws Exception {
		HttpServer target = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 100);
		target.setExecutor(this.threads);
		target.createContext("/", this::answerOnceKilled);
		target.start();
		String url = "http://127.0.0.1:" + target.getAddress().getPort() + "/orders";
		Files.writeString(this.folder.resolve("routes.yaml"),
				"routes: [{id: orders, from: 'http:/orders', to: '%s'}]".formatted(url));
		try (GatewayProcess gateway = new GatewayProcess(this.folder,
				List.of("--meshbridge.embedded-broker.mqtt.enabled=false",
						"--meshbridge.embedded-broker.amqp.enabled=false"))) {
			gateway.start().awaitBound();
			send(gateway.eventPort());
			assertThat(this.arrived.await(WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
			assertThat(state(gateway, url)).isEqualTo("in-flight");
			gateway.kill();
			this.killed.countDown();
			gateway.start().awaitBound();
			await().atMost(WAIT).until(() -> state(gateway, url).equals("delivered"));
			// How often it is tried in the end is up to the machine, and so is whether
			// the
			// channel hands it on before it says that it has it.
			List<JsonNode> entries = story(gateway).path("entries")
				.valueStream()
				.filter((entry) -> !entry.path("what").asString().equals("attempt-failed"))
				.toList();
			assertThat(entries).as(story(gateway).toString())
				.extracting((entry) -> entry.path("what").asString() + " " + entry.path("arrival").asInt())
				.startsWith("received 1")
				.endsWith("received 3", "delivered 3")
				.containsExactlyInAnyOrder("received 1", "delivered 1", "received 2", "received 3", "delivered 3");
			assertThat(entries.get(3).path("over").asString()).startsWith("channel:route.orders@");
			assertThat(entries.get(4).path("target").asString()).isEqualTo(url);
		}
		finally {
			target.stop(0);
		}
	}

	private void answerOnceKilled(HttpExchange exchange) throws IOException {
		this.arrived.countDown();
		try {
			assertThat(this.killed.await(WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		exchange.sendResponseHeaders(204, -1);
		exchange.close();
	}

	private static void send(int port) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/orders"))
			.timeout(WAIT)
			.headers("ce-specversion", "1.0", "ce-id", "1", "ce-source", "/shop", "ce-type", "order.placed")
			.POST(HttpRequest.BodyPublishers.noBody())
			.build();
		assertThat(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
			.isEqualTo(202);
	}

	private static JsonNode story(GatewayProcess gateway) throws Exception {
		return gateway.admin("/admin/events?source=/shop&id=1");
	}

	private static String state(GatewayProcess gateway, String target) throws Exception {
		return story(gateway).path("places")
			.valueStream()
			.filter((place) -> place.path("target").asString().equals(target))
			.map((place) -> place.path("state").asString())
			.findFirst()
			.orElse("");
	}

}
