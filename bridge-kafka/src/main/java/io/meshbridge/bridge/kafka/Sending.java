package io.meshbridge.bridge.kafka;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.meshbridge.bridge.SendException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One send that is under way; completes when the broker has the record.
 */
final class Sending extends CompletableFuture<Void> {

	private final ProducerRecord<byte[], byte[]> record;

	private final Duration timeout;

	private final long deadlineNanos;

	private final long maxRequestBytes;

	private final UnderWay underWay;

	private volatile boolean handedOver;

	private volatile boolean failedForGood;

	Sending(ProducerRecord<byte[], byte[]> record, Duration timeout, long maxRequestBytes, UnderWay underWay) {
		this.record = record;
		this.underWay = underWay;
		this.maxRequestBytes = maxRequestBytes;
		this.timeout = timeout;
		this.deadlineNanos = System.nanoTime() + timeout.toNanos();
	}

	ProducerRecord<byte[], byte[]> record() {
		return this.record;
	}

	/**
	 * What else its target has sent.
	 */
	UnderWay underWay() {
		return this.underWay;
	}

	/**
	 * Completes it with the outcome of the producer's send.
	 */
	void settle(@Nullable Throwable failure) {
		if (failure == null) {
			complete(null);
		}
		else {
			completeExceptionally(failure(failure));
		}
	}

	/**
	 * What this failure of the producer means.
	 */
	SendException failure(Throwable failure) {
		return SendFailures.of(this.record, failure, this.maxRequestBytes);
	}

	/**
	 * The producer has it.
	 */
	void handedOver() {
		this.handedOver = true;
	}

	/**
	 * It is to be sent again, and the producer never had it.
	 */
	boolean skipped() {
		return isCompletedExceptionally() && !this.handedOver && !this.failedForGood;
	}

	boolean overdue() {
		return System.nanoTime() - this.deadlineNanos >= 0;
	}

	void failAfterTimeout() {
		orTimeout(this.timeout.toMillis(), TimeUnit.MILLISECONDS);
	}

	@Override
	public boolean completeExceptionally(Throwable failure) {
		if (failure instanceof SendException known && known.permanent()) {
			this.failedForGood = true;
		}
		if (failure instanceof TimeoutException) {
			return super.completeExceptionally(SendException.transientFailure("TIMEOUT",
					this.record.topic() + ": no confirmation within " + this.timeout, null));
		}
		return super.completeExceptionally(failure);
	}

}
