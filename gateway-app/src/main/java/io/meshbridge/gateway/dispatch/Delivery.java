package io.meshbridge.gateway.dispatch;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

import io.github.resilience4j.retry.Retry;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.ReplyTo;
import io.meshbridge.bridge.SendException;
import io.meshbridge.gateway.bindings.EventSender;
import io.meshbridge.rules.DeliveryPolicy;
import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.RouteTarget;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets the events of one route to one of its targets, or to the dead letter sink.
 * <p>
 * Events of one key leave in the order they were handed over; a failing one holds back
 * its own key only ({@link Lane}). An attempt that fails in passing is made again after a
 * back-off; one that fails for good, or too often, sends the event to the dead letter
 * sink. When that does not take it either, the event is held and starts anew after the
 * longest back-off, for as long as its source can wait. Where replies are wanted, an
 * event that is answered with one is delivered when the reply is held, and else sent
 * again. Thread-safe.
 */
final class Delivery {

	private static final Logger logger = LoggerFactory.getLogger(Delivery.class);

	private final String routeId;

	private final RouteTarget target;

	private final EventSender binding;

	private final @Nullable DeadLetterSink deadLetterSink;

	/** {@code null} to take no notice of what the target answers. */
	private final @Nullable Replies replies;

	private final DeliveryPolicy policy;

	private final Retry retry;

	private final DeliveryTimer timer;

	private final DeliveryCounters counters;

	/** Lanes that have events, by order key. */
	private final ConcurrentHashMap<Object, Lane> lanes = new ConcurrentHashMap<>();

	/** Every event that is not settled yet. */
	private final Set<Shipment> shipments = ConcurrentHashMap.newKeySet();

	private final HeldEvents held;

	private volatile boolean closing;

	Delivery(String routeId, RouteTarget target, EventSender binding, @Nullable DeadLetterSink deadLetterSink,
			@Nullable Replies replies, DeliveryPolicy policy, Retry retry, DeliveryTimer timer,
			DeliveryCounters counters) {
		this.routeId = routeId;
		this.target = target;
		this.binding = binding;
		this.deadLetterSink = deadLetterSink;
		this.replies = replies;
		this.policy = policy;
		this.retry = retry;
		this.timer = timer;
		this.counters = counters;
		this.held = new HeldEvents(routeId + " to " + binding);
	}

	/**
	 * Takes one event on.
	 * @return completes when the target or the dead letter sink holds the event; fails
	 * with an {@link UndeliveredException} when neither does and the source does not
	 * wait, or the gateway stops
	 */
	CompletableFuture<Void> deliver(RoutedEvent event) {
		Object key = event.orderKey(this.target);
		Shipment shipment = new Shipment(event, event.recordKey(this.target), key);
		this.shipments.add(shipment);
		if (key == null) {
			attempt(shipment);
		}
		else {
			Lane lane = this.lanes.compute(key, (unused, present) -> {
				Lane current = (present == null) ? new Lane(this, key) : present;
				current.add(shipment);
				return current;
			});
			lane.pump();
		}
		return shipment.settled;
	}

	/**
	 * Takes an event on that the target can't get, straight to the dead letter sink. Like
	 * {@link #deliver} otherwise, but holds no key back.
	 */
	CompletableFuture<Void> deadLetterOnly(RoutedEvent event, SendException cause) {
		Shipment shipment = new Shipment(event, event.recordKey(this.target), null);
		shipment.hopeless = cause;
		this.shipments.add(shipment);
		attempt(shipment);
		return shipment.settled;
	}

	/**
	 * Makes one attempt at the target. Comes back to {@link Lane} when the event is in a
	 * lane, in whichever way it ends.
	 */
	void attempt(Shipment shipment) {
		if (this.closing) {
			undelivered(shipment, null);
			return;
		}
		if (shipment.hopeless != null) {
			deadLetter(shipment, shipment.hopeless);
			return;
		}
		shipment.attempts++;
		shipment.replyLeft = false;
		if (shipment.attempts > 1) {
			this.counters.retried().increment();
		}
		if (this.replies == null) {
			CompletableFuture<Void> sent = this.binding.send(outbound(shipment, null));
			shipment.underWay(sent);
			sent.whenComplete((nothing, failure) -> attempted(shipment, failure));
		}
		else {
			attemptWithReply(shipment, this.replies);
		}
	}

	private Outbound outbound(Shipment shipment, @Nullable ReplyTo replyTo) {
		ContentMode mode = this.target.structured() ? ContentMode.STRUCTURED : ContentMode.BINARY;
		return new Outbound(shipment.event.event(), shipment.recordKey, shipment.orderKey, mode, this.policy.timeout(),
				replyTo);
	}

	private void attemptWithReply(Shipment shipment, Replies replies) {
		AtomicReference<@Nullable Content> reply = new AtomicReference<>();
		CompletableFuture<Void> sent = this.binding.send(outbound(shipment, replies.to(reply::set)));
		shipment.underWay(sent);
		sent.whenComplete((nothing, failure) -> {
			Content answer = reply.get();
			if (failure != null || answer == null) {
				attempted(shipment, failure);
				return;
			}
			CompletableFuture<Void> taken = replies.take(answer, shipment, this.binding);
			shipment.underWay(taken);
			taken.whenComplete((none, problem) -> {
				shipment.replyLeft = problem != null;
				attempted(shipment, problem);
			});
		});
	}

	private void attempted(Shipment shipment, @Nullable Throwable failure) {
		shipment.notUnderWay();
		if (failure == null) {
			if (shipment.retryContext != null) {
				shipment.retryContext.onComplete();
			}
			this.counters.delivered().increment();
			settle(shipment, null);
			return;
		}
		SendException cause = SendFailure.of(this.binding, failure);
		Lane lane = shipment.lane;
		if (lane != null && lane.failed(shipment, cause)) {
			// Others of this key are still under way; the lane comes back when they are
			// done.
			return;
		}
		recover(shipment, cause);
	}

	/**
	 * Decides what follows a failed attempt: another one later, or the dead letter sink.
	 */
	void recover(Shipment shipment, SendException cause) {
		if (shipment.retryContext == null) {
			shipment.retryContext = this.retry.asyncContext();
		}
		long waitMillis = shipment.retryContext.onError(cause);
		if (waitMillis >= 0) {
			logger.debug("{} to {}: attempt {} of event {} failed, next in {} ms: {}", this.routeId, this.binding,
					shipment.attempts, shipment.event.event().getId(), waitMillis, cause.getMessage());
			later(Duration.ofMillis(waitMillis), shipment, cause);
		}
		else if (shipment.replyLeft) {
			// The target has done its part, so the event is no dead letter.
			nobodyTookIt(shipment, cause, "the target took the event, and nobody its reply");
		}
		else if (this.target.endpoint() instanceof Endpoint.AtChannel && !cause.permanent()) {
			// Our own store can't take it now; that is no reason to give the event up.
			nobodyTookIt(shipment, cause, "a channel is never bypassed");
		}
		else {
			deadLetter(shipment, cause);
		}
	}

	private void later(Duration wait, Shipment shipment, SendException cause) {
		try {
			this.timer.schedule(wait, () -> attempt(shipment));
		}
		catch (RejectedExecutionException ex) {
			undelivered(shipment, cause);
		}
	}

	private void deadLetter(Shipment shipment, SendException cause) {
		if (this.deadLetterSink == null) {
			nobodyTookIt(shipment, cause, "there is no dead letter sink");
			return;
		}
		DeadLetter letter = new DeadLetter(shipment.event.event(), this.routeId, this.binding.toString(),
				shipment.attempts, cause.code(), String.valueOf(cause.getMessage()));
		CompletableFuture<Void> sent = this.deadLetterSink.send(letter, shipment.recordKey);
		shipment.underWay(sent);
		sent.whenComplete((nothing, failure) -> {
			shipment.notUnderWay();
			if (failure == null) {
				this.counters.deadLettered().increment();
				logger.warn("{} to {}: event {} of {} went to the dead letter sink {} after {} attempts: {}",
						this.routeId, this.binding, shipment.event.event().getId(), shipment.event.event().getSource(),
						this.deadLetterSink, shipment.attempts, cause.getMessage());
				settle(shipment, null);
			}
			else {
				nobodyTookIt(shipment, cause, "the dead letter sink " + this.deadLetterSink + " failed too: "
						+ SendFailure.cause(failure).getMessage());
			}
		});
	}

	private void nobodyTookIt(Shipment shipment, SendException cause, String sinkProblem) {
		if (!shipment.event.heldBySource() || this.closing) {
			undelivered(shipment, cause);
			return;
		}
		if (!shipment.held) {
			shipment.held = true;
			this.counters.held().increment();
			this.held.add(shipment, cause.getMessage() + "; " + sinkProblem);
		}
		shipment.retryContext = null;
		later(this.policy.backoffMaxDelay(), shipment, cause);
	}

	/**
	 * Gives an event back to its source.
	 * @param cause why its target did not take it; {@code null} when the gateway stops
	 */
	private void undelivered(Shipment shipment, @Nullable SendException cause) {
		String reason = (cause == null) ? "the gateway stops" : cause.getMessage();
		settle(shipment, new UndeliveredException(this.routeId + " to " + this.binding + ": " + reason, cause));
	}

	private void settle(Shipment shipment, @Nullable UndeliveredException failure) {
		if (!this.shipments.remove(shipment)) {
			return;
		}
		if (shipment.held) {
			this.held.remove();
		}
		if (failure == null) {
			shipment.settled.complete(null);
		}
		else {
			this.counters.refused().increment();
			shipment.settled.completeExceptionally(failure);
		}
		if (shipment.lane != null) {
			shipment.lane.settled(shipment);
		}
	}

	/**
	 * Forgets a lane that has no events left.
	 */
	void removeIfEmpty(Object key, Lane lane) {
		this.lanes.computeIfPresent(key, (unused, present) -> (present == lane && lane.empty()) ? null : present);
	}

	/**
	 * Whether one key may have several events under way.
	 */
	boolean pipelined() {
		return this.binding.keepsOrder();
	}

	/**
	 * Fails attempts that are under way for longer than the timeout. Called every now and
	 * then.
	 */
	void expire(long nowNanos) {
		for (Shipment shipment : this.shipments) {
			CompletableFuture<Void> sent = shipment.olderThan(this.policy.timeout(), nowNanos);
			if (sent != null) {
				sent.completeExceptionally(SendException.transientFailure("TIMEOUT",
						this.binding + ": no confirmation within " + this.policy.timeout(), null));
			}
		}
	}

	int inFlight() {
		return this.shipments.size();
	}

	/**
	 * From now on nothing is started: what waits for another attempt is handed back at
	 * once, what is under way may still end well.
	 */
	void startClosing() {
		this.closing = true;
		for (Shipment shipment : this.shipments) {
			if (!shipment.isUnderWay()) {
				undelivered(shipment, null);
			}
		}
	}

	/**
	 * Completes when all that is in flight now has ended in some way.
	 */
	CompletableFuture<Void> drained() {
		return CompletableFuture.allOf(this.shipments.stream()
			.map((shipment) -> shipment.settled.handle((nothing, failure) -> null))
			.toArray(CompletableFuture[]::new));
	}

	/**
	 * Hands back everything that is left.
	 */
	void close() {
		this.closing = true;
		for (Shipment shipment : this.shipments) {
			undelivered(shipment, null);
		}
	}

}
