package io.meshbridge.bridge.amqp10;

import java.net.URI;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.amqp.AttributeHeaders;
import io.meshbridge.bridge.format.Attributes;
import io.meshbridge.bridge.format.EventReader;
import io.meshbridge.bridge.format.JsonEventFormat;
import io.meshbridge.bridge.format.MediaTypes;
import org.apache.qpid.protonj2.types.Binary;
import org.apache.qpid.protonj2.types.UnsignedByte;
import org.apache.qpid.protonj2.types.UnsignedInteger;
import org.apache.qpid.protonj2.types.UnsignedLong;
import org.apache.qpid.protonj2.types.UnsignedShort;
import org.apache.qpid.protonj2.types.messaging.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Events in AMQP 1.0 messages and back (<a href=
 * "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/amqp-protocol-binding.md">AMQP
 * binding 1.0.2</a>). Attributes are application properties with AMQP's own types, the
 * data is a data section.
 */
final class EventMapper {

	private static final AttributeHeaders NAMES = new AttributeHeaders(AttributeHeaders.PREFIX);

	private static final long NANOS_PER_MILLI = 1_000_000;

	private EventMapper() {
	}

	/**
	 * The event in a message.
	 * @return {@code null} when it does not claim to be one
	 * @throws UnreadableMessageException when it does and is none
	 */
	static @Nullable CloudEvent read(AmqpMessage message) throws UnreadableMessageException {
		String contentType = message.properties().getContentType();
		return EventReader.read(contentType, NAMES.read(message.applicationProperties(), EventMapper::decode),
				data(message));
	}

	/**
	 * The data of a message in binary mode, or of one that is no event.
	 */
	static byte @Nullable [] data(AmqpMessage message) {
		byte[] body = message.body();
		return (body == null) ? null
				: AttributeHeaders.data(body, message.properties().getContentType(), message.applicationProperties());
	}

	private static @Nullable Object decode(String name, @Nullable Object value) throws UnreadableMessageException {
		if (value instanceof Long || value instanceof Short || value instanceof Byte || value instanceof UnsignedInteger
				|| value instanceof UnsignedLong || value instanceof UnsignedShort || value instanceof UnsignedByte) {
			return AttributeHeaders.integer(name, ((Number) value).longValue());
		}
		if (value instanceof Date time) {
			return OffsetDateTime.ofInstant(time.toInstant(), ZoneOffset.UTC);
		}
		if (value instanceof Binary binary) {
			return binary.asByteArray();
		}
		if (value instanceof Map || value instanceof List) {
			throw UnreadableMessageException.attribute(name,
					"is a " + ((value instanceof Map) ? "map" : "list") + ", expected a single value");
		}
		if (value == null || value instanceof Boolean || value instanceof Integer) {
			return value;
		}
		// Symbols, characters, UUIDs, and numbers that are no integers.
		return value.toString();
	}

	/**
	 * The message for an event.
	 * @param address it is for, for the text of a failure
	 * @throws SendException when AMQP can't carry it
	 */
	static AmqpMessage write(CloudEvent event, ContentMode mode, String address) throws SendException {
		Properties properties = new Properties().setMessageId(event.getId());
		if (mode == ContentMode.STRUCTURED) {
			return new AmqpMessage(properties.setContentType(MediaTypes.EVENT_JSON), Map.of(),
					JsonEventFormat.write(event));
		}
		String contentType = event.getDataContentType();
		if (contentType != null) {
			requireAscii(address, contentType);
			properties.setContentType(contentType);
		}
		Map<String, Object> headers = new LinkedHashMap<>();
		Attributes.forEach(event, (name, value) -> headers.put(NAMES.name(name), encode(value)));
		byte[] data = (event.getData() == null) ? null : event.getData().toBytes();
		String mark = AttributeHeaders.mark(event, data);
		if (mark != null) {
			headers.put(AttributeHeaders.DATA, mark);
		}
		return new AmqpMessage(properties, headers, data);
	}

	private static Object encode(Object value) {
		if (value instanceof Integer number) {
			return number.longValue();
		}
		if (value instanceof URI) {
			return Attributes.canonical(value);
		}
		if (value instanceof byte[] bytes) {
			return new Binary(bytes);
		}
		if (value instanceof OffsetDateTime time) {
			// A timestamp has milliseconds and no offset; what it can't hold is text.
			boolean fits = time.getNano() % NANOS_PER_MILLI == 0 && time.getOffset().equals(ZoneOffset.UTC);
			return fits ? Date.from(time.toInstant()) : Attributes.canonical(time);
		}
		return value;
	}

	/**
	 * The content type is a symbol, and those are ASCII.
	 */
	private static void requireAscii(String address, String contentType) throws SendException {
		if (contentType.chars().anyMatch((c) -> c > 0x7e || c < 0x20)) {
			throw SendException.permanent("NOT_REPRESENTABLE",
					address + ": datacontenttype '" + contentType
							+ "' has characters that are not ASCII, which AMQP can't carry; in structured mode it fits",
					null);
		}
	}

}
