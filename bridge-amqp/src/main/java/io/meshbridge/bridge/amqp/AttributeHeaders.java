package io.meshbridge.bridge.amqp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.UnreadableMessageException;
import org.jspecify.annotations.Nullable;

/**
 * Which headers of an AMQP message are attributes of an event (<a href=
 * "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/amqp-protocol-binding.md#313-metadata-headers">AMQP
 * binding 1.0.2, 3.1.3 Metadata Headers</a>), and whether an empty body is data.
 * Thread-safe.
 */
public final class AttributeHeaders {

	/** The prefix that every client can see; version 1.0.2 has the colon only. */
	public static final String PREFIX = "cloudEvents_";

	/**
	 * Says whether an empty body means no data or empty data, on those messages whose
	 * content type says the contrary: without it, a message that has a content type has
	 * data. An AMQP body can't be absent.
	 */
	public static final String DATA = "meshbridge-data";

	private static final String NO_DATA = "none";

	private static final String EMPTY_DATA = "empty";

	private final String prefix;

	private final List<String> readPrefixes;

	/**
	 * Makes one.
	 * @param prefix to write; the usual ones are read too
	 */
	public AttributeHeaders(String prefix) {
		this.prefix = prefix;
		this.readPrefixes = Stream.of(prefix, PREFIX, "cloudEvents:", "ce-", "ce_").distinct().toList();
	}

	/**
	 * Name of the header that carries an attribute.
	 */
	public String name(String attribute) {
		return this.prefix + attribute;
	}

	/**
	 * The attributes among the headers of a message, by name; empty when it has none. All
	 * have the same prefix, the first one that is there.
	 * @throws UnreadableMessageException when a value can't be an attribute
	 */
	public Map<String, Object> read(Map<String, Object> headers, Decoder decoder) throws UnreadableMessageException {
		if (headers.isEmpty()) {
			return Map.of();
		}
		for (String candidate : this.readPrefixes) {
			Map<String, Object> attributes = read(headers, candidate, decoder);
			if (!attributes.isEmpty()) {
				return attributes;
			}
		}
		return Map.of();
	}

	private static Map<String, Object> read(Map<String, Object> headers, String prefix, Decoder decoder)
			throws UnreadableMessageException {
		Map<String, Object> attributes = new LinkedHashMap<>();
		for (Map.Entry<String, Object> header : headers.entrySet()) {
			if (header.getKey().regionMatches(true, 0, prefix, 0, prefix.length())) {
				String name = header.getKey().substring(prefix.length()).toLowerCase(Locale.ROOT);
				Object value = decoder.decode(name, header.getValue());
				if (value != null) {
					attributes.put(name, value);
				}
			}
		}
		return attributes;
	}

	/**
	 * An integer as CloudEvents has them.
	 * @throws UnreadableMessageException when it has more than 32 bits
	 */
	public static Integer integer(String name, long number) throws UnreadableMessageException {
		if (number != (int) number) {
			throw UnreadableMessageException.attribute(name, "is " + number + ", expected a 32-bit integer");
		}
		return (int) number;
	}

	/**
	 * The value of the header {@link #DATA}, or {@code null} where none is needed.
	 */
	public static @Nullable String mark(CloudEvent event, byte @Nullable [] data) {
		boolean typed = event.getDataContentType() != null;
		if (data == null) {
			return typed ? NO_DATA : null;
		}
		return (data.length == 0 && !typed) ? EMPTY_DATA : null;
	}

	/**
	 * The data of a message in binary content mode.
	 */
	public static byte @Nullable [] data(byte[] body, @Nullable String contentType, Map<String, Object> headers) {
		if (body.length > 0) {
			return body;
		}
		Object said = headers.get(DATA);
		boolean none = (said != null) ? said.toString().equals(NO_DATA) : contentType == null;
		return none ? null : body;
	}

	/**
	 * Makes an attribute's value of a header's, as the client gives it.
	 */
	public interface Decoder {

		/**
		 * Decodes one value.
		 * @return {@code null} for an attribute that is not there
		 * @throws UnreadableMessageException when it can't be an attribute
		 */
		@Nullable Object decode(String name, @Nullable Object value) throws UnreadableMessageException;

	}

}
