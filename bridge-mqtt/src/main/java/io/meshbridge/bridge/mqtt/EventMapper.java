package io.meshbridge.bridge.mqtt;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.format.Attributes;
import io.meshbridge.bridge.format.EventAssembler;
import io.meshbridge.bridge.format.EventReader;
import io.meshbridge.bridge.format.JsonEventFormat;
import io.meshbridge.bridge.format.MediaTypes;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Events in MQTT packets and back (<a href=
 * "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/mqtt-protocol-binding.md">MQTT
 * binding 1.0.2</a>). Attributes are user properties without a prefix; those whose name
 * could not be an attribute's are left alone. Every packet has a payload, so one that is
 * empty stands for no data, unless the Payload Format Indicator says that it is (empty)
 * text.
 */
public final class EventMapper {

	private static final String VERSION = "specversion";

	private static final int STRING_LIMIT = 65_535;

	private static final JsonFactory JSON = new JsonFactory();

	private EventMapper() {
	}

	/**
	 * The event in a packet.
	 * @return {@code null} when it does not claim to be one
	 * @throws UnreadableMessageException when it does and is none
	 */
	public static @Nullable CloudEvent read(Packet packet, MqttConsumerProperties.Payload rule)
			throws UnreadableMessageException {
		if (rule == MqttConsumerProperties.Payload.PLAIN) {
			return null;
		}
		String contentType = packet.contentType();
		if (MediaTypes.structured(contentType)) {
			return EventReader.read(contentType, attributes(packet), packet.payload());
		}
		if (packet.userProperty(VERSION) != null) {
			return EventReader.read(contentType, attributes(packet), data(packet));
		}
		boolean silent = contentType == null || MediaTypes.json(contentType);
		if (rule == MqttConsumerProperties.Payload.CLOUDEVENT || (silent && looksLikeEvent(packet.payload()))) {
			return JsonEventFormat.read(packet.payload());
		}
		return null;
	}

	private static Map<String, Object> attributes(Packet packet) {
		Map<String, Object> attributes = new LinkedHashMap<>();
		for (Packet.Entry entry : packet.userProperties()) {
			boolean contentType = entry.name().equals(Attributes.DATA_CONTENT_TYPE) && packet.contentType() != null;
			if (EventAssembler.allowedName(entry.name()) && !contentType) {
				// A repeated traceparent may be that of the hop; the event's comes first.
				attributes.putIfAbsent(entry.name(), entry.value());
			}
		}
		return attributes;
	}

	/**
	 * The payload, or {@code null} when there is none.
	 */
	static byte @Nullable [] data(Packet packet) {
		return (packet.payload().length == 0 && !packet.utf8()) ? null : packet.payload();
	}

	/**
	 * Whether it is a JSON object with a {@code specversion}. Broken JSON after that
	 * member is still an event, a broken one.
	 */
	private static boolean looksLikeEvent(byte[] payload) {
		if (payload.length == 0 || (payload[0] != '{' && payload[0] > ' ')) {
			return false;
		}
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), payload)) {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				return false;
			}
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				if (parser.currentName().equals(VERSION)) {
					return true;
				}
				parser.nextToken();
				parser.skipChildren();
			}
			return false;
		}
		catch (JacksonException ex) {
			return false;
		}
	}

	/**
	 * The packet for an event.
	 * @throws SendException when MQTT can't carry it
	 */
	public static Packet write(CloudEvent event, ContentMode mode, MqttVersion version, String topic,
			MqttProducerProperties properties) throws SendException {
		String problem = Topics.problemWithName(topic);
		if (problem != null) {
			throw SendException.permanent("TOPIC_NAME_INVALID", problem, null);
		}
		int qos = properties.getQos();
		boolean retained = properties.isRetained();
		if (version == MqttVersion.V3) {
			return new Packet(topic, JsonEventFormat.write(event), null, false, List.of(), qos, retained);
		}
		if (mode == ContentMode.STRUCTURED) {
			return new Packet(topic, JsonEventFormat.write(event), MediaTypes.EVENT_JSON, true, List.of(), qos,
					retained);
		}
		List<Packet.Entry> userProperties = new ArrayList<>();
		Attributes.forEach(event,
				(name, value) -> userProperties.add(new Packet.Entry(name, Attributes.canonical(value))));
		for (Packet.Entry entry : userProperties) {
			requireRepresentable(topic, entry.name(), entry.value());
		}
		String contentType = event.getDataContentType();
		if (contentType != null) {
			requireRepresentable(topic, Attributes.DATA_CONTENT_TYPE, contentType);
		}
		byte[] data = (event.getData() == null) ? null : event.getData().toBytes();
		boolean empty = data != null && data.length == 0;
		return new Packet(topic, (data == null) ? new byte[0] : data, contentType, empty, userProperties, qos,
				retained);
	}

	private static void requireRepresentable(String topic, String name, String value) throws SendException {
		if (!Topics.representable(value)) {
			throw SendException.permanent("NOT_REPRESENTABLE",
					"%s: attribute '%s' has a character that MQTT can't carry".formatted(topic, name), null);
		}
		int length = Packet.utf8Length(value);
		if (length > STRING_LIMIT) {
			throw SendException.permanent("NOT_REPRESENTABLE",
					"%s: attribute '%s' has %,d bytes, the limit of an MQTT string is %,d bytes".formatted(topic, name,
							length, STRING_LIMIT),
					null);
		}
	}

}
