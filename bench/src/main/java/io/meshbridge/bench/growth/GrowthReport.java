package io.meshbridge.bench.growth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import tools.jackson.databind.json.JsonMapper;

/**
 * Curves as they were measured: as a table, as JSON, and as plots.
 *
 * @param curves in the order of measuring
 */
public record GrowthReport(List<Measured> curves) {

	private static final String ROW = "%-12s %12s %8s %13s %6s   %-14s %s   %s%n";

	private static final String RAW = "   %12s %10s";

	private static final double KIB_PER_MB = 1e6 / 1024;

	/**
	 * Makes a report.
	 */
	public GrowthReport {
		curves = List.copyOf(curves);
	}

	/**
	 * One curve.
	 *
	 * @param curve what grows
	 * @param gateway its steps; none if it was left out
	 * @param raw those of the raw bridge; none if there is none
	 */
	public record Measured(Curve curve, List<Point> gateway, List<Point> raw) {

		/**
		 * Makes a curve.
		 */
		public Measured {
			gateway = List.copyOf(gateway);
			raw = List.copyOf(raw);
		}

		/**
		 * The contestant that is judged.
		 */
		List<Point> judged() {
			return this.gateway.isEmpty() ? this.raw : this.gateway;
		}

		/**
		 * What is said of a step.
		 */
		String verdict(int index) {
			Point point = judged().get(index);
			if (point.failure() != null) {
				return "failed: " + point.failure().lines().findFirst().orElse("");
			}
			if (!point.measured()) {
				return "incomplete: " + point.lost() + " did not arrive in time";
			}
			if (index == 0 || !judged().get(index - 1).measured()) {
				return "";
			}
			return this.curve.worseThanLinear(judged().get(index - 1), point) ? "WORSE THAN LINEAR" : "ok";
		}

		private boolean passed() {
			for (int i = 0; i < judged().size(); i++) {
				if (!judged().get(i).clean() || verdict(i).startsWith("WORSE")) {
					return false;
				}
			}
			return this.raw.stream().allMatch(Point::clean);
		}

	}

	/**
	 * Whether all was measured, nothing was lost, and no step is worse than linear.
	 */
	public boolean passed() {
		return this.curves.stream().allMatch(Measured::passed);
	}

	/**
	 * The table.
	 */
	public String table() {
		StringBuilder table = new StringBuilder();
		for (Measured measured : this.curves) {
			Curve curve = measured.curve();
			table.append("%n%s (%s)%n".formatted(curve.label(), curve.title()));
			table.append(row("step", "events/s", (curve == Curve.SIZE) ? "MB/s" : "", "CPU us/event", "power",
					"lost/dup/reord", measured.raw().isEmpty() ? "" : RAW.formatted("raw events/s", "raw CPU us"), ""));
			for (int i = 0; i < measured.judged().size(); i++) {
				table.append(row(measured, i));
			}
		}
		return table.toString();
	}

	private static String row(Measured measured, int index) {
		Curve curve = measured.curve();
		Point point = measured.judged().get(index);
		boolean compared = index > 0 && point.measured() && measured.judged().get(index - 1).measured();
		String power = compared ? "%.2f".formatted(curve.power(measured.judged().get(index - 1), point)) : "-";
		Point raw = (index < measured.raw().size()) ? measured.raw().get(index) : null;
		return row(curve.text(point.step()), "%,d".formatted(Math.round(point.eventsPerSecond())),
				(curve == Curve.SIZE) ? "%.0f".formatted(megabytesPerSecond(point)) : "",
				"%,.1f".formatted(point.cpuMicrosPerEvent()), power,
				point.lost() + "/" + point.duplicated() + "/" + point.reordered(),
				(raw != null) ? RAW.formatted("%,d".formatted(Math.round(raw.eventsPerSecond())),
						"%,.1f".formatted(raw.cpuMicrosPerEvent())) : "",
				measured.verdict(index));
	}

	private static String row(Object... cells) {
		return ROW.formatted(cells).stripTrailing() + System.lineSeparator();
	}

	private static double megabytesPerSecond(Point point) {
		return point.eventsPerSecond() * point.step() / KIB_PER_MB;
	}

	/**
	 * The same as a JSON document.
	 */
	public String json() {
		Map<String, Object> document = new LinkedHashMap<>();
		document.put("processors", Runtime.getRuntime().availableProcessors());
		document.put("java", System.getProperty("java.runtime.version"));
		document.put("curves", this.curves.stream().map((measured) -> {
			Map<String, Object> entries = new LinkedHashMap<>();
			entries.put("curve", measured.curve().label());
			entries.put("gateway", entries(measured, measured.gateway()));
			entries.put("raw", entries(measured, measured.raw()));
			return entries;
		}).toList());
		return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n";
	}

	private static List<Map<String, Object>> entries(Measured measured, List<Point> points) {
		List<Map<String, Object>> all = new ArrayList<>();
		for (int i = 0; i < points.size(); i++) {
			Point point = points.get(i);
			Map<String, Object> entries = new LinkedHashMap<>();
			entries.put("step", point.step());
			entries.put("eventsPerSecond", point.eventsPerSecond());
			entries.put("cpuMicrosPerEvent", point.cpuMicrosPerEvent());
			entries.put("lost", point.lost());
			entries.put("duplicated", point.duplicated());
			entries.put("reordered", point.reordered());
			if (points.equals(measured.judged())) {
				entries.put("verdict", measured.verdict(i));
			}
			else if (point.failure() != null) {
				entries.put("failure", point.failure());
			}
			all.add(entries);
		}
		return all;
	}

	/**
	 * Writes one plot for each curve that has two points: events/s, and CPU time of an
	 * event with a dashed line for a cost that is linear.
	 */
	public void plot(Path folder) throws IOException {
		Files.createDirectories(folder);
		for (Measured measured : this.curves) {
			if (measured.judged().stream().filter(Point::measured).count() > 1) {
				Files.writeString(folder.resolve(measured.curve().label() + ".svg"), svg(measured),
						StandardCharsets.UTF_8);
			}
		}
	}

	static String svg(Measured measured) {
		Curve curve = measured.curve();
		boolean size = curve == Curve.SIZE;
		LinePlot rate = new LinePlot(curve.title(), size ? "MB/s" : "events/s");
		LinePlot cost = new LinePlot(curve.title(), "CPU µs per event");
		for (boolean raw : new boolean[] { true, false }) {
			List<Point> points = (raw ? measured.raw() : measured.gateway()).stream().filter(Point::measured).toList();
			if (!points.isEmpty()) {
				rate.line(raw ? "raw" : "gateway",
						places(curve, points, size ? GrowthReport::megabytesPerSecond : Point::eventsPerSecond));
				cost.line(raw ? "raw" : "gateway", places(curve, points, Point::cpuMicrosPerEvent));
			}
		}
		if (curve != Curve.BACKLOG) {
			cost.linear();
		}
		return LinePlot.svg(curve.label(), rate, cost);
	}

	private static List<LinePlot.Place> places(Curve curve, List<Point> points, ToDoubleFunction<Point> figure) {
		return points.stream()
			.map((point) -> new LinePlot.Place(point.step(), curve.text(point.step()), figure.applyAsDouble(point)))
			.toList();
	}

}
