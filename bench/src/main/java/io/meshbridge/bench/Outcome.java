package io.meshbridge.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

import io.meshbridge.bench.load.Arrivals;
import io.meshbridge.bench.load.Latency;
import org.jspecify.annotations.Nullable;

/**
 * What one side did on one path.
 *
 * @param count what arrived, and how fast
 * @param cpuSpread highest CPU time per event of several runs, divided by the lowest
 * @param latencies at 1,000 events/s and at another rate; empty if not measured
 * @param failure why there is no count, or {@code null}
 */
record Outcome(Arrivals.Count count, double cpuSpread, List<Latency> latencies, @Nullable String failure) {

	Outcome {
		latencies = List.copyOf(latencies);
	}

	static Outcome of(Arrivals.Result result) {
		return new Outcome(result.count(), 1, result.latencies(), null);
	}

	static Outcome failed(String reason) {
		return new Outcome(new Arrivals.Count(0, 0, 0, 0, 0, 0, 0, 0, 0), 1, List.of(), reason);
	}

	/**
	 * Takes the best of each figure: the speed of the fastest run, and the lowest CPU
	 * time and allocation of any. What any of them lost, duplicated or re-ordered counts
	 * all the same, and so does a failure.
	 */
	static Outcome best(List<Outcome> runs) {
		Outcome best = runs.stream()
			.max(Comparator.comparingDouble((run) -> run.count().eventsPerSecond()))
			.orElseThrow();
		double cpuMicros = lowest(runs, Arrivals.Count::cpuMicrosPerEvent);
		double highest = runs.stream()
			.map(Outcome::count)
			.mapToDouble(Arrivals.Count::cpuMicrosPerEvent)
			.max()
			.orElse(0);
		double spread = (cpuMicros > 0) ? highest / cpuMicros : 1;
		return with(best.count(), runs, spread, List.of(), cpuMicros,
				lowest(runs, Arrivals.Count::allocatedBytesPerEvent));
	}

	/**
	 * The same speed, with the lowest latencies that other runs found, and with their
	 * faults.
	 */
	Outcome withLatencyOf(List<Outcome> others) {
		List<Latency> best = new ArrayList<>();
		for (Outcome other : others) {
			for (int stage = 0; stage < other.latencies().size(); stage++) {
				Latency latency = other.latencies().get(stage);
				if (stage == best.size()) {
					best.add(latency);
				}
				else if (latency.p99Millis() < best.get(stage).p99Millis()) {
					best.set(stage, latency);
				}
			}
		}
		List<Outcome> all = new ArrayList<>(others);
		all.add(this);
		return with(this.count, all, this.cpuSpread, best, this.count.cpuMicrosPerEvent(),
				this.count.allocatedBytesPerEvent());
	}

	private static double lowest(List<Outcome> runs, ToDoubleFunction<Arrivals.Count> figure) {
		return runs.stream().map(Outcome::count).mapToDouble(figure).filter((known) -> known > 0).min().orElse(0);
	}

	private static Outcome with(Arrivals.Count count, List<Outcome> runs, double cpuSpread, List<Latency> latencies,
			double cpuMicros, double allocatedBytes) {
		String failure = runs.stream()
			.map(Outcome::failure)
			.filter((reason) -> reason != null)
			.findFirst()
			.orElse(null);
		return new Outcome(new Arrivals.Count(count.events(), sum(runs, Arrivals.Count::lost),
				sum(runs, Arrivals.Count::duplicated), sum(runs, Arrivals.Count::reordered),
				sum(runs, Arrivals.Count::foreign), count.steadySeconds(), count.eventsPerSecond(), cpuMicros,
				allocatedBytes), cpuSpread, latencies, failure);
	}

	private static long sum(List<Outcome> runs, ToLongFunction<Arrivals.Count> number) {
		return runs.stream().map(Outcome::count).mapToLong(number).sum();
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
		if (!this.latencies.isEmpty()) {
			return this.latencies.stream()
				.map((latency) -> "p50 %.1f ms and p99 %.1f ms at %,.0f events/s".formatted(latency.p50Millis(),
						latency.p99Millis(), latency.eventsPerSecond()))
				.collect(Collectors.joining(", "));
		}
		return "%,d events/s, CPU %.1f us and %,.0f bytes allocated per event, %d lost, %d duplicated, %d re-ordered (%,d events, steady part %.1f s)"
			.formatted(Math.round(this.count.eventsPerSecond()), this.count.cpuMicrosPerEvent(),
					this.count.allocatedBytesPerEvent(), this.count.lost(), this.count.duplicated(),
					this.count.reordered(), this.count.events(), this.count.steadySeconds());
	}

}
