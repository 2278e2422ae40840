package io.meshbridge.bridge.amqp10;

import java.util.LinkedHashMap;
import java.util.Map;

import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.preview.WireMessage;
import io.meshbridge.bridge.preview.WirePreview;

/**
 * Shows events as AMQP 1.0 messages.
 */
public final class MessagePreview implements WirePreview {

	@Override
	public String binderType() {
		return Amqp10Bridge.TYPE;
	}

	@Override
	public WireMessage write(String destination, Outbound outbound) throws SendException {
		AmqpMessage message = EventMapper.write(outbound.event(), outbound.mode(), destination);
		Map<String, String> properties = new LinkedHashMap<>();
		properties.put("address", destination);
		properties.put("message-id", String.valueOf(message.properties().getMessageId()));
		if (message.properties().getContentType() != null) {
			properties.put("content-type", message.properties().getContentType());
		}
		message.applicationProperties()
			.forEach((name, value) -> properties.put("application property " + name, String.valueOf(value)));
		return new WireMessage(properties, message.body());
	}

}
