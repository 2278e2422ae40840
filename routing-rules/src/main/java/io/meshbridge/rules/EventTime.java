package io.meshbridge.rules;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

import io.cloudevents.CloudEvent;
import org.jspecify.annotations.Nullable;

/**
 * Attributes of an event that hold a point in time (<a href=
 * "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#type-system">CloudEvents
 * 1.0.2, Type System, Timestamp</a>).
 */
public final class EventTime {

	/**
	 * From then on nobody wants the event any more (<a href=
	 * "https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/expirytime.md">CloudEvents
	 * expirytime extension</a>).
	 */
	private static final String EXPIRY = "expirytime";

	private EventTime() {
	}

	/**
	 * When the event expires.
	 * @return {@code null} when it never does, or says it in a way that is no timestamp
	 */
	public static @Nullable Instant expiry(CloudEvent event) {
		try {
			return of(event, EXPIRY);
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

	/**
	 * What an attribute says.
	 * @return {@code null} when the event has no such attribute
	 * @throws DateTimeException when it is no timestamp
	 */
	static @Nullable Instant of(CloudEvent event, String attribute) {
		Object value = attribute.equals("time") ? event.getTime() : event.getExtension(attribute);
		if (value == null) {
			return null;
		}
		// As text when it came over a protocol that knows no timestamps.
		OffsetDateTime time = (value instanceof OffsetDateTime typed) ? typed : OffsetDateTime.parse(value.toString());
		return time.toInstant();
	}

}
