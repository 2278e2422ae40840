package io.meshbridge.it;

import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.sun.net.httpserver.HttpServer;
import io.meshbridge.bridge.test.RawMessage;
import io.meshbridge.bridge.test.broker.KafkaTestBroker;
import io.meshbridge.bridge.test.broker.RabbitTestBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What is lost when something breaks: nothing.
 */
class OutageIT {

	private static final Duration WAIT = Duration.ofSeconds(180);

	@TempDir(cleanup = CleanupMode.ON_SUCCESS)
	private Path folder = Path.of(".");

	@Test
	void losesNothingWhenTheGatewayIsKilled() throws Exception {
		try (KafkaPeer kafka = new KafkaPeer(); RabbitPeer rabbit = new RabbitPeer()) {
			kafka.open(List.of("killed-in"), List.of());
			rabbit.open(List.of(), List.of("killed-out"));
			List<String> sent = numbered("killed", 3000);
			for (String text : sent) {
				kafka.sendLater("killed-in", plain(text));
			}
			kafka.flush();
			List<String> options = new ArrayList<>(kafka.options());
			options.addAll(rabbit.options());
			// The broker gives what the killed one read to the next one after this time.
			options.add("--spring.kafka.consumer.properties.session.timeout.ms=6000");
			try (GatewayProcess gateway = new GatewayProcess(this.folder,
					"routes: [{id: killed, from: 'kafka:killed-in', to: 'rabbit:killed-out'}]", options)) {
				gateway.start();
				await().atMost(WAIT)
					.pollInterval(Duration.ofMillis(5))
					.until(() -> !rabbit.taken("killed-out").isEmpty());
				gateway.kill();
				gateway.start();
				await().atMost(WAIT).until(() -> texts(rabbit, "killed-out").containsAll(sent));
				gateway.stop();
				assertThat(gateway.logText()).contains("stopped, nothing is left in flight");
			}
		}
	}

	@Test
	void tellsAnHttpSenderToComeAgainWhileTheTargetIsAway() throws Exception {
		try (KafkaPeer kafka = new KafkaPeer(); HttpPeer http = new HttpPeer()) {
			kafka.open(List.of(), List.of("away-out"));
			try (GatewayProcess gateway = new GatewayProcess(this.folder, """
					delivery: {retry: 1, timeout: 2s}
					routes: [{id: away, from: 'http:/away', to: 'kafka:away-out'}]
					""", kafka.options()).start().awaitBound()) {
				http.gatewayPort(gateway.eventPort());
				// The first event may take longer than two seconds.
				await().atMost(WAIT).ignoreExceptions().untilAsserted(() -> http.send("away", plain("before")));
				KafkaTestBroker.get().stop();
				HttpResponse<String> answer;
				try {
					answer = http.post("away", plain("meanwhile"));
				}
				finally {
					KafkaTestBroker.get().start();
				}
				assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
				assertThat(answer.headers().firstValue("Retry-After")).isPresent();
				assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
				await().atMost(WAIT).ignoreExceptions().untilAsserted(() -> http.send("away", plain("after")));
				await().atMost(WAIT).until(() -> texts(kafka, "away-out").containsAll(List.of("before", "after")));
			}
		}
	}

	@Test
	void pausesTheSourceWhileTheTargetIsAwayAndGivesNothingUp() throws Exception {
		int port = GatewayProcess.freePort();
		String target = "http://127.0.0.1:" + port + "/readings";
		Set<String> arrived = ConcurrentHashMap.newKeySet();
		HttpServer receiver = null;
		try (KafkaPeer kafka = new KafkaPeer()) {
			kafka.open(List.of("outage-in"), List.of());
			try (GatewayProcess gateway = new GatewayProcess(this.folder, """
					delivery: {retry: 1, backoff-max-delay: 2s}
					routes: [{id: outage, from: 'kafka:outage-in', to: '%s'}]
					""".formatted(target), kafka.options()).start().awaitBound()) {
				List<String> sent = numbered("outage", 5000);
				for (String text : sent) {
					kafka.sendLater("outage-in", plain(text));
				}
				kafka.flush();
				await().atMost(WAIT).untilAsserted(() -> {
					JsonNode source = gateway.admin("/admin/bindings").get(0);
					assertThat(source.path("state").asString()).isEqualTo("PAUSED");
					assertThat(source.path("problem").asString()).startsWith("target " + target + " is out: ");
				});
				assertThat(route(gateway).path("to").get(0).path("state").asString()).isIn("out", "probing");
				receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 1000);
				receiver.createContext("/", (exchange) -> {
					arrived.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
					exchange.sendResponseHeaders(204, -1);
					exchange.close();
				});
				receiver.start();
				await().atMost(WAIT).until(() -> arrived.containsAll(sent));
				await().atMost(WAIT)
					.until(() -> gateway.admin("/admin/bindings").get(0).path("state").asString().equals("BOUND"));
				JsonNode counters = route(gateway).path("counters");
				assertThat(counters.path("deadLettered").asInt()).isZero();
				assertThat(counters.path("held").asInt()).isZero();
				assertThat(gateway.logText().lines().filter((line) -> line.contains("target " + target + " is out")))
					.filteredOn((line) -> line.contains(" WARN "))
					.hasSize(1);
			}
		}
		finally {
			if (receiver != null) {
				receiver.stop(0);
			}
		}
	}

	private static JsonNode route(GatewayProcess gateway) throws Exception {
		return gateway.admin("/admin/routes").get(0);
	}

	@Test
	void startsWithoutABrokerAndBindsWhenItComes() throws Exception {
		List<String> options = new ArrayList<>();
		try (RabbitPeer rabbit = new RabbitPeer()) {
			rabbit.open(List.of("late-in"), List.of());
			rabbit.send("late-in", plain("waiting"));
			options.addAll(rabbit.options());
		}
		try (KafkaPeer kafka = new KafkaPeer()) {
			kafka.open(List.of(), List.of("late-out"));
			options.addAll(kafka.options());
			RabbitTestBroker.get().stop();
			try (GatewayProcess gateway = new GatewayProcess(this.folder,
					"routes: [{id: late, from: 'rabbit:late-in', to: 'kafka:late-out'}]", options)) {
				try {
					gateway.start();
					await().atMost(WAIT).ignoreExceptions().untilAsserted(() -> {
						JsonNode health = gateway.admin("/actuator/health");
						JsonNode brokers = health.path("components").path("binders").path("components");
						assertThat(brokers.path("rabbit").path("status").asString()).isEqualTo("DOWN");
						assertThat(brokers.path("kafka").path("status").asString()).isEqualTo("UP");
					});
				}
				finally {
					RabbitTestBroker.get().start();
				}
				await().atMost(WAIT).until(() -> texts(kafka, "late-out").contains("waiting"));
				assertThat(
						gateway.logText().lines().filter((line) -> line.contains(" WARN ") || line.contains(" ERROR ")))
					.as("one line for each change of state, no storm")
					.hasSizeLessThan(10);
			}
		}
	}

	@Test
	void resumesAfterABrokerRestartAndLosesNothing() throws Exception {
		try (KafkaPeer kafka = new KafkaPeer(); RabbitPeer rabbit = new RabbitPeer()) {
			kafka.open(List.of("restart-in"), List.of());
			rabbit.open(List.of(), List.of("restart-out"));
			List<String> options = new ArrayList<>(kafka.options());
			options.addAll(rabbit.options());
			try (GatewayProcess gateway = new GatewayProcess(this.folder, """
					delivery: {retry: 0, backoff-max-delay: 1s}
					routes: [{id: restart, from: 'kafka:restart-in', to: 'rabbit:restart-out'}]
					""", options).start().awaitBound()) {
				List<String> sent = numbered("restart", 2000);
				for (String text : sent.subList(0, 1000)) {
					kafka.sendLater("restart-in", plain(text));
				}
				await().atMost(WAIT).until(() -> !rabbit.taken("restart-out").isEmpty());
				RabbitTestBroker.get().stop();
				for (String text : sent.subList(1000, 2000)) {
					kafka.sendLater("restart-in", plain(text));
				}
				kafka.flush();
				RabbitTestBroker.get().start();
				await().atMost(WAIT)
					.untilAsserted(() -> assertThat(missing(rabbit, "restart-out", sent))
						.as(() -> "not arrived yet, see " + gateway.log())
						.isEmpty());
				assertThat(gateway.running()).isTrue();
			}
		}
	}

	private static List<String> numbered(String name, int count) {
		return IntStream.range(0, count).mapToObj((number) -> name + "-" + number).toList();
	}

	private static RawMessage plain(String text) {
		return new RawMessage(Map.of(), "text/plain", text, text.getBytes(StandardCharsets.UTF_8));
	}

	private static List<String> missing(Peer peer, String destination, List<String> sent) {
		Set<String> arrived = texts(peer, destination);
		return sent.stream().filter((text) -> !arrived.contains(text)).toList();
	}

	private static Set<String> texts(Peer peer, String destination) {
		return peer.taken(destination).stream().map(RawMessage::text).collect(Collectors.toSet());
	}

}
