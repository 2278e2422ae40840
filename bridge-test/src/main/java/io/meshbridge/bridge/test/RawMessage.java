package io.meshbridge.bridge.test;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A protocol message as the protocol's own client sees it, without the gateway. What a
 * harness takes it must be able to publish again unchanged.
 *
 * @param headers by name; HTTP names in lower case. Text where the protocol's headers are
 * bytes in UTF-8, else typed as the client has them
 * @param contentType in the place that the protocol has for it, not in the headers, or
 * {@code null}
 * @param key of a keyed protocol, ignored by the others, or {@code null}
 * @param body {@code null} only where the protocol tells none from an empty one
 */
public record RawMessage(Map<String, Object> headers, @Nullable String contentType, @Nullable String key,
		byte @Nullable [] body) {

	// Not the compact form: its class file lacks the annotations of the parameters.
	public RawMessage(Map<String, Object> headers, @Nullable String contentType, @Nullable String key,
			byte @Nullable [] body) {
		this.headers = Map.copyOf(headers);
		this.contentType = contentType;
		this.key = key;
		this.body = body;
	}

	/**
	 * A message that is no CloudEvent.
	 */
	public static RawMessage plain(@Nullable String key, String text) {
		return new RawMessage(Map.of(), "text/plain", key, text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * The body as UTF-8; empty when there is none.
	 */
	public String text() {
		return (this.body == null) ? "" : new String(this.body, StandardCharsets.UTF_8);
	}

	@Override
	public String toString() {
		return "RawMessage[" + this.headers + ", " + this.contentType + ", key " + this.key + ", "
				+ ((this.body == null) ? "no body" : this.body.length + " bytes") + "]";
	}

}
