package io.meshbridge.bench;

import java.nio.file.Path;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class BenchIT {

	@Test
	void rawBridgesOverKafkaLoseNothing(@TempDir Path folder) throws Exception {
		Path json = folder.resolve("results.json");
		int exitCode = Bench.bench("--raw-only", "--seconds", "1", "--json", json.toString(), "http-kafka",
				"kafka-kafka");
		JsonNode results = JsonMapper.builder().build().readTree(json.toFile()).path("paths");
		assertThat(exitCode).as(results::toPrettyString).isZero();
		assertThat(results).hasSize(2).allSatisfy((path) -> {
			assertThat(path.path("raw").path("eventsPerSecond").asDouble()).isPositive();
			assertThat(path.path("raw").path("allocatedBytesPerEvent").asDouble()).isPositive();
			assertThat(path.path("raw").path("latency")).hasSize(2).allSatisfy((latency) -> {
				assertThat(latency.path("events").asDouble()).isEqualTo(latency.path("eventsPerSecond").asDouble() * 2,
						Offset.offset(2.0));
				assertThat(latency.path("p50Millis").asDouble()).isPositive();
			});
			assertThat(path.path("raw").path("duplicated").asInt()).isZero();
			assertThat(path.path("raw").path("reordered").asInt()).isZero();
		});
	}

	@Test
	void connectionsOfARawBridgeGrowWithoutLoss(@TempDir Path folder) throws Exception {
		Path json = folder.resolve("growth.json");
		int exitCode = GrowthBench.bench("growth", "http-connections", "--raw-only", "--quick", "--seconds", "1",
				"--json", json.toString(), "--svg", folder.toString());
		JsonNode curve = JsonMapper.builder().build().readTree(json.toFile()).path("curves").path(0);
		assertThat(exitCode).as(curve::toPrettyString).isZero();
		assertThat(curve.path("raw")).hasSize(3).allSatisfy((step) -> {
			assertThat(step.path("eventsPerSecond").asDouble()).isPositive();
			assertThat(step.path("reordered").asInt()).isZero();
		});
		assertThat(folder.resolve("http-connections.svg")).isNotEmptyFile();
	}

}
