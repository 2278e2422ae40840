package io.meshbridge.bridge.http.inbound;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Keeps a log line that any request can cause from being written more than once a minute.
 * Thread-safe.
 */
final class OncePerMinute {

	private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

	private final LongSupplier nanoTime;

	private final AtomicLong untold = new AtomicLong();

	private final AtomicLong quietUntil;

	OncePerMinute(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
		this.quietUntil = new AtomicLong(nanoTime.getAsLong());
	}

	/**
	 * Counts one more time.
	 * @return how many times the line has to tell of, or 0 when it must not be written
	 * now
	 */
	long due() {
		this.untold.incrementAndGet();
		long now = this.nanoTime.getAsLong();
		long until = this.quietUntil.get();
		boolean due = now - until >= 0 && this.quietUntil.compareAndSet(until, now + MINUTE);
		return due ? this.untold.getAndSet(0) : 0;
	}

}
