package io.meshbridge.bridge.http.inbound;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Counts requests that are not answered yet. Thread-safe.
 */
final class InFlight {

	private final AtomicInteger count = new AtomicInteger();

	private volatile @Nullable CompletableFuture<Void> awaited;

	void begin() {
		this.count.incrementAndGet();
	}

	void end() {
		CompletableFuture<Void> waiting = (this.count.decrementAndGet() == 0) ? this.awaited : null;
		if (waiting != null) {
			waiting.complete(null);
		}
	}

	int count() {
		return this.count.get();
	}

	/**
	 * Completes as soon as there is none left. One caller at a time.
	 */
	CompletableFuture<Void> none() {
		CompletableFuture<Void> waiting = new CompletableFuture<>();
		this.awaited = waiting;
		if (this.count.get() == 0) {
			waiting.complete(null);
		}
		return waiting;
	}

}
