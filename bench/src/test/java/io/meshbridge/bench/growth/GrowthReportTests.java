package io.meshbridge.bench.growth;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class GrowthReportTests {

	private static final List<Point> STEADY = List.of(point(1, 50_000, 20), point(10, 45_000, 22),
			point(10_000, 40_000, 24));

	@Test
	void tableSaysOfEachStepWhetherItIsLinear() {
		GrowthReport report = report(Curve.ROUTES, point(1, 50_000, 20), point(10, 45_000, 22), point(100, 400, 2200));
		assertThat(report.table()).contains("routes (routes on one source)", "50,000", "22.0   0.04", "2,200.0   2.00")
			.containsOnlyOnce("WORSE THAN LINEAR");
		assertThat(report.passed()).isFalse();
	}

	@Test
	void passesWithoutLossAndWithoutAStepThatIsWorse() {
		assertThat(new GrowthReport(List.of(new GrowthReport.Measured(Curve.ROUTES, STEADY, List.of()))).passed())
			.isTrue();
		assertThat(report(Curve.ROUTES, new Point(1, 50_000, 20, 1, 0, 0, null)).passed()).isFalse();
	}

	@Test
	void failedStepIsNamedAndTheNextOneIsNotComparedWithIt() {
		GrowthReport report = report(Curve.TARGETS, point(1, 50_000, 20), Point.failed(10, "broker gone\nand more"),
				point(100, 500, 2000));
		assertThat(report.table()).contains("failed: broker gone").doesNotContain("and more", "WORSE");
		assertThat(report.passed()).isFalse();
	}

	@Test
	void sizesAreToldInBytesToo() {
		assertThat(report(Curve.SIZE, point(1, 10_000, 20), point(1024, 100, 2000)).table()).contains("MB/s", "1 KiB",
				"1 MiB", " 105 ");
	}

	@Test
	void jsonHoldsBothContestants() {
		GrowthReport report = new GrowthReport(List.of(new GrowthReport.Measured(Curve.PARTITIONS, STEADY,
				List.of(point(1, 60_000, 5), Point.failed(10, "gone"), point(10_000, 60_000, 5)))));
		JsonNode curve = JsonMapper.builder().build().readTree(report.json()).path("curves").path(0);
		assertThat(curve.path("curve").asString()).isEqualTo("partitions");
		assertThat(curve.path("gateway").path(1).path("verdict").asString()).isEqualTo("ok");
		assertThat(curve.path("raw").path(1).path("failure").asString()).isEqualTo("gone");
	}

	@Test
	void plotIsWellFormedAndHasAValueAtEachPoint(@TempDir Path folder) throws Exception {
		GrowthReport report = new GrowthReport(
				List.of(new GrowthReport.Measured(Curve.HTTP_CONNECTIONS, STEADY, STEADY),
						new GrowthReport.Measured(Curve.TARGETS, List.of(Point.failed(1, "gone")), List.of())));
		report.plot(folder.resolve("plots"));
		Path plot = folder.resolve("plots").resolve("http-connections.svg");
		assertThat(folder.resolve("plots")).isDirectoryContaining((file) -> file.equals(plot));
		try (var files = Files.list(folder.resolve("plots"))) {
			assertThat(files).hasSize(1);
		}
		Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(plot.toFile());
		assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
		assertThat(document.getElementsByTagName("circle").getLength()).isEqualTo(4 * STEADY.size());
		NodeList texts = document.getElementsByTagName("text");
		StringBuilder all = new StringBuilder();
		for (int i = 0; i < texts.getLength(); i++) {
			all.append(texts.item(i).getTextContent()).append('\n');
		}
		assertThat(all).contains("events/s", "CPU µs per event", "HTTP connections", "45,000", "10,000", "linear");
		assertThat(Files.readString(plot)).doesNotContain("NaN", "Infinity");
	}

	private static GrowthReport report(Curve curve, Point... gateway) {
		return new GrowthReport(List.of(new GrowthReport.Measured(curve, List.of(gateway), List.of())));
	}

	private static Point point(int step, double perSecond, double cpuMicros) {
		return new Point(step, perSecond, cpuMicros, 0, 0, 0, null);
	}

}
