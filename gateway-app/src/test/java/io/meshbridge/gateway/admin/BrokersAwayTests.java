package io.meshbridge.gateway.admin;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

import io.meshbridge.bridge.test.broker.FreePort;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
 * What an operator sees while no broker is there.
 */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokersAwayTests {

	private static final Duration WAIT = Duration.ofSeconds(30);

	private static final Duration LONGEST_ANSWER = Duration.ofSeconds(5);

	private static final Set<String> AWAY = Set.of("kafka", "kafka-two", "rabbit", "mqtt");

	private static final String ROUTES = """
			routes:
			  - {id: a, from: 'kafka:readings', to: 'rabbit:readings'}
			  - {id: b, from: 'kafka-two:readings', to: 'queue:out'}
			  - {id: c, from: 'mqtt:plant/#', to: 'queue:out'}
			""";

	private RunningGateway gateway;

	@BeforeAll
	void start(@TempDir Path directory) throws Exception {
		int nobody = FreePort.any();
		this.gateway = new RunningGateway(directory, ROUTES, "--meshbridge.embedded-broker.enabled=false",
				"--spring.kafka.bootstrap-servers=127.0.0.1:" + nobody, "--spring.rabbitmq.host=127.0.0.1",
				"--spring.rabbitmq.port=" + nobody, "--meshbridge.mqtt.url=tcp://127.0.0.1:" + nobody,
				"--meshbridge.mqtt.connect-timeout=1s", "--spring.cloud.stream.binders.kafka-two.type=kafka",
				"--spring.cloud.stream.binders.kafka-two.environment.spring.kafka.bootstrap-servers=127.0.0.1:"
						+ nobody);
		await().atMost(WAIT).until(() -> parts().propertyNames().containsAll(AWAY));
	}

	@AfterAll
	void stop() {
		this.gateway.close();
	}

	@Test
	void saysDownForEachBrokerWithinFiveSeconds() throws Exception {
		await().atMost(WAIT).untilAsserted(() -> {
			long start = System.nanoTime();
			HttpResponse<String> response = this.gateway.request("GET", "/actuator/health");
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONGEST_ANSWER);
			assertThat(response.statusCode()).isEqualTo(503);
			JsonNode parts = parts(RunningGateway.json(response));
			for (String name : AWAY) {
				assertThat(parts.path(name).path("status").asString()).as(name).isEqualTo("DOWN");
			}
		});
	}

	@Test
	void staysAliveAndReady() throws Exception {
		for (String probe : new String[] { "liveness", "readiness" }) {
			HttpResponse<String> response = this.gateway.request("GET", "/actuator/health/" + probe);
			assertThat(response.statusCode()).as(probe).isEqualTo(200);
			assertThat(RunningGateway.json(response).path("status").asString()).isEqualTo("UP");
		}
	}

	@Test
	void keepsAPauseForWhenTheBrokerComes() throws Exception {
		JsonNode paused = RunningGateway.json(this.gateway.request("POST", "/admin/bindings/pause/kafka:readings"));
		assertThat(paused.path("state").asString()).isEqualTo("WAITING");
		assertThat(paused.path("paused").asBoolean()).isTrue();
		JsonNode resumed = RunningGateway.json(this.gateway.request("POST", "/admin/bindings/resume/kafka:readings"));
		assertThat(resumed.path("paused").asBoolean()).isFalse();
	}

	@Test
	void saysInOneLineForEachBrokerThatItIsNotThere(CapturedOutput output) {
		for (String name : AWAY) {
			await().atMost(WAIT)
				.untilAsserted(() -> assertThat(output.getOut()
					.lines()
					.filter((line) -> line.contains("broker of binder '" + name + "' is not there: "))).hasSize(1));
		}
		assertThat(output.getOut()).doesNotContain("\tat ").doesNotContain("Exception:");
	}

	@Test
	void saysAtTheStartWhereItListensAndHowMuchIsActive(CapturedOutput output) {
		assertThat(output.getOut()).containsPattern("The gateway is up: events on http://127\\.0\\.0\\.1:[1-9]\\d*, "
				+ "admin API on http://127\\.0\\.0\\.1:[1-9]\\d*/admin; routes: 3, sources: 3, targets: 2\n");
	}

	@Test
	void saysThatNoRouteIsActiveAndWhereToWriteOne(@TempDir Path directory, CapturedOutput output) throws Exception {
		new RunningGateway(directory, "routes: []", "--meshbridge.embedded-broker.enabled=false").close();
		assertThat(output.getOut()).contains("No route is active, so nothing is taken in: write routes into "
				+ directory.resolve("routes.yaml") + " (meshbridge.routes-file) or under meshbridge.routes");
	}

	private JsonNode parts() throws Exception {
		return parts(this.gateway.get("/actuator/health"));
	}

	private static JsonNode parts(JsonNode health) {
		return health.path("components").path("binders").path("components");
	}

}
