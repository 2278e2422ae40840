package io.meshbridge.bridge.test;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A wait between two attempts.
 */
final class Pause {

	private Pause() {
	}

	static void of(Duration length) throws InterruptedException {
		// Nobody counts it down.
		boolean ended = new CountDownLatch(1).await(length.toMillis(), TimeUnit.MILLISECONDS);
		if (ended) {
			throw new IllegalStateException("a latch nobody has opened itself");
		}
	}

}
