package io.meshbridge.bench;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Runs one path, raw or through the gateway, as often as asked to.
 */
interface Trial extends AutoCloseable {

	/**
	 * Runs it once, as fast as it can, and stops the contestant.
	 * @param side what to run
	 * @param measured number of events after the warm-up, which is half as many
	 */
	Outcome run(Side side, long measured)
			throws IOException, ExecutionException, TimeoutException, InterruptedException;

	/**
	 * Runs it once at 1,000 events/s, then at another rate, and stops the contestant.
	 * @param side what to run
	 * @param eventsPerSecond the other rate
	 */
	Outcome runAtPace(Side side, double eventsPerSecond)
			throws IOException, ExecutionException, TimeoutException, InterruptedException;

	@Override
	void close();

}
