package io.meshbridge.bridge.http.inbound;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

import io.meshbridge.bridge.OverloadException;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.UnreadableMessageException;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a sender is told: 202 with no body, or problem details
 * (<a href="https://www.rfc-editor.org/rfc/rfc9457#section-3">RFC 9457, section 3</a>).
 *
 * @param status HTTP status
 * @param detail what is wrong, for the sender's eyes
 * @param attribute name of the attribute at fault
 * @param byteOffset first byte of the body that is wrong, or -1
 * @param event index of the event in a batch, or -1
 * @param retryAfter when to try again
 * @param close whether the connection ends with this answer
 */
record Answer(int status, String detail, @Nullable String attribute, long byteOffset, int event,
		@Nullable Duration retryAfter, boolean close) {

	static final Answer ACCEPTED = new Answer(202, "", null, -1, -1, null, false);

	/**
	 * Code of a channel's store that has no room, and says so before it loses anything.
	 */
	private static final String DISK_FULL = "DISK_FULL";

	/** How much later to come again after a permanent failure. */
	private static final int PERMANENT_FACTOR = 12;

	private static final JsonFactory JSON = new JsonFactory();

	private static final Pattern USER_INFO = Pattern.compile("://[^/@\\s]*@");

	static Answer of(int status, String detail) {
		return new Answer(status, detail, null, -1, -1, null, false);
	}

	static Answer unreadable(UnreadableMessageException reason) {
		return new Answer(400, text(reason), reason.attribute(), reason.byteOffset(), reason.batchIndex(), null, false);
	}

	static Answer tooLarge(String what, long actualBytes, long limitBytes, String limitName) {
		String size = (actualBytes < 0) ? what : String.format(Locale.ROOT, "%s of %,d bytes", what, actualBytes);
		return of(413,
				String.format(Locale.ROOT, "%s exceeds the limit of %,d bytes (%s)", size, limitBytes, limitName));
	}

	static Answer unavailable(String detail, Duration retryAfter) {
		return new Answer(503, detail, null, -1, -1, retryAfter, false);
	}

	/**
	 * What to say when the gateway hands an event back.
	 * @param retryAfter what to tell the sender when the reason has no say in it
	 */
	static Answer refused(Throwable reason, Duration retryAfter) {
		for (Throwable cause = reason; cause != null; cause = cause.getCause()) {
			if (cause instanceof OverloadException overload) {
				return new Answer(429, text(overload), null, -1, -1, overload.retryAfter(), false);
			}
			if (cause instanceof UnreadableMessageException unreadable) {
				return unreadable(unreadable);
			}
			if (cause instanceof SendException failure) {
				return new Answer(DISK_FULL.equals(failure.code()) ? 507 : 503, text(failure), null, -1, -1,
						wait(failure, retryAfter), false);
			}
		}
		// Other exceptions speak of the inside of the gateway.
		return unavailable("no target took the event", retryAfter);
	}

	/**
	 * A permanent failure lasts until somebody changes the target or the route. Its
	 * senders come back for that, but need not try every few seconds.
	 */
	private static Duration wait(SendException failure, Duration retryAfter) {
		Duration asked = failure.retryAfter();
		return (asked != null) ? asked : failure.permanent() ? retryAfter.multipliedBy(PERMANENT_FACTOR) : retryAfter;
	}

	private static String text(Exception reason) {
		return USER_INFO.matcher(String.valueOf(reason.getMessage())).replaceAll("://");
	}

	Answer closing() {
		return new Answer(this.status, this.detail, this.attribute, this.byteOffset, this.event, this.retryAfter, true);
	}

	Answer ofEvent(int index) {
		return new Answer(this.status, this.detail, this.attribute, this.byteOffset, index, this.retryAfter,
				this.close);
	}

	/**
	 * The answer to a request of which parts fared differently: a later try has to wait
	 * for the worst of them.
	 */
	static Answer worse(Answer one, Answer other) {
		return (other.status > one.status) ? other : one;
	}

	Publisher<Void> write(HttpServerResponse response) {
		response.status(this.status);
		if (this.close) {
			response.header(HttpHeaderNames.CONNECTION, "close");
		}
		if (this.status < 400) {
			return Mono.empty();
		}
		if (this.retryAfter != null) {
			// Rounded up: coming early is as bad as not waiting.
			long seconds = Math.max(1, this.retryAfter.plusMillis(999).toSeconds());
			response.header(HttpHeaderNames.RETRY_AFTER, Long.toString(seconds));
		}
		byte[] body = problem();
		response.header(HttpHeaderNames.CONTENT_TYPE, "application/problem+json");
		response.header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
		return response.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body)));
	}

	private byte[] problem() {
		ByteArrayOutputStream out = new ByteArrayOutputStream(256);
		try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8)) {
			json.writeStartObject();
			json.writeStringProperty("title", HttpResponseStatus.valueOf(this.status).reasonPhrase());
			json.writeNumberProperty("status", this.status);
			json.writeStringProperty("detail", this.detail);
			if (this.attribute != null) {
				json.writeStringProperty("attribute", this.attribute);
			}
			if (this.byteOffset >= 0) {
				json.writeNumberProperty("byte", this.byteOffset);
			}
			if (this.event >= 0) {
				json.writeNumberProperty("event", this.event);
			}
			json.writeEndObject();
		}
		return out.toByteArray();
	}

}
