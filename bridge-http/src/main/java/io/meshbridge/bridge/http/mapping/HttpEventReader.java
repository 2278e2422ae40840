package io.meshbridge.bridge.http.mapping;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.format.Attributes;
import io.meshbridge.bridge.format.EventReader;
import io.meshbridge.bridge.format.JsonEventFormat;
import io.meshbridge.bridge.format.MediaTypes;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of an HTTP request, or of an answer, in any content mode (<a href=
 * "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3-http-message-mapping">HTTP
 * binding 1.0.2, section 3</a>).
 * <p>
 * An empty body is empty data when a {@code Content-Type} is given and no data when none
 * is.
 */
public final class HttpEventReader {

	/** What the names of attribute headers start with, in any case. */
	public static final String PREFIX = "ce-";

	private HttpEventReader() {
	}

	/**
	 * Whether the content type names an event format that can be read, or none.
	 */
	public static boolean knownFormat(@Nullable String contentType) {
		return contentType == null || !MediaTypes.structured(contentType) || MediaTypes.eventFormatIsJson(contentType);
	}

	/**
	 * Whether a message claims to be an event, or a batch of them.
	 */
	public static boolean claimsEvent(HttpHeaders headers) {
		return MediaTypes.structured(headers.get(HttpHeaderNames.CONTENT_TYPE))
				|| headers.names().stream().anyMatch((name) -> name.regionMatches(true, 0, PREFIX, 0, PREFIX.length()));
	}

	/**
	 * The data of a request, by the rule for empty bodies.
	 * @return {@code null} for no data
	 */
	public static byte @Nullable [] data(HttpHeaders headers, byte[] body) {
		return (body.length == 0 && !headers.contains(HttpHeaderNames.CONTENT_TYPE)) ? null : body;
	}

	/**
	 * Reads all events of a request.
	 * @param lonePercent hears the name of each attribute whose value has a {@code %}
	 * without two hexadecimal digits, which is kept as it is
	 * @return one event, or those of a batch; {@code null} when the request does not
	 * claim to be an event
	 * @throws UnreadableMessageException when it does and is none
	 */
	public static @Nullable List<CloudEvent> read(HttpHeaders headers, byte[] body, Consumer<String> lonePercent)
			throws UnreadableMessageException {
		String contentType = headers.get(HttpHeaderNames.CONTENT_TYPE);
		if (MediaTypes.batch(contentType)) {
			return JsonEventFormat.readBatch(body);
		}
		if (MediaTypes.structured(contentType)) {
			return List.of(JsonEventFormat.read(body));
		}
		Map<String, Object> attributes = attributes(headers, lonePercent);
		if (attributes.isEmpty()) {
			return null;
		}
		if (contentType != null) {
			// It must not be there; when it is, Content-Type is the one to believe.
			attributes.remove(Attributes.DATA_CONTENT_TYPE);
		}
		CloudEvent event = EventReader.read(contentType, attributes, data(headers, body));
		return (event == null) ? null : List.of(event);
	}

	private static Map<String, Object> attributes(HttpHeaders headers, Consumer<String> lonePercent)
			throws UnreadableMessageException {
		Map<String, Object> attributes = new LinkedHashMap<>();
		Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
		while (all.hasNext()) {
			Map.Entry<CharSequence, CharSequence> header = all.next();
			CharSequence name = header.getKey();
			if (AsciiString.regionMatches(name, true, 0, PREFIX, 0, PREFIX.length())) {
				String attribute = name.toString().substring(PREFIX.length()).toLowerCase(Locale.ROOT);
				String text = header.getValue().toString();
				if (HeaderText.lonePercent(text)) {
					lonePercent.accept(attribute);
				}
				String value = HeaderText.decode(attribute, text);
				if (attributes.put(attribute, value) != null) {
					throw UnreadableMessageException.attribute(attribute, "is there twice");
				}
			}
		}
		return attributes;
	}

	/**
	 * Size of a request in bytes: body, content type and attributes.
	 */
	public static int sizeBytes(HttpHeaders headers, byte[] body) {
		int size = body.length;
		Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
		while (all.hasNext()) {
			Map.Entry<CharSequence, CharSequence> header = all.next();
			if (AsciiString.regionMatches(header.getKey(), true, 0, PREFIX, 0, PREFIX.length())) {
				size += header.getKey().length() + header.getValue().length();
			}
		}
		return size;
	}

	/**
	 * Size of one event of a batch in bytes: data and attributes.
	 */
	public static int sizeBytes(CloudEvent event) {
		int[] size = { (event.getData() == null) ? 0 : event.getData().toBytes().length };
		Attributes.forEach(event, (name, value) -> size[0] += name.length() + Attributes.canonical(value).length());
		return size[0];
	}

}
