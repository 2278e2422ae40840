package io.meshbridge.rules;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How hard a target is tried, and where an event goes that it does not take, in Knative's
 * words (<a href="https://knative.dev/docs/eventing/event-delivery/">Knative event
 * delivery</a>).
 *
 * @param retry number of re-tries after the first attempt, 0 or more
 * @param backoff how long each of them waits
 * @param timeout after which an unconfirmed attempt counts as failed
 * @param retryAfterMax how much of the wait that a target asks for is granted; zero to
 * take no notice
 * @param deadLetterSink {@code null} for none: an event that its target does not take is
 * then held and tried again
 * @param order which events wait for each other
 * @param onOutage what happens to events while their target is out
 * @param rateLimit how many events the target gets in a time; {@code null} for no limit
 * @param maxInFlight how many events the target may have before it confirms the first; 0
 * for no limit
 * @param onExpiry what happens to an event whose {@code expirytime} has passed
 */
public record DeliveryPolicy(int retry, Backoff backoff, Duration timeout, Duration retryAfterMax,
		@Nullable Endpoint deadLetterSink, Order order, OnOutage onOutage, @Nullable RateLimit rateLimit,
		int maxInFlight, OnExpiry onExpiry) {

	/**
	 * Which events wait for each other.
	 */
	public enum Order {

		/** Those of one key: each leaves when the one before it is settled. */
		KEY,

		/** None. */
		NONE

	}

	/**
	 * What happens to events while their target is out.
	 */
	public enum OnOutage {

		/** They wait until it is back, and so does a source that feeds nothing else. */
		PAUSE,

		/** They are tried as ever and go to the dead letter sink. */
		DEAD_LETTER

	}

	/**
	 * What happens to an event that nobody wants any more.
	 */
	public enum OnExpiry {

		/** It goes to the dead letter sink; without one it is dropped. */
		DEAD_LETTER,

		/** It goes nowhere. */
		DROP

	}

	/** What holds where nothing is set. */
	public static final DeliveryPolicy DEFAULT = new DeliveryPolicy(3,
			new Backoff(Backoff.Policy.EXPONENTIAL, Duration.ofMillis(200), Duration.ofSeconds(30), 0),
			Duration.ofSeconds(30), Duration.ofSeconds(30), null, Order.KEY, OnOutage.PAUSE, null, 0,
			OnExpiry.DEAD_LETTER);

	/** Where dead letters go when nothing is set and there are channels. */
	public static final Endpoint DEAD_LETTERS = new Endpoint.AtChannel("dead-letters");

	/**
	 * This policy with another dead letter sink.
	 */
	public DeliveryPolicy withDeadLetterSink(@Nullable Endpoint sink) {
		return new DeliveryPolicy(this.retry, this.backoff, this.timeout, this.retryAfterMax, sink, this.order,
				this.onOutage, this.rateLimit, this.maxInFlight, this.onExpiry);
	}

	/**
	 * How hard a channel is tried that takes events in for this policy's route: a store
	 * that is full answers at once, and is asked every second while the event's source
	 * can wait.
	 */
	DeliveryPolicy storing() {
		return new DeliveryPolicy(0, new Backoff(Backoff.Policy.LINEAR, Duration.ZERO, Duration.ofSeconds(1), 0),
				this.timeout, Duration.ZERO, this.deadLetterSink, Order.KEY, OnOutage.PAUSE, null, 0, this.onExpiry);
	}

}
