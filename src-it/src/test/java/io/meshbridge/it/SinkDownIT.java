package io.meshbridge.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpServer;
import io.meshbridge.bridge.test.RawMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The target does not want an event, and the dead letter sink is away: the event is held
 * and not committed, also over a restart, and becomes a dead letter when the sink comes.
 */
class SinkDownIT {

	private static final Duration WAIT = Duration.ofSeconds(90);

	private static final String TOPIC = "sink-down";

	@TempDir
	private Path folder = Path.of("");

	@Test
	void whatNobodyTakesIsHeldAndNotCommitted() throws Exception {
		int sinkPort = GatewayProcess.freePort();
		HttpServer target = server(0, 400, new CopyOnWriteArrayList<>());
		List<String> letters = new CopyOnWriteArrayList<>();
		try (KafkaPeer kafka = new KafkaPeer(); GatewayProcess gateway = new GatewayProcess(this.folder, """
				routes:
				  - id: held
				    from: kafka:%s
				    to: http://127.0.0.1:%d/
				    delivery: {dead-letter-sink: 'http://127.0.0.1:%d/', backoff-max-delay: 1s}
				""".formatted(TOPIC, target.getAddress().getPort(), sinkPort), kafka.options())) {
			kafka.open(List.of(TOPIC), List.of());
			gateway.start().awaitBound();
			for (int i = 0; i < 3; i++) {
				kafka.send(TOPIC, message("e" + i));
			}
			await().atMost(WAIT).until(() -> counter(gateway, "held") == 3);
			assertThat(KafkaPeer.committed(TOPIC)).isZero();
			gateway.stop();
			assertThat(KafkaPeer.committed(TOPIC)).as("after the stop").isZero();
			gateway.start().awaitBound();
			await().atMost(WAIT).until(() -> counter(gateway, "held") == 3);
			assertThat(letters).isEmpty();
			HttpServer sink = server(sinkPort, 204, letters);
			try {
				await().atMost(WAIT).until(() -> counter(gateway, "deadLettered") == 3);
				await().atMost(WAIT).until(() -> KafkaPeer.committed(TOPIC) == 3);
				assertThat(letters).containsExactlyInAnyOrder("e0 400", "e1 400", "e2 400");
			}
			finally {
				sink.stop(0);
			}
		}
		finally {
			target.stop(0);
		}
	}

	private static RawMessage message(String id) {
		return new RawMessage(Map.of("ce_specversion", "1.0", "ce_id", id, "ce_source", "/sink-down", "ce_type", "t"),
				"text/plain", id, "x".getBytes(StandardCharsets.UTF_8));
	}

	private static int counter(GatewayProcess gateway, String name) throws Exception {
		return gateway.admin("/admin/routes/held").path("counters").path(name).asInt();
	}

	/** Notes the id and dlcode of what it gets. */
	private static HttpServer server(int port, int status, List<String> taken) throws IOException {
		HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 100);
		server.createContext("/", (exchange) -> {
			taken.add(exchange.getRequestHeaders().getFirst("ce-id") + " "
					+ exchange.getRequestHeaders().getFirst("ce-dlcode"));
			exchange.sendResponseHeaders(status, -1);
			exchange.close();
		});
		server.start();
		return server;
	}

}
