package io.meshbridge.bridge.format;

import java.net.URI;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.function.BiConsumer;

import io.cloudevents.CloudEvent;
import org.jspecify.annotations.Nullable;

/**
 * Context attributes and extensions of an event, by name (<a href=
 * "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#type-system">CloudEvents
 * 1.0.2, Type System</a>).
 */
public final class Attributes {

	/** Name of the attribute that every binding maps to its own content type. */
	public static final String DATA_CONTENT_TYPE = "datacontenttype";

	private Attributes() {
	}

	/**
	 * Visits every attribute and extension that is set, {@code specversion} first. Leaves
	 * out {@code datacontenttype}, which is no header of its own in any binding.
	 * @param visitor takes the name and the typed value: String, Integer, Boolean, URI,
	 * OffsetDateTime or byte[]
	 */
	public static void forEach(CloudEvent event, BiConsumer<String, Object> visitor) {
		visitor.accept("specversion", event.getSpecVersion().toString());
		visitor.accept("id", event.getId());
		visitor.accept("source", event.getSource());
		visitor.accept("type", event.getType());
		if (event.getSubject() != null) {
			visitor.accept("subject", event.getSubject());
		}
		if (event.getTime() != null) {
			visitor.accept("time", event.getTime());
		}
		if (event.getDataSchema() != null) {
			visitor.accept(schemaAttribute(event), event.getDataSchema());
		}
		for (String name : event.getExtensionNames()) {
			Object value = event.getExtension(name);
			if (value != null) {
				visitor.accept(name, value);
			}
		}
	}

	/**
	 * The value of a context attribute or extension as canonical text, or {@code null}
	 * when the event has none of that name.
	 */
	public static @Nullable String text(CloudEvent event, String name) {
		return switch (name) {
			case "specversion" -> event.getSpecVersion().toString();
			case "id" -> event.getId();
			case "source" -> canonical(event.getSource());
			case "type" -> event.getType();
			case "subject" -> event.getSubject();
			case "time" -> (event.getTime() == null) ? null : canonical(event.getTime());
			case "dataschema", "schemaurl" -> (event.getDataSchema() == null) ? null : canonical(event.getDataSchema());
			case DATA_CONTENT_TYPE -> event.getDataContentType();
			default -> {
				Object value = event.getExtension(name);
				yield (value == null) ? null : canonical(value);
			}
		};
	}

	/**
	 * The canonical text of a typed value.
	 */
	public static String canonical(Object value) {
		if (value instanceof String text) {
			return text;
		}
		if (value instanceof OffsetDateTime time) {
			return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);
		}
		if (value instanceof byte[] bytes) {
			return Base64.getEncoder().encodeToString(bytes);
		}
		if (value instanceof URI || value instanceof Number || value instanceof Boolean) {
			return value.toString();
		}
		throw new IllegalArgumentException("a " + value.getClass().getName() + " is no attribute value");
	}

	private static String schemaAttribute(CloudEvent event) {
		return event.getSpecVersion().getAllAttributes().contains("schemaurl") ? "schemaurl" : "dataschema";
	}

}
