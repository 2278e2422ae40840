package io.meshbridge.gateway.ingress;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

import io.meshbridge.bridge.InboundMessage;
import org.jspecify.annotations.Nullable;

/**
 * Settles one message when all that was made of it has ended: accepted if everything was
 * taken, else refused. Thread-safe.
 */
final class Settlement {

	private final InboundMessage message;

	private final SourceIngress source;

	/** Deliveries that have not ended, and one for the loop that starts them. */
	private final AtomicInteger open = new AtomicInteger(1);

	private volatile @Nullable Throwable failure;

	Settlement(InboundMessage message, SourceIngress source) {
		this.message = message;
		this.source = source;
	}

	void await(CompletableFuture<Void> delivery) {
		this.open.incrementAndGet();
		delivery.whenComplete((nothing, failed) -> {
			if (failed != null) {
				this.failure = (failed instanceof CompletionException && failed.getCause() != null) ? failed.getCause()
						: failed;
			}
			ended();
		});
	}

	/**
	 * All deliveries are started.
	 */
	void started() {
		ended();
	}

	private void ended() {
		if (this.open.decrementAndGet() == 0) {
			this.source.settle(this.message, this.failure);
		}
	}

}
