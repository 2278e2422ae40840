package io.meshbridge.gateway.dispatch;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.ReplyTo;
import io.meshbridge.bridge.SendException;
import io.meshbridge.gateway.bindings.EventSender;
import io.meshbridge.rules.DeliveryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Makes attempts at one target, and tells its gate and its breaker how they end. Where
 * replies are wanted, an attempt that is answered with one ends when the reply is held.
 * Thread-safe.
 */
final class Attempts {

	private final Leg leg;

	private final EventSender binding;

	private final DeliveryPolicy policy;

	private final Gate gate;

	/** {@code null} to take no notice of what the target answers. */
	private final @Nullable Replies replies;

	private final DeliveryTimer timer;

	private final DeliveryCounters counters;

	/**
	 * Who makes attempts.
	 */
	interface Owner {

		/**
		 * Hears how an attempt ended.
		 * @param cause why it failed; {@code null} when it did not
		 */
		void attempted(Shipment shipment, @Nullable SendException cause);

		/** Whether failures are its own doing by now. */
		boolean closing();

	}

	Attempts(Leg leg, Gate gate, @Nullable Replies replies, DeliveryTimer timer, DeliveryCounters counters) {
		this.leg = leg;
		this.binding = leg.binding();
		this.policy = leg.target().delivery();
		this.gate = gate;
		this.replies = replies;
		this.timer = timer;
		this.counters = counters;
	}

	/**
	 * Makes one attempt that the gate has let through.
	 * @param owner hears how it ends
	 */
	void make(Shipment shipment, Owner owner) {
		shipment.attempts++;
		shipment.replyLeft = false;
		shipment.round = this.gate.breaker().round();
		if (shipment.attempts > 1) {
			this.counters.retried().increment();
		}
		if (this.replies == null) {
			CompletableFuture<Void> sent = this.binding.send(outbound(shipment, null));
			shipment.underWay(sent, this.timer.nanoTime());
			sent.whenComplete((nothing, failure) -> {
				shipment.notUnderWay();
				owner.attempted(shipment, answered(shipment, failure, owner));
			});
		}
		else {
			makeWithReply(shipment, this.replies, owner);
		}
	}

	private Outbound outbound(Shipment shipment, @Nullable ReplyTo replyTo) {
		ContentMode mode = this.leg.target().structured() ? ContentMode.STRUCTURED : ContentMode.BINARY;
		return new Outbound(shipment.event.sent(), shipment.recordKey, shipment.orderKey, mode, this.policy.timeout(),
				replyTo, shipment.notBefore);
	}

	private void makeWithReply(Shipment shipment, Replies replies, Owner owner) {
		AtomicReference<@Nullable Content> reply = new AtomicReference<>();
		CompletableFuture<Void> sent = this.binding.send(outbound(shipment, replies.to(reply::set)));
		shipment.underWay(sent, this.timer.nanoTime());
		sent.whenComplete((nothing, failure) -> {
			SendException cause = answered(shipment, failure, owner);
			Content answer = reply.get();
			if (cause != null || answer == null) {
				shipment.notUnderWay();
				owner.attempted(shipment, cause);
				return;
			}
			CompletableFuture<Void> taken = replies.take(answer, shipment, this.binding);
			shipment.underWay(taken, this.timer.nanoTime());
			taken.whenComplete((none, problem) -> {
				shipment.notUnderWay();
				shipment.replyLeft = problem != null;
				owner.attempted(shipment, (problem == null) ? null : SendFailure.of(this.binding, problem));
			});
		});
	}

	/**
	 * Tells the gate and the breaker how an attempt at the target ended.
	 */
	private @Nullable SendException answered(Shipment shipment, @Nullable Throwable failure, Owner owner) {
		this.gate.left();
		SendException cause = (failure == null) ? null : SendFailure.of(this.binding, failure);
		if (cause == null || cause.permanent()) {
			this.gate.breaker().answered(shipment.startedNanos());
		}
		else if (!owner.closing()) {
			this.gate.breaker()
				.failed(cause, !shipment.everFailed, shipment.round, shipment.startedNanos(),
						this.policy.retryAfterMax());
		}
		if (cause != null) {
			shipment.failures.add(cause, this.timer.nanoTime());
			shipment.everFailed = true;
			if (!shipment.failing) {
				shipment.failing = true;
				shipment.failingSinceNanos = this.timer.nanoTime();
			}
		}
		return cause;
	}

}
