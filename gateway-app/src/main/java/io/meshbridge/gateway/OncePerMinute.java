package io.meshbridge.gateway;

import java.time.Duration;
import java.time.InstantSource;

/**
 * Says when to write a log line about something that may happen thousands of times: at
 * the first one, and from then on once a minute at most. Thread-safe.
 */
public final class OncePerMinute {

	private static final Duration INTERVAL = Duration.ofMinutes(1);

	private final InstantSource clock;

	/** Since the last line; guarded by this. */
	private long count;

	/** When the last line was written; before the first one, meaningless. */
	private long lastLineMillis;

	private boolean first = true;

	public OncePerMinute(InstantSource clock) {
		this.clock = clock;
	}

	/**
	 * Hears that it happened once more.
	 * @return how often it did since the last line when it is time for one, 1 for the
	 * very first; else 0
	 */
	public synchronized long happened() {
		this.count++;
		long now = this.clock.millis();
		// A clock that was set back must not keep the log quiet until it has caught up.
		if (!this.first && Math.abs(now - this.lastLineMillis) < INTERVAL.toMillis()) {
			return 0;
		}
		long since = this.count;
		this.first = false;
		this.count = 0;
		this.lastLineMillis = now;
		return since;
	}

}
