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
 * which are much the same on any machine. Kept in a file.
 *
 * @param file where
 * @param paths figures by path
 */
record Baseline(Path file, SortedMap<String, Ratios> paths) {

	/** How much a figure may grow before it is a problem. */
	private static final double GROWTH = 1.25;

	private static final JsonMapper JSON = JsonMapper.builder().build();

	/**
	 * Reads a file; one that is not there has no figures.
	 * @throws IOException if it can't be read
	 */
	static Baseline read(Path file) throws IOException {
		SortedMap<String, Ratios> paths = new TreeMap<>();
		if (Files.exists(file)) {
			try {
				paths.putAll(JSON.readValue(Files.readString(file), new TypeReference<Map<String, Ratios>>() {
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
		SortedMap<String, Ratios> all = new TreeMap<>(this.paths);
		for (Report.PathResult result : results) {
			if (result.skipped() == null) {
				all.put(result.path(), Ratios.of(result).rounded());
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
		Ratios before = this.paths.get(result.path());
		if (before == null) {
			return List.of();
		}
		Ratios now = Ratios.of(result);
		List<String> problems = new ArrayList<>();
		if (unjudged(result) == null) {
			compare(result, "CPU time", before.cpu(), now.cpu(), problems);
		}
		compare(result, "allocated bytes", before.allocation(), now.allocation(), problems);
		return problems;
	}

	/**
	 * Why a CPU time above its limit is no problem, or {@code null} if it is one, or is
	 * not above: when that of one side differs from go to go by more than a figure may
	 * grow, the machine is too uneven. What is allocated does not depend on that.
	 */
	@Nullable String unjudged(Report.PathResult result) {
		double spread = result.outcomes().values().stream().mapToDouble(Outcome::cpuSpread).max().orElse(1);
		Ratios before = this.paths.get(result.path());
		if (spread <= GROWTH || before == null || Ratios.of(result).cpu() <= before.cpu() * GROWTH) {
			return null;
		}
		return "%s: CPU time per event: %.2f times the raw bridge's (%.2f in '%s'), but that of one side differed by %.2f from go to go, so this machine is too uneven for it"
			.formatted(result.path(), Ratios.of(result).cpu(), before.cpu(), this.file, spread);
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
	 * Figures of the gateway, divided by the raw bridge's; 0 if unknown.
	 *
	 * @param cpu CPU time per event
	 * @param allocation allocated bytes per event
	 */
	record Ratios(double cpu, double allocation) {

		static Ratios of(Report.PathResult result) {
			return new Ratios(result.ratio(Side.GATEWAY, Arrivals.Count::cpuMicrosPerEvent),
					result.ratio(Side.GATEWAY, Arrivals.Count::allocatedBytesPerEvent));
		}

		Ratios rounded() {
			return new Ratios(Math.round(this.cpu * 100) / 100.0, Math.round(this.allocation * 100) / 100.0);
		}

	}

}
