package io.meshbridge.bridge.rabbit;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.LongString;
import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.amqp.AttributeHeaders;
import io.meshbridge.bridge.format.Attributes;
import org.jspecify.annotations.Nullable;

/**
 * Attributes of an event as headers of an AMQP 0-9-1 message. There is no CloudEvents
 * binding for 0-9-1; the headers are those that RabbitMQ turns into a valid AMQP 1.0
 * event (<a href=
 * "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/amqp-protocol-binding.md#31-binary-content-mode">AMQP
 * binding 1.0.2, 3.1 Binary Content Mode</a>).
 */
final class EventHeaders {

	private final AttributeHeaders names;

	EventHeaders(String prefix) {
		this.names = new AttributeHeaders(prefix);
	}

	/**
	 * Name of the header that carries an attribute.
	 */
	String name(String attribute) {
		return this.names.name(attribute);
	}

	/**
	 * The headers of a message in binary content mode.
	 */
	Map<String, Object> write(CloudEvent event, byte @Nullable [] data) {
		Map<String, Object> headers = new LinkedHashMap<>();
		Attributes.forEach(event, (name, value) -> headers.put(name(name), encode(value)));
		String mark = AttributeHeaders.mark(event, data);
		if (mark != null) {
			headers.put(AttributeHeaders.DATA, mark);
		}
		return headers;
	}

	private static Object encode(Object value) {
		if (value instanceof Integer number) {
			return number.longValue();
		}
		// An AMQP 0-9-1 timestamp has no fraction of a second, so a time is text.
		if (value instanceof OffsetDateTime || value instanceof URI) {
			return Attributes.canonical(value);
		}
		return value;
	}

	/**
	 * The attributes among the headers of a message, by name; empty when it has none.
	 * @throws UnreadableMessageException when a value can't be an attribute
	 */
	Map<String, Object> read(Map<String, Object> headers) throws UnreadableMessageException {
		return this.names.read(headers, EventHeaders::decode);
	}

	private static @Nullable Object decode(String name, @Nullable Object value) throws UnreadableMessageException {
		if (value instanceof LongString text) {
			return utf8(name, text.getBytes());
		}
		if (value instanceof Long || value instanceof Short || value instanceof Byte) {
			return AttributeHeaders.integer(name, ((Number) value).longValue());
		}
		if (value instanceof Date time) {
			return OffsetDateTime.ofInstant(time.toInstant(), ZoneOffset.UTC);
		}
		if (value instanceof Number && !(value instanceof Integer)) {
			return value.toString();
		}
		if (value instanceof Map || value instanceof List) {
			throw UnreadableMessageException.attribute(name,
					"is a " + ((value instanceof Map) ? "table" : "list") + ", expected a single value");
		}
		return value;
	}

	private static String utf8(String name, byte[] bytes) throws UnreadableMessageException {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (CharacterCodingException ex) {
			throw UnreadableMessageException.attribute(name, "is not UTF-8");
		}
	}

}
