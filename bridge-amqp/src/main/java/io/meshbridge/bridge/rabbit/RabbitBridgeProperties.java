package io.meshbridge.bridge.rabbit;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the RabbitMQ bridge that neither Boot nor the Rabbit binder has. They hold
 * for every binder of type {@code rabbit}.
 *
 * @param headerPrefix what the names of headers that carry event attributes start with.
 * Read are this one, {@code cloudEvents_}, {@code cloudEvents:}, {@code ce-} and
 * {@code ce_}. At most 200 characters; default {@code cloudEvents_}.
 * @param maxMessageSize largest body the broker takes. A larger event fails at once
 * instead of costing the channel. From 1 byte up; default 16MB, which is what RabbitMQ 4
 * takes unless told otherwise (RabbitMQ 3.8 to 3.13: 128MB).
 * @param prefetch how many messages the broker hands over before the first of them is
 * acknowledged, unless the binding has its own {@code prefetch} or may hold fewer events.
 * They wait in the heap. From 1 to 65535; default 1000.
 */
@ConfigurationProperties("meshbridge.rabbit")
public record RabbitBridgeProperties(@DefaultValue("cloudEvents_") String headerPrefix,
		@DefaultValue("16MB") DataSize maxMessageSize, @DefaultValue("1000") int prefetch) {

	public RabbitBridgeProperties {
		if (headerPrefix.isEmpty() || headerPrefix.length() > 200) {
			throw new IllegalArgumentException("meshbridge.rabbit.header-prefix: '" + headerPrefix
					+ "' has %d characters, expected 1 to 200".formatted(headerPrefix.length()));
		}
		if (maxMessageSize.toBytes() < 1) {
			throw new IllegalArgumentException(
					"meshbridge.rabbit.max-message-size: '" + maxMessageSize + "', expected 1 byte or more");
		}
		if (prefetch < 1 || prefetch > 65535) {
			throw new IllegalArgumentException(
					"meshbridge.rabbit.prefetch: '" + prefetch + "', expected a number from 1 to 65535");
		}
	}

}
