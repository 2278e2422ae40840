package io.meshbridge.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.meshbridge.bench.load.Arrivals;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the gateway cost per event when somebody last looked, as ratios to the raw bridge,
 * which are much the same on any machine that is as fast. Kept in a file.
 *
 * @param file where
 * @param paths figures by path
 */
record Baseline(Path file, SortedMap<String, Cost> paths) {

	/** How much a figure may grow before it is a problem. */
	private static final double GROWTH = 1.25;

	/** How much it may grow where a machine is not fit to judge it. */
	private static final double GROSS = 3;

	private static final JsonMapper JSON = JsonMapper.builder().build();

	/**
	 * Reads a file; one that is not there has no figures.
	 * @throws IOException if it can't be read
	 */
	static Baseline read(Path file) throws IOException {
		SortedMap<String, Cost> paths = new TreeMap<>();
		if (Files.exists(file)) {
			try {
				paths.putAll(JSON.readValue(Files.readString(file), new TypeReference<Map<String, Cost>>() {
				}));
			}
			catch (JacksonException ex) {
				throw new IOException("'" + file + "' is no baseline: " + ex.getOriginalMessage(), ex);
			}
		}
		return new Baseline(file, paths);
	}

	/**
	 * Why a path can't be compared, or {@code null} if it can.
	 */
	@Nullable String missing(String path) {
		return this.paths.containsKey(path) ? null : "no figures in '" + this.file + "' (" + remedy(path) + ")";
	}

	/**
	 * Writes the file, with other figures for the paths that were measured.
	 */
	void write(List<Report.PathResult> results) throws IOException {
		SortedMap<String, Cost> all = new TreeMap<>(this.paths);
		for (Report.PathResult result : results) {
			if (result.skipped() == null) {
				all.put(result.path(), Cost.of(result).rounded());
			}
		}
		Files.writeString(this.file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n");
	}

	/**
	 * What is worse than it was by more than a quarter, a sentence for each figure; none
	 * for a path that was skipped or has no figures here, nor for CPU time that is
	 * {@linkplain #unjudged not judged}.
	 */
	List<String> problems(Report.PathResult result) {
		if (result.skipped() != null) {
			return List.of();
		}
		Cost before = this.paths.get(result.path());
		if (before == null) {
			return List.of();
		}
		Cost now = Cost.of(result);
		List<String> problems = new ArrayList<>();
		if (unjudged(result) == null) {
			compare(result, "CPU time", before.cpu(), now.cpu(), problems);
		}
		compare(result, "allocated bytes", before.allocation(), now.allocation(), problems);
		return problems;
	}

	/**
	 * Why a CPU time above its limit is no problem, or {@code null} if it is one, or is
	 * not above: by more than a figure may grow, that of one side differs from go to go,
	 * or the raw bridge takes longer than where the figures are from, since ratios are
	 * higher on slow machines. What is allocated depends on neither, and what costs three
	 * times as much is a problem anywhere.
	 */
	@Nullable String unjudged(Report.PathResult result) {
		Cost before = this.paths.get(result.path());
		if (result.skipped() != null || before == null) {
			return null;
		}
		Cost now = Cost.of(result);
		if (now.cpu() <= before.cpu() * GROWTH || now.cpu() > before.cpu() * GROSS) {
			return null;
		}
		double spread = result.outcomes().values().stream().mapToDouble(Outcome::cpuSpread).max().orElse(1);
		String why = null;
		if (spread > GROWTH) {
			why = "that of one side differed by %.2f from go to go, so this machine is too uneven for it"
				.formatted(spread);
		}
		else if (now.rawCpuMicros() > before.rawCpuMicros() * GROWTH) {
			why = "the raw bridge took %.1f us itself and %.1f there, so this machine is too slow for it"
				.formatted(now.rawCpuMicros(), before.rawCpuMicros());
		}
		return (why != null) ? "%s: CPU time per event: %.2f times the raw bridge's (%.2f in '%s'), but %s"
			.formatted(result.path(), now.cpu(), before.cpu(), this.file, why) : null;
	}

	private void compare(Report.PathResult result, String what, double before, double now, List<String> problems) {
		double limit = before * GROWTH;
		if (now == 0) {
			problems.add("%s: %s per event could not be measured, expected at most %.2f times the raw bridge's"
				.formatted(result.path(), what, limit));
		}
		else if (now > limit) {
			problems.add(
					"%s: %s per event: %.2f times the raw bridge's, limit %.2f (%.2f in '%s', and a quarter); find out what costs that, or, if it is worth it, %s"
						.formatted(result.path(), what, now, limit, before, this.file, remedy(result.path())));
		}
	}

	private String remedy(String path) {
		return "write its figures: ./meshbridge bench " + path + " --write-baseline " + this.file;
	}

	/**
	 * What an event costs the gateway, divided by what it costs the raw bridge; 0 if
	 * unknown.
	 *
	 * @param cpu CPU time per event
	 * @param allocation allocated bytes per event
	 * @param rawCpuMicros CPU time of the raw bridge per event, which tells how fast the
	 * machine was
	 */
	record Cost(double cpu, double allocation, double rawCpuMicros) {

		static Cost of(Report.PathResult result) {
			Outcome raw = result.outcomes().get(Side.RAW);
			return new Cost(result.ratio(Side.GATEWAY, Arrivals.Count::cpuMicrosPerEvent),
					result.ratio(Side.GATEWAY, Arrivals.Count::allocatedBytesPerEvent),
					(raw != null) ? raw.count().cpuMicrosPerEvent() : 0);
		}

		Cost rounded() {
			return new Cost(Math.round(this.cpu * 100) / 100.0, Math.round(this.allocation * 100) / 100.0,
					Math.round(this.rawCpuMicros * 10) / 10.0);
		}

	}

}
