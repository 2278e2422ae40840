package io.meshbridge.bridge.rabbit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import com.rabbitmq.client.LongString;
import io.meshbridge.bridge.Outbound;
import org.jspecify.annotations.Nullable;

import org.springframework.amqp.core.ExchangeTypes;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.cloud.stream.binder.rabbit.properties.RabbitCommonProperties;
import org.springframework.cloud.stream.binder.rabbit.properties.RabbitConsumerProperties;
import org.springframework.cloud.stream.binder.rabbit.properties.RabbitProducerProperties;
import org.springframework.expression.Expression;
import org.springframework.expression.common.LiteralExpression;

/**
 * What is special about the messages of a durable channel: they keep the keys that an
 * event had before it was stored, and one gateway at a time reads a queue, for two would
 * get the events of one key in turns.
 */
final class ChannelMessages {

	private static final String RECORD_KEY = "meshbridge-recordkey";

	private static final String ORDER_KEY = "meshbridge-orderkey";

	/** What no event is published with. */
	private static final String NO_EVENT = "//none";

	/** Every queue gets every event, so the key says nothing. */
	private static final Expression NO_KEY = new LiteralExpression("");

	private ChannelMessages() {
	}

	/**
	 * Exchange and bindings are made by {@link RabbitChannel}, the queues by the binder.
	 */
	static void configure(RabbitConsumerProperties properties) {
		configureQueue(properties);
		properties.setDurableSubscription(true);
	}

	/**
	 * Exchange and bindings are made by {@link RabbitChannel}, the queues by the binder.
	 */
	static void configure(RabbitProducerProperties properties) {
		configureQueue(properties);
		properties.setDeliveryMode(MessageDeliveryMode.PERSISTENT);
		properties.setRoutingKeyExpression(NO_KEY);
	}

	/**
	 * What users set for all their queues must not take events out of a channel.
	 */
	private static void configureQueue(RabbitCommonProperties properties) {
		properties.setPrefix("");
		properties.setDeclareExchange(false);
		properties.setExchangeType(ExchangeTypes.TOPIC);
		// The binder makes no queue that it does not bind.
		properties.setBindQueue(true);
		properties.setBindingRoutingKey(NO_EVENT);
		properties.setBindingRoutingKeyDelimiter(null);
		properties.setQueueNameGroupOnly(true);
		properties.setSingleActiveConsumer(true);
		properties.setTtl(null);
		properties.setExpires(null);
		properties.setMaxLength(null);
		properties.setMaxLengthBytes(null);
	}

	static void putKeys(Outbound outbound, Map<String, Object> headers) {
		if (outbound.recordKey() != null) {
			headers.put(RECORD_KEY, outbound.recordKey());
		}
		// A record key orders by itself.
		if (outbound.orderKey() instanceof String key) {
			headers.put(ORDER_KEY, key);
		}
	}

	static byte @Nullable [] recordKey(@Nullable Map<String, Object> headers) {
		Object key = (headers != null) ? headers.get(RECORD_KEY) : null;
		return (key instanceof byte[] bytes) ? bytes : null;
	}

	static @Nullable Object orderKey(@Nullable Map<String, Object> headers) {
		Object key = (headers != null) ? headers.get(ORDER_KEY) : null;
		if (key instanceof LongString text) {
			return new String(text.getBytes(), StandardCharsets.UTF_8);
		}
		byte[] bytes = recordKey(headers);
		return (bytes == null) ? null : ByteBuffer.wrap(bytes);
	}

}
