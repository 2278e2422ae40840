package io.meshbridge.rules;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

import io.cloudevents.CloudEvent;
import org.jspecify.annotations.Nullable;

/**
 * How long the channel of a route keeps its events before anybody gets them.
 *
 * @param length from when the event came in; zero for none
 * @param attribute holds the time before which the event must not be delivered;
 * {@code null} for none. An event without it waits for nothing else than {@code length}
 */
public record Delay(Duration length, @Nullable String attribute) {

	/**
	 * When an event that comes in now may leave.
	 * @return {@code null} for at once
	 * @throws DateTimeException when the event's attribute is no timestamp
	 */
	public @Nullable Instant until(CloudEvent event, Instant now) {
		Instant waited = this.length.isZero() ? now : now.plus(this.length);
		Instant asked = (this.attribute == null) ? null : EventTime.of(event, this.attribute);
		Instant until = (asked != null && asked.isAfter(waited)) ? asked : waited;
		return until.isAfter(now) ? until : null;
	}

}
