package io.meshbridge.rules;

import java.time.Duration;

/**
 * How long a failed attempt waits for the next one.
 *
 * @param policy how the wait grows
 * @param delay unit of the wait: before retry n it is {@code delay * n} (linear) or
 * {@code delay * 2^n} (exponential), n = 1 for the first retry
 * @param maxDelay upper bound of one wait, of the pause before an event that nobody took
 * is tried from the start again, and of the pause between two probes of a target that is
 * out
 * @param jitter share of the wait that is left to chance, 0 to 1: the wait lies between
 * {@code wait * (1 - jitter)} and {@code wait}
 */
public record Backoff(Policy policy, Duration delay, Duration maxDelay, double jitter) {

	/**
	 * How the wait grows from retry to retry.
	 */
	public enum Policy {

		/** {@code delay * n}. */
		LINEAR,

		/** {@code delay * 2^n}. */
		EXPONENTIAL

	}

	/**
	 * The wait before a retry.
	 * @param retryNumber 1 for the first retry
	 * @param chance from 0 to 1, evenly spread; 0 for the longest wait
	 */
	public Duration before(int retryNumber, double chance) {
		double factor = (this.policy == Policy.LINEAR) ? retryNumber : Math.pow(2, Math.min(retryNumber, 62));
		double millis = Math.min(this.delay.toMillis() * factor, this.maxDelay.toMillis());
		return Duration.ofMillis((long) (millis * (1 - this.jitter * chance)));
	}

}
