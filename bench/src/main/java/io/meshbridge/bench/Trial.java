package io.meshbridge.bench;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import io.meshbridge.bench.Report.Outcome;

/**
 * Runs one path, raw or through the gateway, as often as asked to.
 */
interface Trial extends AutoCloseable {

	/**
	 * Runs it once and stops the contestant.
	 * @param gateway whether to run the gateway; else the raw bridge
	 * @param measured number of events after the warm-up, which is half as many
	 */
	Outcome run(boolean gateway, long measured)
			throws IOException, ExecutionException, TimeoutException, InterruptedException;

	@Override
	void close();

}
