package io.meshbridge.bridge.kafka;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.PlainMessage;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.format.EventReader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Finds the event in a record (<a href=
 * "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md#3-kafka-message-mapping">Kafka
 * binding 1.0.2, 3 Kafka Message Mapping</a>). Attributes are headers with the prefix
 * {@code ce_}; the prefixes of other bindings are read too, and yield to it.
 */
public final class RecordReader {

	private static final String PREFIX = "ce_";

	private static final String[] OTHER_PREFIXES = { "ce-", "cloudEvents_", "cloudEvents:" };

	private static final String CONTENT_TYPE = "content-type";

	/** Spring Cloud Stream's own, at times a JSON string. */
	private static final String SPRING_CONTENT_TYPE = "contentType";

	private RecordReader() {
	}

	/**
	 * What is in a record.
	 * @param plain the same record, seen without CloudEvents
	 */
	public static Content content(ConsumerRecord<byte[], byte[]> record, PlainMessage plain) {
		try {
			CloudEvent event = EventReader.read(contentType(record.headers()), attributes(record.headers()),
					record.value());
			return (event != null) ? new Content.Event(event) : new Content.Plain(plain);
		}
		catch (UnreadableMessageException ex) {
			return new Content.Unreadable(plain, ex);
		}
	}

	private static Map<String, Object> attributes(Headers headers) throws UnreadableMessageException {
		Map<String, Object> attributes = new LinkedHashMap<>();
		boolean others = false;
		for (Header header : headers) {
			if (startsWith(header.key(), PREFIX)) {
				add(attributes, header, PREFIX);
			}
			else {
				others = others || otherPrefix(header.key()) != null;
			}
		}
		if (others) {
			Map<String, Object> more = new LinkedHashMap<>();
			for (Header header : headers) {
				String prefix = otherPrefix(header.key());
				if (prefix != null) {
					add(more, header, prefix);
				}
			}
			more.forEach(attributes::putIfAbsent);
		}
		return attributes;
	}

	private static void add(Map<String, Object> attributes, Header header, String prefix)
			throws UnreadableMessageException {
		byte[] value = header.value();
		if (value == null) {
			return;
		}
		String name = header.key().substring(prefix.length()).toLowerCase(Locale.ROOT);
		String text = text(value);
		if (text == null) {
			throw UnreadableMessageException.attribute(name,
					"is not UTF-8 at byte " + firstWrongByte(value) + " of header '" + header.key() + "'");
		}
		Object before = attributes.put(name, text);
		if (before != null && !before.equals(text)) {
			throw UnreadableMessageException.attribute(name,
					"is there twice, as '" + before + "' and as '" + text + "'");
		}
	}

	private static @Nullable String otherPrefix(String key) {
		for (String prefix : OTHER_PREFIXES) {
			if (startsWith(key, prefix)) {
				return prefix;
			}
		}
		return null;
	}

	private static boolean startsWith(String key, String prefix) {
		return key.regionMatches(true, 0, prefix, 0, prefix.length());
	}

	/**
	 * Media type of a record's value as its sender gave it.
	 */
	static @Nullable String contentType(Headers headers) {
		String spring = null;
		for (Header header : headers) {
			if (header.key().equalsIgnoreCase(CONTENT_TYPE)) {
				return text(header.value());
			}
			if (header.key().equalsIgnoreCase(SPRING_CONTENT_TYPE)) {
				spring = text(header.value());
			}
		}
		return (spring != null) ? unquoted(spring) : null;
	}

	private static String unquoted(String text) {
		boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
		return quoted ? text.substring(1, text.length() - 1) : text;
	}

	/**
	 * The text that these bytes are in UTF-8, or {@code null} when there are none or they
	 * are something else.
	 */
	static @Nullable String text(byte @Nullable [] bytes) {
		if (bytes == null) {
			return null;
		}
		String text = lenientText(bytes);
		// The replacement character may have been sent as such.
		return (text.indexOf('\uFFFD') >= 0 && firstWrongByte(bytes) >= 0) ? null : text;
	}

	static String lenientText(byte @Nullable [] bytes) {
		return (bytes != null) ? new String(bytes, StandardCharsets.UTF_8) : "";
	}

	private static int firstWrongByte(byte[] bytes) {
		CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
		ByteBuffer in = ByteBuffer.wrap(bytes);
		CoderResult result = decoder.decode(in, CharBuffer.allocate(bytes.length), true);
		return result.isError() ? in.position() : -1;
	}

}
