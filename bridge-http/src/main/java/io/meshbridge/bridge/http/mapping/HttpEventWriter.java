package io.meshbridge.bridge.http.mapping;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.format.Attributes;
import io.meshbridge.bridge.format.JsonEventFormat;
import io.meshbridge.bridge.format.MediaTypes;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

/**
 * Writes an event as the headers and the body of an HTTP request (<a href=
 * "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3-http-message-mapping">HTTP
 * binding 1.0.2, section 3</a>). Thread-safe.
 * <p>
 * Three kinds of events can't be told apart from others in binary mode, and are written
 * in structured mode whatever was asked for: empty data without a content type, no data
 * with one, and data that is a CloudEvents document itself.
 */
public final class HttpEventWriter {

	private static final String STRUCTURED = MediaTypes.EVENT_JSON + "; charset=UTF-8";

	private final boolean legacyHeaders;

	private final int maxHeaderBytes;

	/**
	 * Sets up a writer.
	 * @param legacyHeaders whether header values are left as they are, for peers that
	 * don't percent-decode
	 * @param maxHeaderBytes limit for all headers of an event
	 */
	public HttpEventWriter(boolean legacyHeaders, int maxHeaderBytes) {
		this.legacyHeaders = legacyHeaders;
		this.maxHeaderBytes = maxHeaderBytes;
	}

	/**
	 * An event as an HTTP request.
	 *
	 * @param headers content type and attributes
	 * @param body never {@code null}, empty for no data
	 */
	public record Written(HttpHeaders headers, byte[] body) {
	}

	/**
	 * Writes one event.
	 * @param destination for the message of the exception
	 * @throws SendException permanent, when the attributes don't fit into headers
	 */
	public Written write(String destination, CloudEvent event, ContentMode mode) throws SendException {
		HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
		byte[] data = (event.getData() == null) ? null : event.getData().toBytes();
		String contentType = event.getDataContentType();
		boolean empty = data == null || data.length == 0;
		boolean ambiguous = MediaTypes.structured(contentType) || (empty && (data == null) != (contentType == null));
		if (mode == ContentMode.STRUCTURED || ambiguous) {
			headers.set(HttpHeaderNames.CONTENT_TYPE, STRUCTURED);
			return new Written(headers, JsonEventFormat.write(event));
		}
		List<String> wrong = new ArrayList<>(0);
		int[] size = { 0 };
		Attributes.forEach(event, (name, value) -> size[0] += add(headers, name, Attributes.canonical(value), wrong));
		if (contentType != null) {
			headers.set(HttpHeaderNames.CONTENT_TYPE, contentType);
			size[0] += contentType.length();
			if (!visible(contentType)) {
				wrong.add(Attributes.DATA_CONTENT_TYPE);
			}
		}
		if (!wrong.isEmpty()) {
			throw SendException.permanent("HEADER_NOT_ALLOWED", destination + ": " + wrong
					+ " can't be written as HTTP headers; content-mode: structured can carry them", null);
		}
		if (size[0] > this.maxHeaderBytes) {
			throw SendException.permanent("HEADER_TOO_LARGE",
					String.format(Locale.ROOT,
							"%s: headers of %,d bytes exceed the limit of %,d bytes"
									+ " (meshbridge.http.client.max-header-size), the largest are %s;"
									+ " content-mode: structured can carry them",
							destination, size[0], this.maxHeaderBytes, largest(headers)),
					null);
		}
		return new Written(headers, (data == null) ? new byte[0] : data);
	}

	private int add(HttpHeaders headers, String attribute, String value, List<String> wrong) {
		String name = HttpEventReader.PREFIX + attribute;
		try {
			String text = this.legacyHeaders ? HeaderText.raw(value) : HeaderText.encode(value);
			if (this.legacyHeaders && !safe(text)) {
				wrong.add(attribute);
			}
			headers.add(name, text);
			return name.length() + text.length();
		}
		catch (IllegalArgumentException ex) {
			wrong.add(attribute);
			return 0;
		}
	}

	private static boolean safe(String text) {
		return text.chars().noneMatch((c) -> c < ' ' || c == 0x7f) && text.equals(text.strip());
	}

	private static boolean visible(String text) {
		return safe(text) && text.chars().allMatch((c) -> c < 0x7f);
	}

	private static List<String> largest(HttpHeaders headers) {
		return headers.entries()
			.stream()
			.sorted((a, b) -> b.getValue().length() - a.getValue().length())
			.limit(3)
			.map((header) -> header.getKey() + " with " + header.getValue().length())
			.toList();
	}

}
