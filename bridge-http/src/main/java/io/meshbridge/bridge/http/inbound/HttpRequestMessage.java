package io.meshbridge.bridge.http.inbound;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.format.MediaTypes;
import io.meshbridge.bridge.http.mapping.HttpEventReader;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A request that was read to its end, and the events in it. Read once, however many
 * bindings get it. Immutable.
 */
final class HttpRequestMessage {

	/** Headers that senders set to recognise what they sent before. */
	private static final String[] ID_HEADERS = { "idempotency-key", "webhook-id", "x-github-delivery" };

	private final String path;

	private final HttpHeaders headers;

	private final byte[] body;

	private final @Nullable List<CloudEvent> events;

	private final @Nullable UnreadableMessageException problem;

	/** Attributes with a {@code %} that encodes nothing. */
	private final List<String> lonePercents = new ArrayList<>(0);

	private final String plainId;

	private final int sizeBytes;

	HttpRequestMessage(String path, HttpHeaders headers, byte[] body) {
		this.path = path;
		this.headers = headers;
		this.body = body;
		List<CloudEvent> read = null;
		UnreadableMessageException wrong = null;
		try {
			read = HttpEventReader.read(headers, body, this.lonePercents::add);
		}
		catch (UnreadableMessageException ex) {
			wrong = ex;
		}
		this.events = read;
		this.problem = wrong;
		this.plainId = (read == null) ? plainId(headers) : "";
		this.sizeBytes = HttpEventReader.sizeBytes(headers, body);
	}

	private static String plainId(HttpHeaders headers) {
		for (String name : ID_HEADERS) {
			String value = headers.get(name);
			if (value != null) {
				String id = value.strip();
				// Idempotency-Key is a quoted string by its draft, and mostly is not.
				boolean quoted = id.length() > 2 && id.startsWith("\"") && id.endsWith("\"");
				id = quoted ? id.substring(1, id.length() - 1) : id;
				if (!id.isEmpty()) {
					return id;
				}
			}
		}
		return UUID.randomUUID().toString();
	}

	/**
	 * The path as it was sent, with its percent-escapes.
	 */
	String path() {
		return this.path;
	}

	HttpHeaders headers() {
		return this.headers;
	}

	byte[] body() {
		return this.body;
	}

	byte @Nullable [] data() {
		return HttpEventReader.data(this.headers, this.body);
	}

	@Nullable String contentType() {
		return this.headers.get(HttpHeaderNames.CONTENT_TYPE);
	}

	/**
	 * Id for when this is no event: the same in each binding that gets it.
	 */
	String plainId() {
		return this.plainId;
	}

	/**
	 * Why this claims to be an event and is none.
	 */
	@Nullable UnreadableMessageException problem() {
		return this.problem;
	}

	/**
	 * Attributes whose value has a {@code %} without two hexadecimal digits.
	 */
	List<String> lonePercents() {
		return Collections.unmodifiableList(this.lonePercents);
	}

	/**
	 * The answer when an event in it is larger than an event may be, data and attributes
	 * together.
	 */
	@Nullable Answer tooLarge(long maxEventBytes, String limitName) {
		boolean batch = MediaTypes.batch(contentType());
		if (!batch) {
			return (this.sizeBytes <= maxEventBytes) ? null
					: Answer.tooLarge("event", this.sizeBytes, maxEventBytes, limitName);
		}
		for (int i = 0; this.events != null && i < this.events.size(); i++) {
			int size = HttpEventReader.sizeBytes(this.events.get(i));
			if (size > maxEventBytes) {
				return Answer.tooLarge("event " + i + " of the batch", size, maxEventBytes, limitName).ofEvent(i);
			}
		}
		return null;
	}

	/**
	 * What one binding gets.
	 */
	List<Content> contents(HttpDelivery delivery) {
		if (this.problem != null) {
			return List.of(new Content.Unreadable(new HttpPlainMessage(this, delivery), this.problem));
		}
		if (this.events == null) {
			return List.of(new Content.Plain(new HttpPlainMessage(this, delivery)));
		}
		return this.events.stream().<Content>map(Content.Event::new).toList();
	}

	/**
	 * Size of one content in bytes.
	 */
	int sizeBytes(Content content) {
		boolean one = this.events == null || this.events.size() == 1;
		return (!one && content instanceof Content.Event event) ? HttpEventReader.sizeBytes(event.event())
				: this.sizeBytes;
	}

}
