package io.meshbridge.gateway.desk;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.format.Attributes;
import io.meshbridge.bridge.format.EventAssembler;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * An event as the desk stores it: the length of its attributes, these as JSON, whether
 * there is data, and the data byte for byte. The JSON event format would cost JSON data
 * the blanks around it.
 */
final class EventBytes {

	private static final JsonMapper JSON = new JsonMapper();

	private static final TypeReference<LinkedHashMap<String, Object>> ATTRIBUTES = new TypeReference<>() {
	};

	private EventBytes() {
	}

	static byte[] write(CloudEvent event) {
		Map<String, Object> attributes = new LinkedHashMap<>();
		Attributes.forEach(event, (name, value) -> attributes.put(name,
				(value instanceof Integer || value instanceof Boolean) ? value : Attributes.canonical(value)));
		if (event.getDataContentType() != null) {
			attributes.put(Attributes.DATA_CONTENT_TYPE, event.getDataContentType());
		}
		byte[] head = JSON.writeValueAsBytes(attributes);
		byte[] data = (event.getData() == null) ? null : event.getData().toBytes();
		ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + head.length + 1 + ((data == null) ? 0 : data.length));
		bytes.putInt(head.length).put(head).put((byte) ((data == null) ? 0 : 1));
		if (data != null) {
			bytes.put(data);
		}
		return bytes.array();
	}

	static CloudEvent read(byte[] stored) {
		ByteBuffer bytes = ByteBuffer.wrap(stored);
		byte[] head = new byte[bytes.getInt()];
		bytes.get(head);
		byte @Nullable [] data = null;
		if (bytes.get() == 1) {
			data = new byte[bytes.remaining()];
			bytes.get(data);
		}
		Map<String, Object> attributes = JSON.readValue(head, ATTRIBUTES);
		try {
			EventAssembler event = new EventAssembler(String.valueOf(attributes.get("specversion")));
			for (Map.Entry<String, Object> attribute : attributes.entrySet()) {
				event.attribute(attribute.getKey(), attribute.getValue());
			}
			return event.build(data);
		}
		catch (UnreadableMessageException ex) {
			throw new IllegalStateException("a stored event can't be read: " + ex.getMessage(), ex);
		}
	}

}
