package io.meshbridge.rules;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How hard a target is tried, and where an event goes that it does not take, in Knative's
 * words (<a href="https://knative.dev/docs/eventing/event-delivery/">Knative event
 * delivery</a>).
 *
 * @param retry number of re-tries after the first attempt, 0 or more
 * @param backoffPolicy how the wait grows
 * @param backoffDelay unit of the wait: before retry n it is {@code delay * n} (linear)
 * or {@code delay * 2^n} (exponential), n = 1 for the first retry
 * @param backoffMaxDelay upper bound of one wait, and the pause before an event that
 * nobody took is tried from the start again
 * @param timeout after which an unconfirmed attempt counts as failed
 * @param deadLetterSink {@code null} for none: an event that its target does not take is
 * then held and tried again
 */
public record DeliveryPolicy(int retry, Backoff backoffPolicy, Duration backoffDelay, Duration backoffMaxDelay,
		Duration timeout, @Nullable Endpoint deadLetterSink) {

	/**
	 * How the wait grows from retry to retry.
	 */
	public enum Backoff {

		/** {@code delay * n}. */
		LINEAR,

		/** {@code delay * 2^n}. */
		EXPONENTIAL

	}

	/** What holds where nothing is set. */
	public static final DeliveryPolicy DEFAULT = new DeliveryPolicy(3, Backoff.EXPONENTIAL, Duration.ofMillis(200),
			Duration.ofSeconds(30), Duration.ofSeconds(30), null);

	/** Where dead letters go when nothing is set and there are channels. */
	public static final Endpoint DEAD_LETTERS = new Endpoint.AtChannel("dead-letters");

	/**
	 * This policy with another dead letter sink.
	 */
	public DeliveryPolicy withDeadLetterSink(@Nullable Endpoint sink) {
		return new DeliveryPolicy(this.retry, this.backoffPolicy, this.backoffDelay, this.backoffMaxDelay, this.timeout,
				sink);
	}

	/**
	 * How hard a channel is tried that takes events in for this policy's route: a store
	 * that is full answers at once, and is asked every second while the event's source
	 * can wait.
	 */
	DeliveryPolicy storing() {
		return new DeliveryPolicy(0, Backoff.LINEAR, Duration.ZERO, Duration.ofSeconds(1), this.timeout,
				this.deadLetterSink);
	}

	/**
	 * The wait before a retry.
	 * @param retryNumber 1 for the first retry
	 */
	public Duration backoff(int retryNumber) {
		double factor = (this.backoffPolicy == Backoff.LINEAR) ? retryNumber : Math.pow(2, Math.min(retryNumber, 62));
		double millis = Math.min(this.backoffDelay.toMillis() * factor, this.backoffMaxDelay.toMillis());
		return Duration.ofMillis((long) millis);
	}

}
