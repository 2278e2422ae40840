package io.meshbridge.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.meshbridge.bench.Report.PathResult;
import io.meshbridge.bench.load.Arrivals;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

class BaselineTests {

	@TempDir
	private Path folder = Path.of("");

	@Test
	void upToAQuarterMoreIsNoProblem() throws IOException {
		assertThat(baseline(2.0, 3.0).problems(result(2.5, 3.75))).isEmpty();
		assertThat(baseline(2.0, 3.0).problems(result(0.5, 1.0))).isEmpty();
	}

	@Test
	void saysPathFigureLimitAndHowToChangeIt() throws IOException {
		Baseline baseline = baseline(2.0, 3.0);
		assertThat(baseline.problems(result(2.0, 3.76))).containsExactly(
				"kafka-kafka: allocated bytes per event: 3.76 times the raw bridge's, limit 3.75 (3.00 in '"
						+ baseline.file() + "', and a quarter); find out what costs that, or, if it is worth it, "
						+ "write its figures: ./meshbridge bench kafka-kafka --write-baseline " + baseline.file());
		assertThat(baseline.problems(result(2.51, 3.0))).singleElement()
			.asString()
			.startsWith("kafka-kafka: CPU time per event: 2.51 times the raw bridge's, limit 2.50 ");
	}

	@Test
	void cpuTimeIsNotJudgedWhileThatOfOneSideIsUneven() throws IOException {
		Baseline baseline = baseline(2.0, 3.0);
		PathResult even = goes(List.of(outcome(10, 1000), outcome(12.5, 1000)));
		assertThat(baseline.unjudged(even)).isNull();
		assertThat(baseline.problems(even)).hasSize(2);
		PathResult uneven = goes(List.of(outcome(16, 1000), outcome(10, 1000), outcome(12, 1000)));
		assertThat(baseline.unjudged(uneven))
			.startsWith("kafka-kafka: CPU time per event: 3.00 times the raw bridge's (2.00 in '")
			.contains("but that of one side differed by 1.60");
		PathResult unevenGateway = goes(List.of(outcome(10, 1000)), List.of(outcome(30, 4000), outcome(40, 4000)));
		assertThat(baseline.unjudged(unevenGateway)).contains("but that of one side differed by 1.33");
		assertThat(baseline.problems(uneven)).singleElement()
			.asString()
			.startsWith("kafka-kafka: allocated bytes per event: 4.00 times");
	}

	@Test
	void cpuTimeIsNotJudgedOnASlowerMachine() throws IOException {
		Baseline baseline = baseline(2.0, 3.0);
		PathResult asFast = goes(List.of(outcome(12.5, 1000)), List.of(outcome(32, 4000)));
		assertThat(baseline.unjudged(asFast)).isNull();
		assertThat(baseline.problems(asFast)).hasSize(2);
		PathResult slower = goes(List.of(outcome(12.6, 1000)), List.of(outcome(40, 4000)));
		assertThat(baseline.unjudged(slower)).startsWith("kafka-kafka: CPU time per event: 3.17 times")
			.endsWith("but the raw bridge took 12.6 us itself and 10.0 there, so this machine is too slow for it");
		assertThat(baseline.problems(slower)).singleElement().asString().contains("allocated bytes per event");
		assertThat(baseline.unjudged(goes(List.of(outcome(20, 1000)), List.of(outcome(50, 1000))))).isNull();
		PathResult gross = goes(List.of(outcome(20, 1000)), List.of(outcome(121, 1000)));
		assertThat(baseline.unjudged(gross)).isNull();
		assertThat(baseline.problems(gross)).singleElement().asString().contains("CPU time per event: 6.05 times");
	}

	private static PathResult goes(List<Outcome> raw) {
		return goes(raw, List.of(outcome(30, 4000)));
	}

	private static PathResult goes(List<Outcome> raw, List<Outcome> gateway) {
		return new PathResult("kafka-kafka", null,
				Map.of(Side.RAW, Outcome.best(raw), Side.GATEWAY, Outcome.best(gateway)));
	}

	@Test
	void whatCanNotBeMeasuredIsAProblem() throws IOException {
		assertThat(baseline(2.0, 3.0).problems(result(2.0, 0))).singleElement()
			.asString()
			.startsWith("kafka-kafka: allocated bytes per event could not be measured, expected at most 3.75 times");
	}

	@Test
	void skippedPathIsNoProblemAndUnknownOneIsNamed() throws IOException {
		Baseline baseline = baseline(2.0, 3.0);
		assertThat(baseline.problems(PathResult.skipped("kafka-kafka", "not installed"))).isEmpty();
		assertThat(baseline.missing("kafka-kafka")).isNull();
		assertThat(baseline.missing("mqtt-kafka")).contains("no figures in")
			.contains("./meshbridge bench mqtt-kafka --write-baseline");
	}

	@Test
	void writingKeepsTheFiguresOfOtherPaths() throws IOException {
		Baseline baseline = baseline(2.0, 3.0);
		Map<Side, Outcome> outcomes = result(1.234, 5.0).outcomes();
		baseline.write(List.of(new PathResult("http-kafka", null, outcomes), PathResult.skipped("mqtt-kafka", "away")));
		Map<String, Baseline.Cost> paths = Baseline.read(baseline.file()).paths();
		assertThat(paths).containsOnlyKeys("kafka-kafka", "http-kafka")
			.containsEntry("kafka-kafka", new Baseline.Cost(2.0, 3.0, 10.0))
			.containsEntry("http-kafka", new Baseline.Cost(1.23, 5.0, 10.0));
	}

	@Test
	void fileOfAnotherKindIsNamed() throws IOException {
		Path file = Files.writeString(this.folder.resolve("other.json"), "[1]");
		assertThatIOException().isThrownBy(() -> Baseline.read(file))
			.withMessageContaining("'" + file + "' is no baseline");
	}

	private Baseline baseline(double cpu, double allocation) throws IOException {
		Baseline empty = Baseline.read(this.folder.resolve("baseline.json"));
		empty.write(List.of(result(cpu, allocation)));
		return Baseline.read(empty.file());
	}

	private static PathResult result(double cpuRatio, double allocationRatio) {
		return new PathResult("kafka-kafka", null,
				Map.of(Side.RAW, outcome(10, 1000), Side.GATEWAY, outcome(10 * cpuRatio, 1000 * allocationRatio)));
	}

	private static Outcome outcome(double cpuMicros, double allocated) {
		return new Outcome(new Arrivals.Count(1000, 0, 0, 0, 0, 1, 60_000, cpuMicros, allocated), 1, List.of(), null);
	}

}
