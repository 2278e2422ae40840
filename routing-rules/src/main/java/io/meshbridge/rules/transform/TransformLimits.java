package io.meshbridge.rules.transform;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What one transform of one event may use.
 *
 * @param time processor time of all its steps together
 * @param memoryBytes memory that it allocates, in all, and at any time
 * @param resultBytes size of the data of the event, after each step
 * @param schemas where registered schemas are; {@code null} for nowhere
 */
public record TransformLimits(Duration time, long memoryBytes, int resultBytes, @Nullable SchemaSource schemas) {

	/**
	 * Limits without registered schemas.
	 */
	public TransformLimits(Duration time, long memoryBytes, int resultBytes) {
		this(time, memoryBytes, resultBytes, null);
	}

	/** What holds where nothing is set. */
	public static final TransformLimits DEFAULT = new TransformLimits(Duration.ofMillis(250), 128L << 20, 1 << 20);

}
