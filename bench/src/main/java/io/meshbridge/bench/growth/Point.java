package io.meshbridge.bench.growth;

import org.jspecify.annotations.Nullable;

/**
 * What was measured at one step of a curve.
 *
 * @param step value of what grows
 * @param eventsPerSecond events that left the source
 * @param cpuMicrosPerEvent CPU time of the process under test for each of them
 * @param lost sent and never arrived
 * @param duplicated arrivals of what had arrived before
 * @param reordered arrived after a later one of its key
 * @param failure why there are no figures, or {@code null}
 */
public record Point(int step, double eventsPerSecond, double cpuMicrosPerEvent, long lost, long duplicated,
		long reordered, @Nullable String failure) {

	/**
	 * A step that could not be measured.
	 */
	public static Point failed(int step, String failure) {
		return new Point(step, 0, 0, 0, 0, 0, failure);
	}

	/**
	 * Whether there are figures. CPU time is not told on each system.
	 */
	boolean measured() {
		return this.failure == null && this.eventsPerSecond > 0 && this.cpuMicrosPerEvent > 0;
	}

	/**
	 * Whether it was measured and all arrived.
	 */
	boolean clean() {
		return measured() && this.lost == 0;
	}

}
