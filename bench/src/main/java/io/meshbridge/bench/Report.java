package io.meshbridge.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

import io.meshbridge.bench.load.Arrivals;
import io.meshbridge.bench.load.EventSeries;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Results of a bench, as a table and as JSON.
 *
 * @param paths in the order of measuring
 */
record Report(List<PathResult> paths) {

	private static final String HEADING = "%-18s %-28s   %-24s   %s%n".formatted("", "events/s",
			"CPU microseconds per event", "lost/duplicated/re-ordered");

	private static final String ROW = "%-18s %10s %10s %6s   %8s %8s %6s     %-12s %s%n";

	Report {
		paths = List.copyOf(paths);
	}

	/**
	 * Chooses the fastest of some runs; what any of them lost, duplicated or re-ordered
	 * counts all the same, and so does a failure.
	 */
	static Outcome best(List<Outcome> runs) {
		Outcome best = runs.stream()
			.max(Comparator.comparingDouble((run) -> run.count().eventsPerSecond()))
			.orElseThrow();
		Arrivals.Count count = best.count();
		String failure = runs.stream()
			.map(Outcome::failure)
			.filter((reason) -> reason != null)
			.findFirst()
			.orElse(null);
		return new Outcome(new Arrivals.Count(count.events(), sum(runs, Arrivals.Count::lost),
				sum(runs, Arrivals.Count::duplicated), sum(runs, Arrivals.Count::reordered),
				sum(runs, Arrivals.Count::foreign), count.steadySeconds(), count.eventsPerSecond(),
				count.cpuMicrosPerEvent()), failure);
	}

	private static long sum(List<Outcome> runs, ToLongFunction<Arrivals.Count> number) {
		return runs.stream().map(Outcome::count).mapToLong(number).sum();
	}

	/**
	 * Whether every path that was measured lost nothing and reached the floor.
	 */
	boolean passed(double floor) {
		return this.paths.stream().allMatch((path) -> path.passed(floor));
	}

	/**
	 * The table.
	 */
	String table() {
		StringBuilder table = new StringBuilder();
		table.append(HEADING)
			.append(row("path", "raw", "gateway", "ratio", "raw", "gateway", "ratio", "raw", "gateway"));
		List<String> notes = new ArrayList<>();
		for (PathResult path : this.paths) {
			if (path.skipped() != null) {
				table.append("%-18s skipped: %s%n".formatted(path.path(), path.skipped()));
				continue;
			}
			table.append(row(path.path(), perSecond(path.raw()), perSecond(path.gateway()),
					ratio(path.throughputRatio()), micros(path.raw()), micros(path.gateway()), ratio(path.cpuRatio()),
					faults(path.raw()), faults(path.gateway())));
			note(notes, path.path() + " raw", path.raw());
			note(notes, path.path() + " gateway", path.gateway());
		}
		notes.forEach((note) -> table.append(note).append(System.lineSeparator()));
		return table.toString();
	}

	private static String row(Object... cells) {
		return ROW.formatted(cells).stripTrailing() + System.lineSeparator();
	}

	private static String perSecond(@Nullable Outcome outcome) {
		return (outcome == null) ? "-" : (outcome.count().complete()
				? "%,d".formatted(Math.round(outcome.count().eventsPerSecond())) : "failed");
	}

	private static String micros(@Nullable Outcome outcome) {
		return (outcome == null || !outcome.count().complete()) ? "-"
				: "%.1f".formatted(outcome.count().cpuMicrosPerEvent());
	}

	private static String ratio(double ratio) {
		return (ratio > 0) ? "%.2f".formatted(ratio) : "-";
	}

	private static String faults(@Nullable Outcome outcome) {
		if (outcome == null) {
			return "-";
		}
		Arrivals.Count count = outcome.count();
		return count.lost() + "/" + count.duplicated() + "/" + count.reordered();
	}

	private static void note(List<String> notes, String who, @Nullable Outcome outcome) {
		if (outcome != null && outcome.failure() != null) {
			notes.add(who + ": " + outcome.failure());
		}
		if (outcome != null && outcome.count().foreign() > 0) {
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
		if (path.raw() != null) {
			entries.put("raw", entries(path.raw()));
		}
		if (path.gateway() != null) {
			entries.put("gateway", entries(path.gateway()));
			entries.put("throughputRatio", path.throughputRatio());
			entries.put("cpuRatio", path.cpuRatio());
		}
		return entries;
	}

	private static Map<String, Object> entries(Outcome outcome) {
		Map<String, Object> entries = new LinkedHashMap<>();
		entries.put("events", outcome.count().events());
		entries.put("steadySeconds", outcome.count().steadySeconds());
		entries.put("eventsPerSecond", outcome.count().eventsPerSecond());
		entries.put("cpuMicrosPerEvent", outcome.count().cpuMicrosPerEvent());
		entries.put("lost", outcome.count().lost());
		entries.put("duplicated", outcome.count().duplicated());
		entries.put("reordered", outcome.count().reordered());
		if (outcome.failure() != null) {
			entries.put("failure", outcome.failure());
		}
		return entries;
	}

	/**
	 * What one contestant did on one path.
	 *
	 * @param count what arrived, and how fast
	 * @param failure why there is no count, or {@code null}
	 */
	record Outcome(Arrivals.Count count, @Nullable String failure) {

		static Outcome failed(String reason) {
			return new Outcome(new Arrivals.Count(0, 0, 0, 0, 0, 0, 0, 0), reason);
		}

		boolean clean() {
			return this.failure == null && this.count.complete() && this.count.lost() == 0;
		}

		String text() {
			if (this.failure != null) {
				return "failed: " + this.failure;
			}
			if (!this.count.complete()) {
				return "incomplete: %,d of %,d events did not arrive in time".formatted(this.count.lost(),
						this.count.events());
			}
			return "%,d events/s, CPU %.1f us per event, %d lost, %d duplicated, %d re-ordered (%,d events, steady part %.1f s)"
				.formatted(Math.round(this.count.eventsPerSecond()), this.count.cpuMicrosPerEvent(), this.count.lost(),
						this.count.duplicated(), this.count.reordered(), this.count.events(),
						this.count.steadySeconds());
		}

	}

	/**
	 * Both contestants on one path.
	 *
	 * @param path its name
	 * @param skipped why it was not measured, or {@code null}
	 * @param raw the raw bridge; {@code null} if skipped
	 * @param gateway the gateway; {@code null} if not measured
	 */
	record PathResult(String path, @Nullable String skipped, @Nullable Outcome raw, @Nullable Outcome gateway) {

		/**
		 * The gateway's events/s, divided by the raw bridge's; 0 if unknown.
		 */
		double throughputRatio() {
			return ratio(Arrivals.Count::eventsPerSecond);
		}

		/**
		 * The gateway's CPU time per event, divided by the raw bridge's; 0 if unknown.
		 */
		double cpuRatio() {
			return ratio(Arrivals.Count::cpuMicrosPerEvent);
		}

		private double ratio(ToDoubleFunction<Arrivals.Count> figure) {
			if (this.raw == null || this.gateway == null) {
				return 0;
			}
			double yardstick = figure.applyAsDouble(this.raw.count());
			return (yardstick > 0) ? figure.applyAsDouble(this.gateway.count()) / yardstick : 0;
		}

		boolean passed(double floor) {
			boolean rawPassed = this.raw == null || this.raw.clean();
			boolean gatewayPassed = this.gateway == null || (this.gateway.clean() && throughputRatio() >= floor);
			return rawPassed && gatewayPassed;
		}

	}

}
