package io.meshbridge.gateway.dispatch;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.github.resilience4j.retry.Retry;
import io.meshbridge.bridge.SendException;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way to one target. Its plain fields belong to whoever runs its current
 * step; steps follow one another, so they need no lock.
 */
final class Shipment {

	final RoutedEvent event;

	final byte @Nullable [] recordKey;

	final @Nullable Object orderKey;

	/** Done when the target or the dead letter sink holds the event, or nobody will. */
	final CompletableFuture<Void> settled = new CompletableFuture<>();

	/** The lane it travels in; {@code null} without an order key. */
	@Nullable Lane lane;

	/** Place among the events of its lane; written before the lane is pumped. */
	long placeInLane;

	int attempts;

	boolean held;

	/** Whether the target took the event, and nobody its reply. */
	boolean replyLeft;

	/** Why there is no point in trying the target at all, or {@code null}. */
	@Nullable SendException hopeless;

	Retry.@Nullable AsyncContext<Object> retryContext;

	/** Written by the step, read by the expiry sweep and on closing. */
	private volatile @Nullable CompletableFuture<Void> sent;

	private volatile long startedNanos;

	Shipment(RoutedEvent event, byte @Nullable [] recordKey, @Nullable Object orderKey) {
		this.event = event;
		this.recordKey = recordKey;
		this.orderKey = orderKey;
	}

	void underWay(CompletableFuture<Void> attempt) {
		this.startedNanos = System.nanoTime();
		this.sent = attempt;
	}

	void notUnderWay() {
		this.sent = null;
	}

	boolean isUnderWay() {
		return this.sent != null;
	}

	/**
	 * The attempt under way if it is older than that.
	 */
	@Nullable CompletableFuture<Void> olderThan(Duration age, long nowNanos) {
		CompletableFuture<Void> attempt = this.sent;
		return (attempt != null && nowNanos - this.startedNanos > age.toNanos()) ? attempt : null;
	}

}
