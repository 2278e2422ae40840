package io.meshbridge.bridge.rabbit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.amqp.AttributeHeaders;
import io.meshbridge.bridge.format.JsonEventFormat;
import io.meshbridge.bridge.format.MediaTypes;
import io.meshbridge.bridge.preview.WireMessage;
import io.meshbridge.bridge.preview.WirePreview;

/**
 * Shows events as AMQP 0-9-1 messages.
 */
public final class PublicationPreview implements WirePreview {

	private final EventHeaders headers = new EventHeaders(AttributeHeaders.PREFIX);

	@Override
	public String binderType() {
		return "rabbit";
	}

	@Override
	public WireMessage write(String destination, Outbound outbound) {
		CloudEvent event = outbound.event();
		Map<String, String> properties = new LinkedHashMap<>();
		properties.put("exchange", destination);
		properties.put("routing key", destination);
		properties.put("message-id", event.getId());
		if (outbound.mode() == ContentMode.STRUCTURED) {
			properties.put("content-type", MediaTypes.EVENT_JSON);
			return new WireMessage(properties, JsonEventFormat.write(event));
		}
		byte[] data = (event.getData() != null) ? event.getData().toBytes() : null;
		if (event.getDataContentType() != null) {
			properties.put("content-type", event.getDataContentType());
		}
		this.headers.write(event, data)
			.forEach((name, value) -> properties.put("header " + name, String.valueOf(value)));
		return new WireMessage(properties, Objects.requireNonNullElse(data, new byte[0]));
	}

}
