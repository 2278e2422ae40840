package io.meshbridge.gateway.dispatch;

import java.time.InstantSource;
import java.util.function.Supplier;

import io.cloudevents.CloudEvent;
import io.meshbridge.gateway.OncePerMinute;
import io.meshbridge.rules.OnFilterError;
import io.micrometer.core.instrument.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the events of which the filters of one route can't say whether they match, and
 * tells an operator of those that the route does not take: of the first at once, and from
 * then on in one line a minute at most. Those that become dead letters are told of as
 * such. Thread-safe.
 */
final class FilterErrors {

	private static final Logger logger = LoggerFactory.getLogger(FilterErrors.class);

	private final String route;

	private final boolean deadLetter;

	private final Counter counter;

	private final OncePerMinute lines;

	/** Until the first line; a race would only word it twice. */
	private volatile boolean first = true;

	FilterErrors(String route, OnFilterError onFilterError, Counter counter, InstantSource clock) {
		this.route = route;
		this.deadLetter = onFilterError == OnFilterError.DEAD_LETTER;
		this.counter = counter;
		this.lines = new OncePerMinute(clock);
	}

	/**
	 * Hears of one event.
	 * @param why what went wrong; asked for only when there is a line to write
	 * @return whether the route takes the event to its dead letter sink
	 */
	boolean add(CloudEvent event, Supplier<String> why) {
		this.counter.increment();
		if (this.deadLetter) {
			return true;
		}
		long count = this.lines.happened();
		if (count > 0 && this.first) {
			this.first = false;
			logger.warn(
					"{}: the filters can't say whether event {} of {}, type {}, matches, so the route does not take it: {}",
					this.route, event.getId(), event.getSource(), event.getType(), why.get());
		}
		else if (count > 0) {
			logger.warn(
					"{}: more events that the filters can't say of whether they match: {}, the last is event {} of {}, type {}: {}",
					this.route, count, event.getId(), event.getSource(), event.getType(), why.get());
		}
		return false;
	}

}
