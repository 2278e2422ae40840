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
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import com.rabbitmq.client.LongString;
import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.UnreadableMessageException;
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

	/**
	 * Says whether an empty body means no data or empty data, on those messages whose
	 * content type says the contrary: without it, a message that has a content type has
	 * data. An AMQP body can't be absent.
	 */
	static final String DATA = "meshbridge-data";

	private static final String NO_DATA = "none";

	private static final String EMPTY_DATA = "empty";

	private final String prefix;

	private final List<String> readPrefixes;

	EventHeaders(String prefix) {
		this.prefix = prefix;
		this.readPrefixes = Stream.of(prefix, "cloudEvents_", "cloudEvents:", "ce-", "ce_").distinct().toList();
	}

	/**
	 * Name of the header that carries an attribute.
	 */
	String name(String attribute) {
		return this.prefix + attribute;
	}

	/**
	 * The headers of a message in binary content mode.
	 */
	Map<String, Object> write(CloudEvent event, byte @Nullable [] data) {
		Map<String, Object> headers = new LinkedHashMap<>();
		Attributes.forEach(event, (name, value) -> headers.put(name(name), encode(value)));
		boolean typed = event.getDataContentType() != null;
		if (data == null && typed) {
			headers.put(DATA, NO_DATA);
		}
		else if (data != null && data.length == 0 && !typed) {
			headers.put(DATA, EMPTY_DATA);
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
		if (headers.isEmpty()) {
			return Map.of();
		}
		for (String candidate : this.readPrefixes) {
			Map<String, Object> attributes = read(headers, candidate);
			if (!attributes.isEmpty()) {
				return attributes;
			}
		}
		return Map.of();
	}

	private static Map<String, Object> read(Map<String, Object> headers, String prefix)
			throws UnreadableMessageException {
		Map<String, Object> attributes = new LinkedHashMap<>();
		for (Map.Entry<String, Object> header : headers.entrySet()) {
			if (header.getKey().regionMatches(true, 0, prefix, 0, prefix.length())) {
				String name = header.getKey().substring(prefix.length()).toLowerCase(Locale.ROOT);
				Object value = decode(name, header.getValue());
				if (value != null) {
					attributes.put(name, value);
				}
			}
		}
		return attributes;
	}

	private static @Nullable Object decode(String name, @Nullable Object value) throws UnreadableMessageException {
		if (value instanceof LongString text) {
			return utf8(name, text.getBytes());
		}
		if (value instanceof Long || value instanceof Short || value instanceof Byte) {
			long number = ((Number) value).longValue();
			if (number != (int) number) {
				throw UnreadableMessageException.attribute(name, "is " + number + ", expected a 32-bit integer");
			}
			return (int) number;
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

	/**
	 * The data of a message in binary content mode.
	 */
	static byte @Nullable [] data(byte[] body, @Nullable String contentType, Map<String, Object> headers) {
		if (body.length > 0) {
			return body;
		}
		Object said = headers.get(DATA);
		boolean none = (said != null) ? said.toString().equals(NO_DATA) : contentType == null;
		return none ? null : body;
	}

}
