package io.meshbridge.gateway.ingress;

import java.time.Clock;
import java.time.Duration;

import io.cloudevents.CloudEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells an operator of the events of one source that match no route: of the first at
 * once, and from then on in one line a minute at most, with their number. Thread-safe.
 */
final class UnroutedLog {

	private static final Logger logger = LoggerFactory.getLogger(UnroutedLog.class);

	private static final Duration INTERVAL = Duration.ofMinutes(1);

	private static final String WHAT_TO_DO = "it is acknowledged and goes nowhere; "
			+ "see the filters of the routes that read this source (GET /admin/routes), or add one";

	private final String binding;

	private final Clock clock;

	/** Events since the last line; guarded by this. */
	private long count;

	/** When the last line was written; before the first one, meaningless. */
	private long lastLineMillis;

	private boolean first = true;

	UnroutedLog(String binding, Clock clock) {
		this.binding = binding;
		this.clock = clock;
	}

	/**
	 * Hears of one event that matches no route.
	 */
	synchronized void add(CloudEvent event) {
		this.count++;
		long now = this.clock.millis();
		// A clock that was set back must not keep the log quiet until it has caught up.
		if (!this.first && Math.abs(now - this.lastLineMillis) < INTERVAL.toMillis()) {
			return;
		}
		if (this.first) {
			logger.warn("{}: event {} of {}, type {}, matches no route: {}", this.binding, event.getId(),
					event.getSource(), event.getType(), WHAT_TO_DO);
		}
		else {
			logger.warn("{}: more events that match no route: {}, the last is event {} of {}, type {}", this.binding,
					this.count, event.getId(), event.getSource(), event.getType());
		}
		this.first = false;
		this.count = 0;
		this.lastLineMillis = now;
	}

}
