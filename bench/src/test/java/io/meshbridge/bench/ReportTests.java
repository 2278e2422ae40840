package io.meshbridge.bench;

import java.util.List;
import java.util.Map;

import io.meshbridge.bench.Report.PathResult;
import io.meshbridge.bench.load.Arrivals;
import io.meshbridge.bench.load.Latency;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class ReportTests {

	private static final Options OPTIONS = Options.parse("--raw-only");

	@Test
	void ratiosCompareTheGatewayWithTheRawBridge() {
		PathResult path = both(outcome(60_000, 10, 0), outcome(45_000, 25, 0));
		assertThat(path.ratio(Side.GATEWAY, Arrivals.Count::eventsPerSecond)).isCloseTo(0.75, within(0.001));
		assertThat(path.ratio(Side.GATEWAY, Arrivals.Count::cpuMicrosPerEvent)).isCloseTo(2.5, within(0.001));
		assertThat(new Report(List.of(path)).table()).contains("60,000", "45,000", "0.75", "10.0", "25.0", "2.50",
				"1,000", "2,500", "0/0/0");
	}

	@Test
	void bestIsTheBestOfEachFigureWithTheFaultsOfAll() {
		Outcome best = Outcome.best(List.of(outcome(100, 9, 1), outcome(300, 7, 0), outcome(200, 5, 2)));
		assertThat(best.count().eventsPerSecond()).isEqualTo(300);
		assertThat(best.count().cpuMicrosPerEvent()).isEqualTo(5);
		assertThat(best.count().allocatedBytesPerEvent()).isEqualTo(500);
		assertThat(best.count().lost()).isEqualTo(3);
		assertThat(best.failure()).isNull();
	}

	@Test
	void oneFailedRunIsNotHiddenByAGoodOne() {
		Outcome best = Outcome.best(List.of(Outcome.failed("broker gone"), outcome(300, 7, 0)));
		assertThat(best.count().cpuMicrosPerEvent()).isEqualTo(7);
		assertThat(best.failure()).isEqualTo("broker gone");
		assertThat(best.clean()).isFalse();
	}

	@Test
	void passesOnlyWithoutLossAndAboveTheFloor() {
		assertThat(passed(outcome(60, 1, 0), outcome(30, 1, 0), 0.5)).isTrue();
		assertThat(passed(outcome(60, 1, 0), outcome(29, 1, 0), 0.5)).isFalse();
		assertThat(passed(outcome(60, 1, 0), outcome(60, 1, 1), 0.5)).isFalse();
		assertThat(passed(outcome(60, 1, 1), outcome(60, 1, 0), 0.5)).isFalse();
		assertThat(passed(outcome(60, 1, 0), Outcome.failed("no"), 0)).isFalse();
		assertThat(new Report(List.of(PathResult.skipped("mqtt-kafka", "not installed"))).passed(0.5)).isTrue();
	}

	@Test
	void whatAPeerLosesIsShownButDoesNotFailTheBench() {
		Report report = new Report(List.of(new PathResult("http-kafka", null,
				Map.of(Side.RAW, outcome(60, 1, 0), Side.GATEWAY, outcome(60, 1, 0), Side.CAMEL, outcome(7, 9, 4)))));
		assertThat(report.passed(0.5)).isTrue();
		assertThat(report.table()).containsSubsequence("raw", "gateway", "camel", "4/0/0");
	}

	@Test
	void saysWhatWasSkippedAndWhatFailed() {
		Report report = new Report(List.of(PathResult.skipped("mqtt-kafka", "not installed: mosquitto"),
				both(outcome(100, 1, 0), Outcome.failed("it ended by itself"))));
		assertThat(report.table()).contains("mqtt-kafka         skipped: not installed: mosquitto")
			.contains("kafka-kafka gateway: it ended by itself");
	}

	@Test
	void jsonHoldsTheSameFigures() {
		Report report = new Report(List.of(both(outcome(60_000, 10, 0), outcome(45_000, 25, 4)),
				PathResult.skipped("mqtt-kafka", "not installed: mosquitto")));
		JsonNode json = JsonMapper.builder().build().readTree(report.json(OPTIONS));
		assertThat(json.path("dataBytes").asInt()).isEqualTo(1024);
		JsonNode first = json.path("paths").path(0);
		assertThat(first.path("raw").path("eventsPerSecond").asDouble()).isEqualTo(60_000);
		assertThat(first.path("gateway").path("lost").asInt()).isEqualTo(4);
		assertThat(first.path("gateway").path("throughputRatio").asDouble()).isCloseTo(0.75, within(0.001));
		assertThat(json.path("paths").path(1).path("skipped").asString()).isEqualTo("not installed: mosquitto");
	}

	@Test
	void addedLatencyIsTheDifferenceToTheRawBridge() {
		Outcome raw = outcome(60_000, 10, 0).withLatencyOf(List.of(latency(1.5, 4, 0)));
		Outcome gateway = outcome(45_000, 25, 0).withLatencyOf(List.of(latency(2.25, 14, 0)));
		Report report = new Report(List.of(both(raw, gateway)));
		assertThat(report.table()).containsPattern("kafka-kafka +1,000 +raw +1\\.5 +4\\.0")
			.containsPattern("gateway +2\\.3 +0\\.8 +14\\.0 +10\\.0");
		JsonNode latency = JsonMapper.builder()
			.build()
			.readTree(report.json(OPTIONS))
			.path("paths")
			.path(0)
			.path("gateway")
			.path("latency")
			.path(0);
		assertThat(latency.path("p99Millis").asDouble()).isEqualTo(14);
		assertThat(latency.path("addedP50Millis").asDouble()).isEqualTo(0.75);
		assertThat(latency.path("addedP99Millis").asDouble()).isEqualTo(10);
	}

	@Test
	void latencyIsThatOfTheBestRunWithTheFaultsOfAll() {
		Outcome outcome = outcome(60_000, 10, 1).withLatencyOf(List.of(latency(1, 9, 2), latency(2, 5, 0)));
		assertThat(outcome.latencies()).containsExactly(new Latency(1000, 8000, 2, 5));
		assertThat(outcome.count().lost()).isEqualTo(3);
		assertThat(outcome.count().eventsPerSecond()).isEqualTo(60_000);
		assertThat(outcome(60_000, 10, 0).withLatencyOf(List.of(Outcome.failed("gone"))).failure()).isEqualTo("gone");
	}

	private static Outcome latency(double p50, double p99, long lost) {
		return new Outcome(outcome(1, 1, lost).count(), 1, List.of(new Latency(1000, 8000, p50, p99)), null);
	}

	private static boolean passed(Outcome raw, Outcome gateway, double floor) {
		return new Report(List.of(both(raw, gateway))).passed(floor);
	}

	private static PathResult both(Outcome raw, Outcome gateway) {
		return new PathResult("kafka-kafka", null, Map.of(Side.RAW, raw, Side.GATEWAY, gateway));
	}

	private static Outcome outcome(double perSecond, double cpuMicros, long lost) {
		return new Outcome(new Arrivals.Count(1000, lost, 0, 0, 0, 1, perSecond, cpuMicros, cpuMicros * 100), 1,
				List.of(), null);
	}

}
