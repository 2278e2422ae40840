package io.meshbridge.bridge.mqtt;

import java.util.LinkedHashMap;
import java.util.Map;

import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.preview.WireMessage;
import io.meshbridge.bridge.preview.WirePreview;

/**
 * Shows events as MQTT 5 PUBLISH packets.
 */
public final class PacketPreview implements WirePreview {

	@Override
	public String binderType() {
		return MqttBridge.TYPE;
	}

	@Override
	public WireMessage write(String destination, Outbound outbound) throws SendException {
		Packet packet = EventMapper.write(outbound.event(), outbound.mode(), MqttVersion.V5, destination,
				new MqttProducerProperties());
		Map<String, String> properties = new LinkedHashMap<>();
		properties.put("topic", packet.topic());
		properties.put("QoS", String.valueOf(packet.qos()));
		if (packet.contentType() != null) {
			properties.put("Content Type", packet.contentType());
		}
		packet.userProperties().forEach((entry) -> properties.put("User Property " + entry.name(), entry.value()));
		return new WireMessage(properties, packet.payload());
	}

}
