package io.meshbridge.bridge.rabbit;

import java.time.Duration;

import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;

/**
 * Waits half a second after the first failure to consume, twice as long after each one
 * that follows, and ten seconds at most. Starts over after a time without a failure: the
 * container hands one execution on from each consumer to the next for as long as it
 * lives, which makes Spring's own exponential back-off wait ever longer.
 */
final class RecoveryBackOff implements BackOff {

	private static final long FIRST_MILLIS = 500;

	private static final long LONGEST_MILLIS = 10_000;

	private static final long FORGET_NANOS = Duration.ofMillis(3 * LONGEST_MILLIS).toNanos();

	@Override
	public BackOffExecution start() {
		return new Execution();
	}

	private static final class Execution implements BackOffExecution {

		private long nextMillis = FIRST_MILLIS;

		private long lastNanos = System.nanoTime();

		@Override
		public synchronized long nextBackOff() {
			long now = System.nanoTime();
			if (now - this.lastNanos > FORGET_NANOS) {
				this.nextMillis = FIRST_MILLIS;
			}
			this.lastNanos = now;
			long wait = this.nextMillis;
			this.nextMillis = Math.min(2 * wait, LONGEST_MILLIS);
			return wait;
		}

	}

}
