package io.meshbridge.gateway.ingress;

import java.time.Clock;

import io.cloudevents.CloudEvent;
import io.meshbridge.gateway.OncePerMinute;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells an operator of the events of one source that match no route: of the first at
 * once, and from then on in one line a minute at most, with their number. Thread-safe.
 */
final class UnroutedLog {

	private static final Logger logger = LoggerFactory.getLogger(UnroutedLog.class);

	private static final String WHAT_TO_DO = "it is acknowledged and goes nowhere; "
			+ "see the filters of the routes that read this source (GET /admin/routes), or add one";

	private final String binding;

	private final OncePerMinute lines;

	/** Until the first line; a race would only word it twice. */
	private volatile boolean first = true;

	UnroutedLog(String binding, Clock clock) {
		this.binding = binding;
		this.lines = new OncePerMinute(clock);
	}

	/**
	 * Hears of one event that matches no route.
	 */
	void add(CloudEvent event) {
		long count = this.lines.happened();
		if (count == 0) {
			return;
		}
		if (this.first) {
			this.first = false;
			logger.warn("{}: event {} of {}, type {}, matches no route: {}", this.binding, event.getId(),
					event.getSource(), event.getType(), WHAT_TO_DO);
		}
		else {
			logger.warn("{}: more events that match no route: {}, the last is event {} of {}, type {}", this.binding,
					count, event.getId(), event.getSource(), event.getType());
		}
	}

}
