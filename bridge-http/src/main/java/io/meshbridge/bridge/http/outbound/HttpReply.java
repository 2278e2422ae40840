package io.meshbridge.bridge.http.outbound;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.PlainMessage;
import io.meshbridge.bridge.ReplyTo;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.format.MediaTypes;
import io.meshbridge.bridge.http.mapping.HttpEventReader;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a target that claims to be an event, while its body comes in (<a href=
 * "https://github.com/knative/specs/blob/main/specs/eventing/data-plane.md#event-reply-contract">Knative
 * Data Plane Contract, Event Reply Contract</a>). Used on the connection's event loop
 * only.
 */
final class HttpReply {

	/** How much is kept of a reply that is too large. */
	private static final int BEGINNING_BYTES = 1024;

	private final TargetUrl url;

	private final String eventId;

	private final HttpHeaders headers;

	private final ReplyTo replyTo;

	private final ByteArrayOutputStream body = new ByteArrayOutputStream();

	private boolean tooLarge;

	/**
	 * Begins with the headers.
	 * @param eventId of the event that is answered
	 */
	HttpReply(TargetUrl url, String eventId, HttpHeaders headers, ReplyTo replyTo) {
		this.url = url;
		this.eventId = eventId;
		this.headers = headers;
		this.replyTo = replyTo;
	}

	void add(ByteBuf chunk) {
		int size = chunk.readableBytes();
		this.tooLarge |= size > this.replyTo.maxBytes() - this.body.size();
		byte[] bytes = new byte[Math.min(size, this.tooLarge ? BEGINNING_BYTES : size)];
		chunk.getBytes(chunk.readerIndex(), bytes);
		this.body.writeBytes(bytes);
	}

	/**
	 * Whether there is no point in reading on.
	 */
	boolean tooLarge() {
		return this.tooLarge;
	}

	/**
	 * The body has ended, or is too large.
	 */
	void handOver() {
		byte[] bytes = this.body.toByteArray();
		this.replyTo.taker().accept(content(bytes));
	}

	private Content content(byte[] bytes) {
		boolean large = this.tooLarge || HttpEventReader.sizeBytes(this.headers, bytes) > this.replyTo.maxBytes();
		if (large) {
			byte[] beginning = Arrays.copyOf(bytes, Math.min(bytes.length, BEGINNING_BYTES));
			return unreadable(beginning, UnreadableMessageException.of(String.format(Locale.ROOT,
					"exceeds the limit of %,d bytes (meshbridge.max-event-size), of its body the first %,d are kept",
					this.replyTo.maxBytes(), beginning.length)));
		}
		try {
			return new Content.Event(read(bytes));
		}
		catch (UnreadableMessageException ex) {
			return unreadable(bytes, ex);
		}
	}

	private CloudEvent read(byte[] bytes) throws UnreadableMessageException {
		String contentType = this.headers.get(HttpHeaderNames.CONTENT_TYPE);
		String coding = this.headers.get(HttpHeaderNames.CONTENT_ENCODING);
		if (coding != null && !coding.equalsIgnoreCase("identity")) {
			throw UnreadableMessageException.of("has the content coding '" + coding + "', expected none");
		}
		if (MediaTypes.batch(contentType)) {
			throw UnreadableMessageException.of("is a batch ('" + contentType + "'), expected one event");
		}
		if (!HttpEventReader.knownFormat(contentType)) {
			throw UnreadableMessageException
				.of("is an event in the format '" + contentType + "', expected " + MediaTypes.EVENT_JSON);
		}
		// Which attributes are not percent-encoded was told where the peer sends
		// requests.
		List<CloudEvent> events = HttpEventReader.read(this.headers, bytes, (attribute) -> {
		});
		return Objects.requireNonNull(events, "headers that claim to be an event").get(0);
	}

	private Content unreadable(byte[] bytes, UnreadableMessageException reason) {
		return new Content.Unreadable(new Raw(this.url, this.eventId, this.headers, bytes), reason);
	}

	/**
	 * The answer seen without CloudEvents.
	 */
	private record Raw(TargetUrl url, String id, HttpHeaders answerHeaders, byte[] body) implements PlainMessage {

		@Override
		public String source() {
			return this.url.toString();
		}

		@Override
		public @Nullable String subject() {
			return null;
		}

		@Override
		public @Nullable String contentType() {
			return this.answerHeaders.get(HttpHeaderNames.CONTENT_TYPE);
		}

		@Override
		public byte @Nullable [] data() {
			return HttpEventReader.data(this.answerHeaders, this.body);
		}

		@Override
		public @Nullable String property(String name) {
			return name.startsWith("header.") ? this.answerHeaders.get(name.substring("header.".length())) : null;
		}

		@Override
		public Map<String, String> headers() {
			Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
			for (Map.Entry<String, String> header : this.answerHeaders) {
				// A credential, which is not for dead letters.
				if (!header.getKey().equalsIgnoreCase("set-cookie")) {
					all.merge(header.getKey(), header.getValue(), (one, other) -> one + ", " + other);
				}
			}
			return all;
		}

	}

}
