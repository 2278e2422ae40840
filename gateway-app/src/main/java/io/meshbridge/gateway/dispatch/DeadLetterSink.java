package io.meshbridge.gateway.dispatch;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

import io.cloudevents.CloudEvent;
import io.github.resilience4j.retry.Retry;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import io.meshbridge.gateway.bindings.EventSender;
import io.meshbridge.rules.DeliveryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Where events go that their target does not take. Tried as hard as the target was, until
 * it proves to be out itself. An event whose attributes the sink's protocol can't have as
 * headers is written structured.
 */
final class DeadLetterSink {

	private final EventSender binding;

	private final DeliveryPolicy policy;

	private final Gate gate;

	private final Retry retry;

	private final DeliveryTimer timer;

	DeadLetterSink(EventSender binding, DeliveryPolicy policy, Gate gate, Retry retry, DeliveryTimer timer) {
		this.binding = binding;
		this.policy = policy;
		this.gate = gate;
		this.retry = retry;
		this.timer = timer;
	}

	/**
	 * What the first attempt for a letter has to pass.
	 */
	Gate gate() {
		return this.gate;
	}

	/**
	 * Sends one dead letter.
	 * @param shipment what the letter is about; its attempts here time out like those at
	 * its target
	 * @return completes when the sink holds it
	 */
	CompletableFuture<Void> send(DeadLetter letter, byte @Nullable [] recordKey, Shipment shipment) {
		CloudEvent event = letter.toEvent(this.timer.now(), this.timer.nanoTime());
		Duration timeout = this.policy.timeout();
		return send(new Outbound(event, recordKey, letter.orderKey(), ContentMode.BINARY, timeout), shipment)
			.exceptionallyCompose((failure) -> {
				Throwable cause = SendFailure.cause(failure);
				return (cause instanceof SendException known && known.permanent())
						? send(new Outbound(event, recordKey, letter.orderKey(), ContentMode.STRUCTURED, timeout),
								shipment)
						: CompletableFuture.failedFuture(cause);
			});
	}

	private CompletableFuture<Void> send(Outbound outbound, Shipment shipment) {
		CompletableFuture<Void> result = new CompletableFuture<>();
		attempt(new Letter(outbound, shipment, this.retry.asyncContext(), result), true);
		return result;
	}

	private void attempt(Letter letter, boolean first) {
		if (!letter.shipment().launch()) {
			// Its route was replaced, and the new one has the event.
			this.gate.giveBack();
			return;
		}
		long startedNanos = this.timer.nanoTime();
		int round = this.gate.breaker().round();
		CompletableFuture<Void> sent = this.binding.send(letter.outbound());
		letter.shipment().underWay(sent, startedNanos);
		sent.whenComplete((nothing, failure) -> {
			letter.shipment().notUnderWay();
			SendException cause = (failure == null) ? null : SendFailure.of(this.binding, failure);
			if (cause == null || cause.permanent()) {
				this.gate.breaker().answered(startedNanos);
			}
			else {
				this.gate.breaker().failed(cause, first, round, startedNanos, this.policy.retryAfterMax());
			}
			if (cause == null) {
				letter.retry().onComplete();
				letter.result().complete(null);
			}
			else {
				failed(letter, cause, startedNanos);
			}
		});
	}

	private void failed(Letter letter, SendException cause, long startedNanos) {
		letter.shipment().landed();
		if (!cause.permanent() && this.gate.shut()) {
			letter.result().completeExceptionally(cause);
			return;
		}
		long waitMillis = letter.retry().onError(cause);
		if (waitMillis < 0) {
			TargetBreaker breaker = this.gate.breaker();
			if (!cause.permanent() && breaker.blames(cause) && !breaker.answeredSince(startedNanos)) {
				breaker.trip(cause);
			}
			letter.result().completeExceptionally(cause);
			return;
		}
		try {
			this.timer.schedule(Duration.ofMillis(waitMillis), () -> attempt(letter, false));
		}
		catch (RejectedExecutionException ex) {
			letter.result().completeExceptionally(cause);
		}
	}

	Retry retry() {
		return this.retry;
	}

	@Override
	public String toString() {
		return this.binding.toString();
	}

	/**
	 * One dead letter on its way.
	 */
	private record Letter(Outbound outbound, Shipment shipment, Retry.AsyncContext<Object> retry,
			CompletableFuture<Void> result) {
	}

}
