package io.meshbridge.broker.channel;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.format.Attributes;
import io.meshbridge.bridge.format.EventReader;
import org.apache.activemq.artemis.api.core.ActiveMQBuffer;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.message.LargeBodyReader;
import org.apache.activemq.artemis.core.server.LargeServerMessage;
import org.jspecify.annotations.Nullable;

/**
 * An event as a message of the journal: attributes as properties, named so that an AMQP
 * 1.0 client that reads the channel sees an event too (<a href=
 * "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/amqp-protocol-binding.md#31-binary-content-mode">AMQP
 * binding 1.0.2, 3.1 Binary Content Mode</a>), data as the body.
 */
final class StoredEvent {

	private static final String PREFIX = "cloudEvents_";

	/** What Artemis hands to AMQP 1.0 clients as {@code content-type}. */
	private static final SimpleString CONTENT_TYPE = SimpleString.of("JMS_AMQP_ContentType");

	/** There when the event has no data, which is not the same as empty data. */
	private static final SimpleString NO_DATA = SimpleString.of("meshbridge_noData");

	private static final SimpleString RECORD_KEY = SimpleString.of("meshbridge_recordKey");

	private static final SimpleString ORDER_KEY = SimpleString.of("meshbridge_orderKey");

	/** Properties of the attributes that most events have. */
	private static final Map<String, SimpleString> PROPERTIES = Stream
		.of("specversion", "id", "source", "type", "subject", "time", "dataschema", "partitionkey", "traceparent")
		.collect(Collectors.toUnmodifiableMap((name) -> name, (name) -> SimpleString.of(PREFIX + name)));

	private static final int CHUNK_BYTES = 256 * 1024;

	private StoredEvent() {
	}

	static int dataBytes(CloudEvent event) {
		return (event.getData() == null) ? 0 : event.getData().toBytes().length;
	}

	static void write(Outbound outbound, ICoreMessage message) {
		CloudEvent event = outbound.event();
		Attributes.forEach(event, (name, value) -> put(message, property(name), value));
		if (event.getDataContentType() != null) {
			message.putStringProperty(CONTENT_TYPE, SimpleString.of(event.getDataContentType()));
		}
		if (event.getData() == null) {
			message.putBooleanProperty(NO_DATA, true);
		}
		else {
			message.getBodyBuffer().writeBytes(event.getData().toBytes());
		}
		if (outbound.recordKey() != null) {
			message.putBytesProperty(RECORD_KEY, outbound.recordKey());
		}
		// A record key orders by itself.
		if (outbound.orderKey() instanceof String key) {
			message.putStringProperty(ORDER_KEY, SimpleString.of(key));
		}
	}

	private static SimpleString property(String attribute) {
		SimpleString known = PROPERTIES.get(attribute);
		return (known != null) ? known : SimpleString.of(PREFIX + attribute);
	}

	private static void put(ICoreMessage message, SimpleString name, Object value) {
		if (value instanceof Boolean flag) {
			message.putBooleanProperty(name, flag);
		}
		else if (value instanceof Integer number) {
			message.putIntProperty(name, number);
		}
		else if (value instanceof byte[] bytes) {
			message.putBytesProperty(name, bytes);
		}
		else {
			message.putStringProperty(name, SimpleString.of(Attributes.canonical(value)));
		}
	}

	/**
	 * What is in a message of a channel. A channel is no secret to clients of the broker,
	 * so it may be something else than {@link #write} made.
	 */
	static Content read(ICoreMessage message, String destination) {
		Map<String, Object> attributes = new LinkedHashMap<>();
		for (SimpleString property : message.getPropertyNames()) {
			String name = property.toString();
			if (name.startsWith(PREFIX)) {
				Object value = message.getObjectProperty(property);
				attributes.put(name.substring(PREFIX.length()),
						(value instanceof SimpleString text) ? text.toString() : value);
			}
		}
		byte[] data = message.containsProperty(NO_DATA) ? null : body(message);
		String contentType = message.getStringProperty(CONTENT_TYPE);
		try {
			CloudEvent event = EventReader.read(contentType, attributes, data);
			if (event != null) {
				return new Content.Event(event);
			}
		}
		catch (UnreadableMessageException ex) {
			return new Content.Unreadable(new ForeignMessage(message, destination, contentType, data), ex);
		}
		return new Content.Plain(new ForeignMessage(message, destination, contentType, data));
	}

	private static byte[] body(ICoreMessage message) {
		if (message instanceof LargeServerMessage large) {
			return largeBody(large);
		}
		ActiveMQBuffer buffer = message.getReadOnlyBodyBuffer();
		byte[] body = new byte[buffer.readableBytes()];
		buffer.readBytes(body);
		return body;
	}

	private static byte[] largeBody(LargeServerMessage message) {
		try (LargeBodyReader file = message.getLargeBodyReader()) {
			file.open();
			byte[] body = new byte[(int) file.getSize()];
			// The reader rewinds the buffer each time.
			ByteBuffer chunk = ByteBuffer.allocate(Math.min(body.length, CHUNK_BYTES));
			int filled = 0;
			while (filled < body.length) {
				chunk.clear();
				int read = Math.min(file.readInto(chunk), body.length - filled);
				if (read <= 0) {
					throw new IllegalStateException(
							"the file of a large event ends after %,d of %,d bytes".formatted(filled, body.length));
				}
				System.arraycopy(chunk.array(), 0, body, filled, read);
				filled += read;
			}
			return body;
		}
		catch (ActiveMQException ex) {
			throw new IllegalStateException("the file of a large event: " + ex.getMessage(), ex);
		}
	}

	static byte @Nullable [] recordKey(ICoreMessage message) {
		return message.containsProperty(RECORD_KEY) ? message.getBytesProperty(RECORD_KEY) : null;
	}

	/**
	 * What the event was kept in order by before it was stored.
	 */
	static @Nullable Object orderKey(ICoreMessage message) {
		if (message.containsProperty(ORDER_KEY)) {
			return message.getStringProperty(ORDER_KEY);
		}
		byte[] key = recordKey(message);
		return (key == null) ? null : ByteBuffer.wrap(key);
	}

}
