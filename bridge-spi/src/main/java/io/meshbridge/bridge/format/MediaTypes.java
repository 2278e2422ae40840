package io.meshbridge.bridge.format;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Tells the content mode of a message by its content type (<a href=
 * "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3-http-message-mapping">HTTP
 * binding 1.0.2, section 3</a>; the other bindings say the same).
 */
public final class MediaTypes {

	/** Media type of one event in the JSON format. */
	public static final String EVENT_JSON = "application/cloudevents+json";

	/** Media type of a batch of events in the JSON format. */
	public static final String BATCH_JSON = "application/cloudevents-batch+json";

	private static final String EVENT_PREFIX = "application/cloudevents";

	private static final String BATCH_PREFIX = "application/cloudevents-batch";

	private MediaTypes() {
	}

	/**
	 * A batch in any format. To be asked before {@link #structured(String)}, whose prefix
	 * a batch has too.
	 */
	public static boolean batch(@Nullable String contentType) {
		return startsWith(contentType, BATCH_PREFIX);
	}

	/**
	 * One event in any format, or a batch.
	 */
	public static boolean structured(@Nullable String contentType) {
		return startsWith(contentType, EVENT_PREFIX);
	}

	/**
	 * Whether the format of a structured event or a batch is JSON; no suffix counts as
	 * JSON.
	 */
	public static boolean eventFormatIsJson(String contentType) {
		String essence = essence(contentType);
		return essence.equals(EVENT_PREFIX) || essence.equals(BATCH_PREFIX) || essence.equals(EVENT_JSON)
				|| essence.equals(BATCH_JSON);
	}

	/**
	 * Whether data of this type is JSON: any {@code &#42;/json} or
	 * {@code &#42;/&#42;+json}.
	 */
	public static boolean json(String contentType) {
		String essence = essence(contentType);
		return essence.endsWith("/json") || essence.endsWith("+json");
	}

	/**
	 * Whether data of this type is text in UTF-8, as far as the type tells.
	 */
	static boolean utf8Text(String contentType) {
		String essence = essence(contentType);
		boolean text = essence.startsWith("text/") || essence.endsWith("/xml") || essence.endsWith("+xml");
		if (!text) {
			return false;
		}
		String lower = contentType.toLowerCase(Locale.ROOT).replace("\"", "");
		int charset = lower.indexOf("charset=");
		return charset < 0 || lower.startsWith("utf-8", charset + "charset=".length());
	}

	private static String essence(String contentType) {
		int end = contentType.indexOf(';');
		return (end < 0 ? contentType : contentType.substring(0, end)).trim().toLowerCase(Locale.ROOT);
	}

	private static boolean startsWith(@Nullable String contentType, String prefix) {
		return contentType != null && contentType.regionMatches(true, 0, prefix, 0, prefix.length());
	}

}
