package io.meshbridge.rules.filter;

import java.net.URI;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.function.Function;

import io.cloudevents.CloudEvent;
import org.jspecify.annotations.Nullable;

/**
 * One attribute or extension, looked up once so that reading it from an event costs no
 * comparison of names.
 */
final class Attribute {

	private final String name;

	private final Function<CloudEvent, @Nullable Object> value;

	Attribute(String name) {
		this.name = name;
		this.value = reader(name);
	}

	private static Function<CloudEvent, @Nullable Object> reader(String name) {
		return switch (name) {
			case "id" -> CloudEvent::getId;
			case "source" -> CloudEvent::getSource;
			case "specversion" -> (event) -> event.getSpecVersion().toString();
			case "type" -> CloudEvent::getType;
			case "datacontenttype" -> CloudEvent::getDataContentType;
			// Version 0.3 of the specification called it schemaurl.
			case "dataschema", "schemaurl" -> CloudEvent::getDataSchema;
			case "subject" -> CloudEvent::getSubject;
			case "time" -> CloudEvent::getTime;
			default -> (event) -> event.getExtension(name);
		};
	}

	boolean isMissing(CloudEvent event) {
		return this.value.apply(event) == null;
	}

	/**
	 * The canonical text of the value, or {@code null} when the event has none.
	 */
	@Nullable String text(CloudEvent event) {
		Object value = this.value.apply(event);
		return (value != null) ? canonical(value) : null;
	}

	static String canonical(Object value) {
		if (value instanceof String text) {
			return text;
		}
		if (value instanceof URI uri) {
			return uri.toString();
		}
		if (value instanceof OffsetDateTime time) {
			// OffsetDateTime.toString leaves out seconds that are zero, RFC 3339 does not
			// allow that.
			return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);
		}
		if (value instanceof byte[] bytes) {
			return Base64.getEncoder().encodeToString(bytes);
		}
		return value.toString();
	}

	@Override
	public String toString() {
		return this.name;
	}

}
