package io.meshbridge.gateway.admin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

import io.meshbridge.bridge.test.broker.FreePort;
import io.meshbridge.bridge.test.broker.MosquittoTestBroker;
import io.meshbridge.bridge.test.broker.TestBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.messaging.Message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two binders of one kind, each with a broker of its own: the embedded one, which a
 * binder without a URL connects to, and Mosquitto.
 */
@ExtendWith(OutputCaptureExtension.class)
class SeveralBrokersIT {

	private static final Duration WAIT = Duration.ofSeconds(30);

	private static final String ROUTES = """
			routes:
			  - {id: in, from: 'queue:in', to: 'plant-a:sensors/1'}
			  - {id: across, from: 'plant-a:sensors/+', to: 'plant-b:sensors/1'}
			  - {id: out, from: 'plant-b:sensors/+', to: 'queue:out'}
			""";

	private final TestBroker plantB = MosquittoTestBroker.get();

	private final int plantA = FreePort.any();

	@Test
	void takesEventsFromOneToTheOtherAndTellsTheirHealthApart(@TempDir Path directory, CapturedOutput output)
			throws Exception {
		try (RunningGateway gateway = new RunningGateway(directory, ROUTES,
				"--meshbridge.embedded-broker.mqtt.port=" + this.plantA,
				"--meshbridge.embedded-broker.amqp.enabled=false", "--meshbridge.mqtt.reconnect-max-delay=1s",
				"--spring.cloud.stream.binders.plant-a.type=mqtt", "--spring.cloud.stream.binders.plant-b.type=mqtt",
				"--spring.cloud.stream.binders.plant-b.environment.meshbridge.mqtt.url=tcp://127.0.0.1:"
						+ this.plantB.port())) {
			assertThat(output.getOut()).containsPattern("The gateway is up: .*MQTT on 127\\.0\\.0\\.1:" + this.plantA
					+ ".*; routes: 3, sources: 3, targets: 4\n");
			gateway.awaitBound();
			awaitStatus(gateway, "UP", "UP");
			gateway.send("in", "1", "reading");
			assertThat(idOfNext(gateway)).isEqualTo("1");
			assertThat(part(gateway, "plant-a").path("details").path("url").asString())
				.isEqualTo("tcp://127.0.0.1:" + this.plantA);
			assertThat(part(gateway, "plant-b").path("details").path("url").asString())
				.isEqualTo("tcp://127.0.0.1:" + this.plantB.port());
			this.plantB.stop();
			try {
				awaitStatus(gateway, "UP", "DOWN");
				gateway.send("in", "2", "reading");
			}
			finally {
				this.plantB.start();
			}
			awaitStatus(gateway, "UP", "UP");
			assertThat(idOfNext(gateway)).isEqualTo("2");
		}
	}

	private static void awaitStatus(RunningGateway gateway, String plantA, String plantB) {
		await().atMost(WAIT).untilAsserted(() -> {
			assertThat(part(gateway, "plant-a").path("status").asString("")).isEqualTo(plantA);
			assertThat(part(gateway, "plant-b").path("status").asString("")).isEqualTo(plantB);
		});
	}

	private static JsonNode part(RunningGateway gateway, String binder) throws Exception {
		return gateway.get("/actuator/health").path("components").path("binders").path("components").path(binder);
	}

	private static Object idOfNext(RunningGateway gateway) throws InterruptedException {
		Message<?> message = gateway.queues().take("out", WAIT);
		assertThat(message).isNotNull();
		return Objects.requireNonNull(Objects.requireNonNull(message).getHeaders().get("ce-id"));
	}

}
