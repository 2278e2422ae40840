package io.meshbridge.bridge.amqp10;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.meshbridge.bridge.SendException;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.engine.OutgoingDelivery;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way out; equal only to itself.
 */
final class Outgoing {

	private final ProtonBuffer message;

	private final int bytes;

	private final long deadlineNanos;

	private final CompletableFuture<Void> confirmed;

	/** For the I/O thread. */
	@Nullable OutgoingDelivery delivery;

	/**
	 * @param message encoded
	 * @param timeout after which it counts as failed, from now on
	 * @param confirmed completes when the broker has it, or fails with a
	 * {@link SendException}
	 */
	Outgoing(ProtonBuffer message, Duration timeout, CompletableFuture<Void> confirmed) {
		this.message = message;
		this.bytes = message.getReadableBytes();
		this.deadlineNanos = System.nanoTime() + timeout.toNanos();
		this.confirmed = confirmed;
	}

	/**
	 * What is left of it to send; for the I/O thread.
	 */
	ProtonBuffer message() {
		return this.message;
	}

	int bytes() {
		return this.bytes;
	}

	boolean overdue(long nowNanos) {
		return nowNanos - this.deadlineNanos > 0;
	}

	boolean isDone() {
		return this.confirmed.isDone();
	}

	void confirm() {
		this.confirmed.complete(null);
	}

	void fail(SendException failure) {
		this.confirmed.completeExceptionally(failure);
	}

}
