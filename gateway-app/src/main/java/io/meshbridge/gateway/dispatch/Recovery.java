package io.meshbridge.gateway.dispatch;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

import io.cloudevents.CloudEvent;
import io.github.resilience4j.retry.Retry;
import io.meshbridge.bridge.SendException;
import io.meshbridge.gateway.OncePerMinute;
import io.meshbridge.rules.DeliveryPolicy.OnExpiry;
import io.meshbridge.rules.DeliveryPolicy.OnOutage;
import io.meshbridge.rules.Endpoint;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what follows when a target did not take an event.
 * <p>
 * While the target is out the event waits for it, and that uses up no retries. Else an
 * attempt that failed in passing is made again after a back-off, and one that failed for
 * good, or too often, sends the event to the dead letter sink. When that does not take it
 * either the event is held: until the sink is back if it is out, else it starts anew
 * after the longest back-off, for as long as its source can wait.
 */
final class Recovery {

	private static final Logger logger = LoggerFactory.getLogger(Recovery.class);

	private final Leg leg;

	private final Retry retry;

	private final @Nullable DeadLetterSink deadLetterSink;

	private final DeliveryTimer timer;

	private final DeliveryCounters counters;

	private final HeldEvents held;

	private final OncePerMinute expired;

	Recovery(Leg leg, Retry retry, @Nullable DeadLetterSink deadLetterSink, DeliveryTimer timer,
			DeliveryCounters counters) {
		this.leg = leg;
		this.retry = retry;
		this.deadLetterSink = deadLetterSink;
		this.timer = timer;
		this.counters = counters;
		this.held = new HeldEvents(leg.toString());
		this.expired = new OncePerMinute(timer::now);
	}

	void recover(Delivery delivery, Shipment shipment, SendException cause) {
		if (!cause.permanent() && delivery.gate().shut()) {
			waitForTarget(delivery, shipment, cause);
			return;
		}
		if (shipment.retryContext == null) {
			shipment.retryContext = this.retry.asyncContext();
		}
		long waitMillis = shipment.retryContext.onError(cause);
		if (waitMillis >= 0) {
			logger.debug("{}: attempt {} of event {} failed, next in {} ms: {}", this.leg, shipment.attempts,
					shipment.event.event().getId(), waitMillis, cause.getMessage());
			later(Duration.ofMillis(waitMillis), delivery, shipment, cause);
		}
		else if (shipment.replyLeft) {
			// The target has done its part, so the event is no dead letter.
			nobodyTookIt(delivery, shipment, cause, "the target took the event, and nobody its reply");
		}
		else if (isOutage(delivery.gate().breaker(), shipment, cause)) {
			delivery.gate().breaker().trip(cause);
			waitForTarget(delivery, shipment, cause);
		}
		else if (this.leg.target().endpoint() instanceof Endpoint.AtChannel && !cause.permanent()) {
			// Our own store can't take it now; that is no reason to give the event up.
			nobodyTookIt(delivery, shipment, cause, "a channel is never bypassed");
		}
		else {
			deadLetter(delivery, shipment, cause);
		}
	}

	/**
	 * Whether an event that has used up its retries did so since nobody is there. That
	 * others were answered meanwhile says that it is the event after all.
	 */
	private boolean isOutage(TargetBreaker breaker, Shipment shipment, SendException cause) {
		return this.leg.target().delivery().onOutage() == OnOutage.PAUSE && !cause.permanent() && breaker.blames(cause)
				&& !breaker.answeredSince(shipment.failingSinceNanos);
	}

	private void waitForTarget(Delivery delivery, Shipment shipment, SendException cause) {
		if (shipment.event.heldBySource()) {
			shipment.event.story().waits(this.leg, String.valueOf(cause.getMessage()));
			shipment.startAnew();
			delivery.attempt(shipment);
		}
		else {
			delivery.undelivered(shipment, cause);
		}
	}

	private void later(Duration wait, Delivery delivery, Shipment shipment, SendException cause) {
		if (delivery.handsOver()) {
			delivery.undelivered(shipment, cause);
			return;
		}
		try {
			this.timer.schedule(wait, () -> delivery.attempt(shipment));
		}
		catch (RejectedExecutionException ex) {
			delivery.undelivered(shipment, cause);
		}
	}

	/**
	 * Whether an event whose time has passed goes nowhere, as its route says, or for want
	 * of a dead letter sink.
	 */
	boolean drops(Shipment shipment) {
		if (this.deadLetterSink != null && this.leg.target().delivery().onExpiry() == OnExpiry.DEAD_LETTER) {
			return false;
		}
		long count = this.expired.happened();
		if (count > 0) {
			CloudEvent event = shipment.event.event();
			logger.warn("{}: {} expired and dropped, the last is event {} of {}: its expirytime was {}", this.leg,
					(count == 1) ? "an event has" : count + " events have", event.getId(), event.getSource(),
					shipment.expiry);
		}
		return true;
	}

	/**
	 * Takes an event to the dead letter sink, or holds it until there is one.
	 */
	void deadLetter(Delivery delivery, Shipment shipment, SendException cause) {
		DeadLetterSink sink = this.deadLetterSink;
		if (sink == null) {
			nobodyTookIt(delivery, shipment, cause, "there is no dead letter sink");
			return;
		}
		if (sink.gate().shut()) {
			if (!hold(delivery, shipment, cause, "the dead letter sink " + sink + " is out")) {
				return;
			}
		}
		Gate.Waiter sending = () -> {
			boolean wanted = delivery.holds(shipment);
			if (wanted) {
				send(sink, delivery, shipment, cause);
			}
			return wanted;
		};
		if (sink.gate().enter(sending)) {
			send(sink, delivery, shipment, cause);
		}
	}

	private void send(DeadLetterSink sink, Delivery delivery, Shipment shipment, SendException cause) {
		DeadLetter letter = DeadLetter.of(this.leg, shipment, cause);
		sink.send(letter, shipment.recordKey, shipment).whenComplete((nothing, failure) -> {
			shipment.notUnderWay();
			if (failure == null) {
				shipment.deadLettered();
				this.counters.deadLettered().increment();
				shipment.event.story().deadLettered(this.leg, sink.toString(), shipment.attempts, cause);
				logger.warn("{}: event {} of {} went to the dead letter sink {} after {} attempts: {}", this.leg,
						shipment.event.event().getId(), shipment.event.event().getSource(), sink, shipment.attempts,
						cause.getMessage());
				delivery.settle(shipment, null);
			}
			else if (sink.gate().shut()) {
				deadLetter(delivery, shipment, cause);
			}
			else {
				nobodyTookIt(delivery, shipment, cause,
						"the dead letter sink " + sink + " failed too: " + SendFailure.cause(failure).getMessage());
			}
		});
	}

	private void nobodyTookIt(Delivery delivery, Shipment shipment, SendException cause, String sinkProblem) {
		if (hold(delivery, shipment, cause, sinkProblem)) {
			shipment.startAnew();
			later(this.leg.target().delivery().backoff().maxDelay(), delivery, shipment, cause);
		}
	}

	/**
	 * Keeps an event that nobody took.
	 * @return {@code false} when its source can't wait, and was answered
	 */
	private boolean hold(Delivery delivery, Shipment shipment, SendException cause, String sinkProblem) {
		if (!shipment.event.heldBySource() || delivery.closing()) {
			delivery.undelivered(shipment, cause);
			return false;
		}
		if (!shipment.held) {
			shipment.held = true;
			this.counters.held().increment();
			String reason = cause.getMessage() + "; " + sinkProblem;
			shipment.event.story().held(this.leg, reason);
			this.held.add(shipment.event.event(), reason);
		}
		return true;
	}

	/**
	 * Hears that a held event was taken, or given back to its source.
	 */
	void heldNoMore() {
		this.held.remove();
	}

	Retry retry() {
		return this.retry;
	}

	@Nullable DeadLetterSink deadLetterSink() {
		return this.deadLetterSink;
	}

}
