package io.meshbridge.gateway.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

import io.github.resilience4j.retry.Retry;
import io.meshbridge.bridge.SendException;
import io.meshbridge.rules.EventTime;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way to one target. Its plain fields belong to whoever runs its current
 * step; steps follow one another, so they need no lock.
 */
final class Shipment implements Gate.Waiter {

	/** Goes behind all others of its lane. */
	static final long NEW = -1;

	final RoutedEvent event;

	final byte @Nullable [] recordKey;

	final @Nullable Object orderKey;

	/** Done when the target or the dead letter sink holds the event, or nobody will. */
	final CompletableFuture<Void> settled;

	private final Delivery delivery;

	/** Whether it travels in a lane; written before it is one of its delivery's. */
	boolean ordered;

	/** The lane it travels in; {@code null} without an order. */
	@Nullable Lane lane;

	/** Place among the events of its lane; written before the lane is pumped. */
	long placeInLane;

	/** Its place in the lane of a delivery that came before, or {@link #NEW}. */
	final long inheritedPlace;

	/** Whether it has not left its lane yet, or is back in it; guarded by the lane. */
	boolean waitsInLane;

	/** Whether its lane has no more to do with it; guarded by the lane. */
	boolean outOfLane;

	int attempts;

	/** Of the breaker, when the attempt under way began. */
	int round;

	boolean held;

	/** Whether an attempt has ever failed. */
	boolean everFailed;

	/** Whether one has failed since its retries began anew, and when the first did. */
	boolean failing;

	long failingSinceNanos;

	/** What the target answered to the last attempts. */
	final FailedAttempts failures = new FailedAttempts();

	/** Whether the dead letter sink took it, and not the target. */
	boolean deadLettered;

	/** The same event in the delivery that came before. */
	private final @Nullable Shipment before;

	/** Whether the target took the event, and nobody its reply. */
	boolean replyLeft;

	/** From then on nobody wants the event; {@code null} when that never comes. */
	final @Nullable Instant expiry;

	/** When its target, a channel, may hand it in again; {@code null} for at once. */
	@Nullable Instant notBefore;

	/** Why there is no point in trying the target at all, or {@code null}. */
	@Nullable SendException hopeless;

	Retry.@Nullable AsyncContext<Object> retryContext;

	/** Written by the step, read by the expiry sweep and on closing. */
	private volatile @Nullable CompletableFuture<Void> sent;

	private volatile long startedNanos;

	/**
	 * Whether an attempt is about to be made, under way or just over; guarded by this.
	 */
	private boolean launched;

	/** Whether another delivery has it by now; guarded by this. */
	private boolean takenAway;

	Shipment(Delivery delivery, RoutedEvent event, byte @Nullable [] recordKey, @Nullable Object orderKey) {
		this(delivery, event, recordKey, orderKey, null);
	}

	/**
	 * Makes one that goes on where another one ends.
	 */
	Shipment(Delivery delivery, RoutedEvent event, byte @Nullable [] recordKey, @Nullable Object orderKey,
			@Nullable Shipment before) {
		this.before = before;
		this.settled = (before == null) ? new CompletableFuture<>() : before.settled;
		this.inheritedPlace = (before == null) ? NEW
				: (before.lane == null) ? before.inheritedPlace : before.placeInLane;
		this.delivery = delivery;
		this.event = event;
		this.recordKey = recordKey;
		this.orderKey = orderKey;
		this.expiry = EventTime.expiry(event.event());
	}

	/**
	 * Makes the next attempt, for which it waited at the gate outside of a lane.
	 */
	@Override
	public boolean proceed() {
		if (!this.delivery.holds(this) || this.delivery.giveUp(this)) {
			return false;
		}
		this.delivery.start(this);
		return true;
	}

	/**
	 * From now on it is as if it had not been tried.
	 */
	void startAnew() {
		this.retryContext = null;
		this.failing = false;
	}

	/**
	 * Asked before each attempt.
	 * @return {@code false} when another delivery has taken it over meanwhile
	 */
	synchronized boolean launch() {
		this.launched = !this.takenAway;
		return this.launched;
	}

	/**
	 * Takes it away from its delivery.
	 * @return {@code false} when that is making an attempt, or somebody else did it
	 */
	synchronized boolean takeAway() {
		boolean free = !this.launched && !this.takenAway;
		this.takenAway |= free;
		return free;
	}

	/**
	 * Hears that the dead letter sink took it.
	 */
	void deadLettered() {
		for (Shipment each = this; each != null; each = each.before) {
			each.deadLettered = true;
		}
	}

	void underWay(CompletableFuture<Void> attempt, long nowNanos) {
		this.startedNanos = nowNanos;
		this.sent = attempt;
	}

	/**
	 * Hears that what became of its last attempt is dealt with: it failed, and another
	 * may be made.
	 * @return {@code false} when another delivery has taken it over meanwhile
	 */
	synchronized boolean landed() {
		this.launched = false;
		return !this.takenAway;
	}

	void notUnderWay() {
		this.sent = null;
	}

	boolean isUnderWay() {
		return this.sent != null;
	}

	long startedNanos() {
		return this.startedNanos;
	}

	/**
	 * The attempt under way if it is older than that.
	 */
	@Nullable CompletableFuture<Void> olderThan(Duration age, long nowNanos) {
		CompletableFuture<Void> attempt = this.sent;
		return (attempt != null && nowNanos - this.startedNanos > age.toNanos()) ? attempt : null;
	}

}
