package io.meshbridge.bench.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How long events took from when they were due to be sent until they arrived.
 *
 * @param eventsPerSecond how many were due
 * @param events how many arrived
 * @param p50Millis half took no longer
 * @param p99Millis 99 of 100 took no longer
 */
public record Latency(double eventsPerSecond, long events, double p50Millis, double p99Millis) {

	/**
	 * Takes note of arrivals. Not safe for more than one thread.
	 */
	static final class Recorder {

		private static final long NEVER = Long.MIN_VALUE;

		private final Pace pace;

		private final long[] nanos;

		Recorder(Pace pace) {
			this.pace = pace;
			this.nanos = new long[Math.toIntExact(pace.end() - pace.first())];
			Arrays.fill(this.nanos, NEVER);
		}

		void arrived(long number, long nanoTime) {
			if (number >= this.pace.first() && number < this.pace.end()) {
				this.nanos[(int) (number - this.pace.first())] = nanoTime - this.pace.dueNanos(number);
			}
		}

		/**
		 * One for each measured stage of which events arrived.
		 */
		List<Latency> latencies() {
			List<Latency> latencies = new ArrayList<>();
			int from = 0;
			for (Pace.Stage stage : this.pace.stages()) {
				int to = from + (int) stage.events();
				long[] arrived = Arrays.stream(this.nanos, from, to).filter((nano) -> nano != NEVER).sorted().toArray();
				if (stage.measured() && arrived.length > 0) {
					latencies.add(new Latency(stage.eventsPerSecond(), arrived.length, millis(arrived, 0.5),
							millis(arrived, 0.99)));
				}
				from = to;
			}
			return latencies;
		}

		private static double millis(long[] sorted, double part) {
			return sorted[Math.max(0, (int) Math.ceil(sorted.length * part) - 1)] / 1e6;
		}

	}

}
