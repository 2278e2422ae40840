package io.meshbridge.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpServer;
import io.meshbridge.bridge.test.RawMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The target does not want an event, and the dead letter sink is away: the event is held
 * and not settled, also over a restart, and becomes a dead letter when the sink comes.
 */
class SinkDownIT {

	private static final Duration WAIT = Duration.ofSeconds(90);

	private static final String SOURCE = "sink-down";

	/** Where the gateway's group reads from. */
	private static final String QUEUE = SOURCE + ".meshbridge";

	private static final List<String> ROUTES = List.of("kafka", "rabbit");

	@TempDir
	private Path folder = Path.of("");

	private volatile int targetStatus = 400;

	/** By both, each as path, id and dlcode. */
	private final List<String> taken = new CopyOnWriteArrayList<>();

	@Test
	void whatNobodyTakesIsHeldAndNotSettled() throws Exception {
		int sinkPort = GatewayProcess.freePort();
		HttpServer target = server(0, () -> this.targetStatus);
		HttpServer sink = null;
		try (KafkaPeer kafka = new KafkaPeer(); RabbitPeer rabbit = new RabbitPeer()) {
			List<String> options = new ArrayList<>(kafka.options());
			options.addAll(rabbit.options());
			kafka.open(List.of(SOURCE), List.of());
			rabbit.open(List.of(SOURCE), List.of());
			try (GatewayProcess gateway = new GatewayProcess(this.folder, """
					routes:
					  - id: kafka
					    from: kafka:%1$s
					    to: http://127.0.0.1:%2$d/target/kafka
					    delivery: {dead-letter-sink: 'http://127.0.0.1:%3$d/sink/kafka', backoff-max-delay: 1s}
					  - id: rabbit
					    from: rabbit:%1$s
					    to: http://127.0.0.1:%2$d/target/rabbit
					    delivery: {dead-letter-sink: 'http://127.0.0.1:%3$d/sink/rabbit', backoff-max-delay: 1s}
					""".formatted(SOURCE, target.getAddress().getPort(), sinkPort), options)) {
				gateway.start().awaitBound();
				for (String id : List.of("e0", "e1", "e2")) {
					kafka.send(SOURCE, message("ce_", id));
					rabbit.send(SOURCE, message("cloudEvents_", id));
				}
				awaitCounters(gateway, "held", 3);
				assertThat(KafkaPeer.committed(SOURCE)).isZero();
				gateway.stop();
				assertThat(KafkaPeer.committed(SOURCE)).as("committed before the stop, or by it").isZero();
				await().atMost(WAIT)
					.untilAsserted(() -> assertThat(rabbit.ready(QUEUE)).as("unacknowledged, so back in the queue")
						.isEqualTo(3));

				gateway.start().awaitBound();
				awaitCounters(gateway, "held", 3);
				assertThat(KafkaPeer.committed(SOURCE)).isZero();
				assertThat(rabbit.ready(QUEUE)).as("with the gateway again").isZero();
				assertThat(this.taken).isEmpty();

				sink = server(sinkPort, () -> 204);
				awaitCounters(gateway, "deadLettered", 3);
				await().atMost(WAIT).until(() -> KafkaPeer.committed(SOURCE) == 3);
				List<String> letters = ROUTES.stream()
					.flatMap((route) -> Stream.of("e0", "e1", "e2").map((id) -> "/sink/" + route + " " + id + " 400"))
					.toList();
				assertThat(this.taken).containsExactlyInAnyOrderElementsOf(letters);

				this.targetStatus = 204;
				kafka.send(SOURCE, message("ce_", "e3"));
				rabbit.send(SOURCE, message("cloudEvents_", "e3"));
				awaitCounters(gateway, "delivered", 1);
				await().atMost(WAIT).until(() -> KafkaPeer.committed(SOURCE) == 4);
				gateway.stop();
				assertThat(rabbit.ready(QUEUE)).as("all are acknowledged").isZero();
				assertThat(this.taken.subList(letters.size(), this.taken.size()))
					.containsExactlyInAnyOrder("/target/kafka e3 null", "/target/rabbit e3 null");
			}
		}
		finally {
			target.stop(0);
			if (sink != null) {
				sink.stop(0);
			}
		}
	}

	private static RawMessage message(String prefix, String id) {
		return new RawMessage(Map.of(prefix + "specversion", "1.0", prefix + "id", id, prefix + "source", "/sink-down",
				prefix + "type", "t"), "text/plain", id, "x".getBytes(StandardCharsets.UTF_8));
	}

	private static void awaitCounters(GatewayProcess gateway, String name, int count) {
		await().atMost(WAIT).untilAsserted(() -> {
			for (String route : ROUTES) {
				assertThat(gateway.admin("/admin/routes/" + route).path("counters").path(name).asInt())
					.as("%s of %s", name, route)
					.isEqualTo(count);
			}
		});
	}

	/** Notes what it takes. */
	private HttpServer server(int port, IntSupplier status) throws IOException {
		HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 100);
		server.createContext("/", (exchange) -> {
			int answer = status.getAsInt();
			if (answer == 204) {
				this.taken.add(exchange.getRequestURI().getPath() + " " + exchange.getRequestHeaders().getFirst("ce-id")
						+ " " + exchange.getRequestHeaders().getFirst("ce-dlcode"));
			}
			exchange.sendResponseHeaders(answer, -1);
			exchange.close();
		});
		server.start();
		return server;
	}

}
