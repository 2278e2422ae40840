package io.meshbridge.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import io.meshbridge.bench.load.Arrivals;
import io.meshbridge.bench.load.EventSeries;
import io.meshbridge.bench.load.Latency;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Results of a bench, as a table and as JSON.
 *
 * @param paths in the order of measuring
 */
record Report(List<PathResult> paths) {

	private static final String ROW = "%-18s %-8s %10s %6s %9s %6s %12s %6s   %s%n";

	Report {
		paths = List.copyOf(paths);
	}

	/**
	 * Whether every path that was measured lost nothing and reached the floor.
	 */
	boolean passed(double floor) {
		return this.paths.stream().allMatch((path) -> path.passed(floor));
	}

	/**
	 * The table, a line for each side of each path.
	 */
	String table() {
		StringBuilder table = new StringBuilder();
		table.append(row("", "", "", "", "CPU us", "", "allocated", "", "lost/duplicated/"))
			.append(row("path", "", "events/s", "ratio", "per event", "ratio", "B per event", "ratio", "re-ordered"));
		List<String> notes = new ArrayList<>();
		for (PathResult path : this.paths) {
			if (path.skipped() != null) {
				table.append("%-18s skipped: %s%n".formatted(path.path(), path.skipped()));
				continue;
			}
			path.outcomes().forEach((side, outcome) -> {
				table.append(row(path, side, outcome));
				note(notes, path.path() + " " + side.label(), outcome);
			});
		}
		if (this.paths.stream().anyMatch(PathResult::hasLatency)) {
			table.append(System.lineSeparator()).append(latencyTable());
		}
		notes.forEach((note) -> table.append(note).append(System.lineSeparator()));
		return table.toString();
	}

	/**
	 * A line for each side of each path at each rate.
	 */
	private String latencyTable() {
		StringBuilder table = new StringBuilder();
		table.append(latencyRow("latency at", "events/s", "", "p50 ms", "added", "p99 ms", "added"));
		for (PathResult path : this.paths) {
			for (int stage = 0; stage < path.stages(); stage++) {
				for (Side side : path.outcomes().keySet()) {
					Latency latency = path.latency(side, stage);
					if (latency == null) {
						continue;
					}
					boolean first = side == Side.RAW;
					table.append(latencyRow(first ? path.path() : "",
							first ? "%,.0f".formatted(latency.eventsPerSecond()) : "", side.label(),
							"%.1f".formatted(latency.p50Millis()), added(path, side, stage, Latency::p50Millis),
							"%.1f".formatted(latency.p99Millis()), added(path, side, stage, Latency::p99Millis)));
				}
			}
		}
		return table.toString();
	}

	private static String latencyRow(Object... cells) {
		return "%-18s %9s   %-8s %9s %7s   %9s %7s%n".formatted(cells).stripTrailing() + System.lineSeparator();
	}

	private static String added(PathResult path, Side side, int stage, ToDoubleFunction<Latency> figure) {
		Latency raw = path.latency(Side.RAW, stage);
		Latency own = path.latency(side, stage);
		return (side == Side.RAW || raw == null || own == null) ? ""
				: "%.1f".formatted(figure.applyAsDouble(own) - figure.applyAsDouble(raw));
	}

	private static String row(PathResult path, Side side, Outcome outcome) {
		Arrivals.Count count = outcome.count();
		boolean complete = count.complete();
		return row((side == Side.RAW) ? path.path() : "", side.label(),
				complete ? "%,d".formatted(Math.round(count.eventsPerSecond())) : "failed",
				ratio(path, side, Arrivals.Count::eventsPerSecond), figure("%.1f", count.cpuMicrosPerEvent()),
				ratio(path, side, Arrivals.Count::cpuMicrosPerEvent), figure("%,.0f", count.allocatedBytesPerEvent()),
				ratio(path, side, Arrivals.Count::allocatedBytesPerEvent),
				count.lost() + "/" + count.duplicated() + "/" + count.reordered());
	}

	private static String row(Object... cells) {
		return ROW.formatted(cells).stripTrailing() + System.lineSeparator();
	}

	private static String ratio(PathResult path, Side side, ToDoubleFunction<Arrivals.Count> figure) {
		return (side == Side.RAW) ? "" : figure("%.2f", path.ratio(side, figure));
	}

	private static String figure(String format, double figure) {
		return (figure > 0) ? format.formatted(figure) : "-";
	}

	private static void note(List<String> notes, String who, Outcome outcome) {
		if (outcome.failure() != null) {
			notes.add(who + ": " + outcome.failure());
		}
		if (outcome.count().foreign() > 0) {
			notes.add(who + ": " + outcome.count().foreign() + " messages arrived that nobody sent");
		}
	}

	/**
	 * The same as a JSON document.
	 */
	String json(Options options) {
		Map<String, Object> machine = new LinkedHashMap<>();
		machine.put("processors", Runtime.getRuntime().availableProcessors());
		machine.put("java", System.getProperty("java.runtime.version"));
		machine.put("os", System.getProperty("os.name").toLowerCase(Locale.ROOT) + " " + System.getProperty("os.arch"));
		Map<String, Object> document = new LinkedHashMap<>();
		document.put("machine", machine);
		document.put("dataBytes", EventSeries.DATA_BYTES);
		document.put("content", options.plain() ? "plain" : "binary");
		document.put("runs", options.runs());
		document.put("paths", this.paths.stream().map(Report::entries).toList());
		return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n";
	}

	private static Map<String, Object> entries(PathResult path) {
		Map<String, Object> entries = new LinkedHashMap<>();
		entries.put("path", path.path());
		if (path.skipped() != null) {
			entries.put("skipped", path.skipped());
		}
		path.outcomes().forEach((side, outcome) -> entries.put(side.label(), entries(path, side, outcome)));
		return entries;
	}

	private static Map<String, Object> entries(PathResult path, Side side, Outcome outcome) {
		Arrivals.Count count = outcome.count();
		Map<String, Object> entries = new LinkedHashMap<>();
		entries.put("events", count.events());
		entries.put("steadySeconds", count.steadySeconds());
		entries.put("eventsPerSecond", count.eventsPerSecond());
		entries.put("cpuMicrosPerEvent", count.cpuMicrosPerEvent());
		entries.put("allocatedBytesPerEvent", count.allocatedBytesPerEvent());
		if (side != Side.RAW) {
			entries.put("throughputRatio", path.ratio(side, Arrivals.Count::eventsPerSecond));
			entries.put("cpuRatio", path.ratio(side, Arrivals.Count::cpuMicrosPerEvent));
			entries.put("allocationRatio", path.ratio(side, Arrivals.Count::allocatedBytesPerEvent));
		}
		entries.put("lost", count.lost());
		entries.put("duplicated", count.duplicated());
		entries.put("reordered", count.reordered());
		if (!outcome.latencies().isEmpty()) {
			entries.put("latency", latencies(path, side, outcome));
		}
		if (outcome.failure() != null) {
			entries.put("failure", outcome.failure());
		}
		return entries;
	}

	private static List<Map<String, Object>> latencies(PathResult path, Side side, Outcome outcome) {
		List<Map<String, Object>> list = new ArrayList<>();
		for (int stage = 0; stage < outcome.latencies().size(); stage++) {
			Latency latency = outcome.latencies().get(stage);
			Map<String, Object> entries = new LinkedHashMap<>();
			entries.put("eventsPerSecond", latency.eventsPerSecond());
			entries.put("events", latency.events());
			entries.put("p50Millis", latency.p50Millis());
			entries.put("p99Millis", latency.p99Millis());
			Latency raw = path.latency(Side.RAW, stage);
			if (side != Side.RAW && raw != null) {
				entries.put("addedP50Millis", latency.p50Millis() - raw.p50Millis());
				entries.put("addedP99Millis", latency.p99Millis() - raw.p99Millis());
			}
			list.add(entries);
		}
		return list;
	}

	/**
	 * All sides on one path.
	 *
	 * @param path its name
	 * @param skipped why it was not measured, or {@code null}
	 * @param outcomes of the sides that were measured
	 */
	record PathResult(String path, @Nullable String skipped, Map<Side, Outcome> outcomes) {

		PathResult {
			// In the order of the sides.
			Map<Side, Outcome> ordered = new EnumMap<>(Side.class);
			ordered.putAll(outcomes);
			outcomes = ordered;
		}

		static PathResult skipped(String path, String reason) {
			return new PathResult(path, reason, Map.of());
		}

		/**
		 * A figure of a side, divided by the raw bridge's; 0 if unknown.
		 */
		double ratio(Side side, ToDoubleFunction<Arrivals.Count> figure) {
			Outcome raw = this.outcomes.get(Side.RAW);
			Outcome other = this.outcomes.get(side);
			if (raw == null || other == null) {
				return 0;
			}
			double yardstick = figure.applyAsDouble(raw.count());
			return (yardstick > 0) ? figure.applyAsDouble(other.count()) / yardstick : 0;
		}

		boolean hasLatency() {
			return stages() > 0;
		}

		/**
		 * At how many rates latency was measured.
		 */
		int stages() {
			return this.outcomes.values().stream().mapToInt((outcome) -> outcome.latencies().size()).max().orElse(0);
		}

		/**
		 * A side's latency at a rate, or {@code null} if unknown.
		 */
		@Nullable Latency latency(Side side, int stage) {
			Outcome outcome = this.outcomes.get(side);
			return (outcome != null && stage < outcome.latencies().size()) ? outcome.latencies().get(stage) : null;
		}

		boolean passed(double floor) {
			// What a peer loses is its own affair.
			boolean clean = this.outcomes.entrySet()
				.stream()
				.allMatch((side) -> side.getKey() == Side.CAMEL || side.getValue().clean());
			return clean && (!this.outcomes.containsKey(Side.GATEWAY)
					|| ratio(Side.GATEWAY, Arrivals.Count::eventsPerSecond) >= floor);
		}

	}

}
