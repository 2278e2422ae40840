package io.meshbridge.bridge.format;

import java.util.Map;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.UnreadableMessageException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the event of a message whose protocol has headers, in whichever content mode it
 * is.
 */
public final class EventReader {

	private EventReader() {
	}

	/**
	 * Reads one event. A structured message in another format than JSON is taken for what
	 * its attributes say.
	 * @param contentType of the message
	 * @param attributes those headers that stand for attributes, by attribute name,
	 * without {@code datacontenttype}
	 * @param data body of the message
	 * @return {@code null} when the message does not claim to be an event
	 * @throws UnreadableMessageException when it does and is none
	 */
	public static @Nullable CloudEvent read(@Nullable String contentType, Map<String, Object> attributes,
			byte @Nullable [] data) throws UnreadableMessageException {
		if (contentType != null && MediaTypes.batch(contentType)) {
			throw UnreadableMessageException.of("a batch of events ('" + contentType + "') is allowed over HTTP only");
		}
		if (contentType != null && MediaTypes.structured(contentType) && MediaTypes.eventFormatIsJson(contentType)) {
			return JsonEventFormat.read((data == null) ? new byte[0] : data);
		}
		if (attributes.isEmpty()) {
			return null;
		}
		Object version = attributes.get("specversion");
		EventAssembler event = new EventAssembler((version == null) ? null : version.toString());
		for (Map.Entry<String, Object> attribute : attributes.entrySet()) {
			event.attribute(attribute.getKey(), attribute.getValue());
		}
		if (contentType != null && !contentType.isEmpty() && !attributes.containsKey(Attributes.DATA_CONTENT_TYPE)) {
			event.attribute(Attributes.DATA_CONTENT_TYPE, contentType);
		}
		return event.build(data);
	}

}
