package io.meshbridge.bridge.rabbit;

import java.util.Map;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import org.jspecify.annotations.Nullable;

import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.support.MessagePropertiesConverter;

/**
 * The properties of a message as the client received them. Spring AMQP's own conversion
 * copies them one by one, replaces bytes that are no UTF-8, and invents a content type
 * where there is none.
 */
@SuppressWarnings("serial")
final class ReceivedProperties extends MessageProperties {

	private final transient BasicProperties properties;

	private final transient Envelope envelope;

	private ReceivedProperties(BasicProperties properties, Envelope envelope) {
		this.properties = properties;
		this.envelope = envelope;
		setDeliveryTag(envelope.getDeliveryTag());
		setRedelivered(envelope.isRedeliver());
		Map<String, Object> headers = properties.getHeaders();
		if (headers != null && headers.get(SPRING_AUTO_DECOMPRESS) instanceof Boolean compressed) {
			// What the container's decompression looks at.
			setHeader(SPRING_AUTO_DECOMPRESS, compressed);
			setContentEncoding(properties.getContentEncoding());
		}
	}

	BasicProperties properties() {
		return this.properties;
	}

	Envelope envelope() {
		return this.envelope;
	}

	/**
	 * Makes them for the listener container.
	 */
	static final class Converter implements MessagePropertiesConverter {

		@Override
		public MessageProperties toMessageProperties(BasicProperties source, @Nullable Envelope envelope,
				String charset) {
			if (envelope == null) {
				throw new IllegalArgumentException("a delivery without an envelope");
			}
			return new ReceivedProperties(source, envelope);
		}

		@Override
		public BasicProperties fromMessageProperties(MessageProperties source, String charset) {
			throw new UnsupportedOperationException("a listener container does not publish");
		}

	}

}
