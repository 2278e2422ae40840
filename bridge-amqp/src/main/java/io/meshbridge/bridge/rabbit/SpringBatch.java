package io.meshbridge.bridge.rabbit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.AMQP.BasicProperties;

/**
 * Several messages that a Spring AMQP sender put into one ({@code batching-enabled} of
 * the Rabbit binder's producers): each is four bytes of length, and the body.
 */
final class SpringBatch {

	private static final String FORMAT = "springBatchFormat";

	private static final String LENGTH_HEADER = "lengthHeader4";

	private static final String POSITION = "meshbridge-batch-position";

	private SpringBatch() {
	}

	/**
	 * Takes a message apart.
	 * @return the message itself when it is no batch, or not a whole one
	 */
	static List<RabbitMessage> split(RabbitMessage message) {
		Map<String, Object> headers = message.properties().getHeaders();
		Object format = (headers != null) ? headers.get(FORMAT) : null;
		if (headers == null || format == null || !format.toString().equals(LENGTH_HEADER)) {
			return List.of(message);
		}
		List<RabbitMessage> parts = new ArrayList<>();
		ByteBuffer rest = ByteBuffer.wrap(message.body());
		while (rest.remaining() >= Integer.BYTES) {
			int length = rest.getInt();
			if (length < 0 || length > rest.remaining()) {
				return List.of(message);
			}
			byte[] body = new byte[length];
			rest.get(body);
			parts.add(part(message, headers, parts.size(), body));
		}
		return (parts.isEmpty() || rest.hasRemaining()) ? List.of(message) : parts;
	}

	private static RabbitMessage part(RabbitMessage batch, Map<String, Object> headers, int position, byte[] body) {
		BasicProperties properties = batch.properties();
		Map<String, Object> own = new HashMap<>(headers);
		own.remove(FORMAT);
		own.remove("springBatchSize");
		own.put(POSITION, position);
		String messageId = (properties.getMessageId() != null) ? properties.getMessageId() + "-" + position : null;
		return new RabbitMessage(batch.queue(), batch.envelope(),
				properties.builder().headers(own).messageId(messageId).build(), body);
	}

}
