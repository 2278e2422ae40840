package io.meshbridge.gateway.dispatch;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.cloudevents.CloudEvent;
import io.github.resilience4j.retry.Retry;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import io.meshbridge.gateway.bindings.EventSender;
import org.jspecify.annotations.Nullable;

/**
 * Where events go that their target does not take. Tried as hard as the target was. An
 * event whose attributes the sink's protocol can't have as headers is written structured.
 */
final class DeadLetterSink {

	private final EventSender binding;

	private final Retry retry;

	private final Duration timeout;

	private final DeliveryTimer timer;

	private final Clock clock;

	DeadLetterSink(EventSender binding, Retry retry, Duration timeout, DeliveryTimer timer, Clock clock) {
		this.binding = binding;
		this.retry = retry;
		this.timeout = timeout;
		this.timer = timer;
		this.clock = clock;
	}

	/**
	 * Sends one dead letter.
	 * @return completes when the sink holds it
	 */
	CompletableFuture<Void> send(DeadLetter letter, byte @Nullable [] recordKey) {
		CloudEvent event = letter.toEvent(this.clock);
		return attempt(event, recordKey, ContentMode.BINARY).exceptionallyCompose((failure) -> {
			Throwable cause = SendFailure.cause(failure);
			return (cause instanceof SendException known && known.permanent())
					? attempt(event, recordKey, ContentMode.STRUCTURED) : CompletableFuture.failedFuture(cause);
		});
	}

	private CompletableFuture<Void> attempt(CloudEvent event, byte @Nullable [] recordKey, ContentMode mode) {
		return this.retry
			.executeCompletionStage(this.timer.executor(),
					() -> this.binding.send(new Outbound(event, recordKey, mode, this.timeout)))
			.toCompletableFuture();
	}

	@Override
	public String toString() {
		return this.binding.toString();
	}

}
