package io.meshbridge.bench.load;

import org.jspecify.annotations.Nullable;

/**
 * Reads a target and hands what arrives to {@link Arrivals}, until it is closed.
 */
public interface Receiver extends AutoCloseable {

	/**
	 * Why it can't read any more, or {@code null}.
	 */
	@Nullable Throwable failure();

	@Override
	void close();

}
