package io.meshbridge.gateway.ingress;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Counts what is taken from one source and not settled, and says when that is too much.
 * Flow is let go again at four fifths of the limit, so that it does not flutter.
 * Thread-safe.
 */
final class InFlightLimit {

	private final long maxEvents;

	private final long maxBytes;

	private final Consumer<Boolean> listener;

	private final AtomicLong events = new AtomicLong();

	private final AtomicLong bytes = new AtomicLong();

	private volatile boolean reached;

	/**
	 * Makes a limit.
	 * @param listener hears {@code true} when it is reached and {@code false} when there
	 * is room
	 */
	InFlightLimit(long maxEvents, long maxBytes, Consumer<Boolean> listener) {
		this.maxEvents = maxEvents;
		this.maxBytes = maxBytes;
		this.listener = listener;
	}

	/**
	 * Takes one event in, over the limit too: the source slows down from here on.
	 */
	void take(int sizeBytes) {
		long eventsNow = this.events.incrementAndGet();
		long bytesNow = this.bytes.addAndGet(sizeBytes);
		if (!this.reached && (eventsNow >= this.maxEvents || bytesNow >= this.maxBytes)) {
			changed();
		}
	}

	/**
	 * Takes one event in if there is room for it.
	 */
	boolean tryTake(int sizeBytes) {
		long eventsNow = this.events.incrementAndGet();
		long bytesNow = this.bytes.addAndGet(sizeBytes);
		// One event always fits, however large it is.
		if (eventsNow == 1 || (eventsNow <= this.maxEvents && bytesNow <= this.maxBytes)) {
			return true;
		}
		release(sizeBytes);
		return false;
	}

	/**
	 * Lets one settled event go.
	 */
	void release(int sizeBytes) {
		this.events.decrementAndGet();
		this.bytes.addAndGet(-sizeBytes);
		if (this.reached && !over(4, 5)) {
			changed();
		}
	}

	private synchronized void changed() {
		// Looked at again after each change: a release in between sees the old state and
		// leaves
		// it to us.
		boolean now = stillReached();
		while (now != this.reached) {
			this.reached = now;
			this.listener.accept(now);
			now = stillReached();
		}
	}

	private boolean stillReached() {
		return this.reached ? over(4, 5) : over(1, 1);
	}

	private boolean over(int numerator, int denominator) {
		return this.events.get() * denominator >= this.maxEvents * numerator
				|| this.bytes.get() * denominator >= this.maxBytes * numerator;
	}

	long events() {
		return this.events.get();
	}

	long bytes() {
		return this.bytes.get();
	}

}
