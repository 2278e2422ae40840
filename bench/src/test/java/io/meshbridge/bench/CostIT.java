package io.meshbridge.bench;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the gateway costs per event does not creep up, on the paths that the baseline has.
 * When this fails, the output says which figure of which path is over which limit.
 */
class CostIT {

	private static final Path REPOSITORY = Path.of(System.getProperty("meshbridge.repository", ".."));

	@Test
	void eventCostsNoMoreThanAQuarterAboveTheBaseline(@TempDir Path folder) throws Exception {
		Path json = folder.resolve("results.json");
		int exitCode = Bench.bench("--gateway", REPOSITORY.resolve("gateway-app/target/meshbridge.jar").toString(),
				"--baseline", REPOSITORY.resolve("bench/baseline.json").toString(), "--json", json.toString());
		JsonNode results = JsonMapper.builder().build().readTree(json.toFile()).path("paths");
		assertThat(exitCode).as(results::toPrettyString).isZero();
		// Others may lack a broker.
		assertThat(results).filteredOn((path) -> path.path("gateway").path("cpuRatio").asDouble() > 0)
			.extracting((path) -> path.path("path").asString())
			.contains("kafka-kafka", "http-kafka", "kafka-http", "http-channel-http");
	}

}
