package io.meshbridge.bench;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

import io.meshbridge.bench.load.Arrivals;
import org.jspecify.annotations.Nullable;

/**
 * What one side did on one path.
 *
 * @param count what arrived, and how fast
 * @param failure why there is no count, or {@code null}
 */
record Outcome(Arrivals.Count count, @Nullable String failure) {

	static Outcome failed(String reason) {
		return new Outcome(new Arrivals.Count(0, 0, 0, 0, 0, 0, 0, 0, 0), reason);
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
				count.cpuMicrosPerEvent(), count.allocatedBytesPerEvent()), failure);
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
		return "%,d events/s, CPU %.1f us and %,.0f bytes allocated per event, %d lost, %d duplicated, %d re-ordered (%,d events, steady part %.1f s)"
			.formatted(Math.round(this.count.eventsPerSecond()), this.count.cpuMicrosPerEvent(),
					this.count.allocatedBytesPerEvent(), this.count.lost(), this.count.duplicated(),
					this.count.reordered(), this.count.events(), this.count.steadySeconds());
	}

}
