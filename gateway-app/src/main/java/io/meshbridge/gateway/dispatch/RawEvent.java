package io.meshbridge.gateway.dispatch;

import java.net.URI;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.data.BytesCloudEventData;
import io.meshbridge.bridge.PlainMessage;
import io.meshbridge.bridge.format.MediaTypes;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The event that carries a message which can't be read to the dead letter sink: its data
 * byte for byte, and its headers in the extension {@code dlheaders}.
 */
public final class RawEvent {

	static final String TYPE = "io.meshbridge.unreadable";

	private static final JsonMapper JSON = JsonMapper
		.builder(JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build())
		.build();

	private RawEvent() {
	}

	/**
	 * Makes the event.
	 */
	public static CloudEvent of(PlainMessage plain) {
		CloudEventBuilder event = CloudEventBuilder.v1()
			.withId(plain.id())
			.withSource(URI.create(plain.source()))
			.withType(TYPE)
			.withExtension("dlheaders", headers(plain));
		String contentType = contentType(plain.contentType());
		if (contentType != null) {
			event.withDataContentType(contentType);
		}
		if (plain.data() != null) {
			event.withData(BytesCloudEventData.wrap(plain.data()));
		}
		return event.build();
	}

	private static String headers(PlainMessage plain) {
		// Escaped, since an attribute must hold no control characters, DEL included.
		return JSON.writeValueAsString(plain.headers()).replace("\u007f", "\\u007f");
	}

	/**
	 * The data must not pass for an event again when it comes out of the sink.
	 */
	private static @Nullable String contentType(@Nullable String contentType) {
		return MediaTypes.structured(contentType) ? "application/octet-stream" : contentType;
	}

}
