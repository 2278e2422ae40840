package io.meshbridge.rules.transform;

import java.time.Duration;

/**
 * What one transform of one event may use.
 *
 * @param time processor time of all its steps together
 * @param memoryBytes memory that it allocates, in all, and at any time
 * @param resultBytes size of the data of the event, after each step
 */
public record TransformLimits(Duration time, long memoryBytes, int resultBytes) {

	/** What holds where nothing is set. */
	public static final TransformLimits DEFAULT = new TransformLimits(Duration.ofMillis(250), 128L << 20, 1 << 20);

}
