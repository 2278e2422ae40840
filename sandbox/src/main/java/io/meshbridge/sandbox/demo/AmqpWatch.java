package io.meshbridge.sandbox.demo;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;

/**
 * Shows what arrives at AMQP 0-9-1 exchanges, through a queue of its own at each.
 */
final class AmqpWatch implements AutoCloseable {

	private static final String PREFIX = "cloudEvents_";

	private static final int TIMEOUT_MILLIS = 10_000;

	private final Connection connection;

	AmqpWatch(ConnectionFactory broker, List<String> exchanges, Consumer<Arrival> arrivals) throws DemoException {
		try {
			broker.setConnectionTimeout(TIMEOUT_MILLIS);
			this.connection = broker.newConnection("demo-watch");
			Channel channel = this.connection.createChannel();
			for (String exchange : exchanges) {
				// As the Rabbit binder declares it.
				channel.exchangeDeclare(exchange, "topic", true);
				String queue = channel.queueDeclare().getQueue();
				channel.queueBind(queue, exchange, "#");
				channel.basicConsume(queue, true, (tag, delivery) -> arrivals.accept(arrival(exchange, delivery)),
						(tag) -> {
						});
			}
		}
		catch (IOException | TimeoutException ex) {
			throw new DemoException("the sandbox AMQP broker can't be read: " + ex);
		}
	}

	private static Arrival arrival(String exchange, Delivery delivery) {
		AMQP.BasicProperties properties = delivery.getProperties();
		Map<String, String> headers = new TreeMap<>();
		if (properties.getHeaders() != null) {
			properties.getHeaders().forEach((name, value) -> headers.put(name, String.valueOf(value)));
		}
		return Arrival.of("rabbit:" + exchange, properties.getContentType(), PREFIX, headers, delivery.getBody());
	}

	@Override
	public void close() throws IOException {
		if (this.connection.isOpen()) {
			this.connection.close(TIMEOUT_MILLIS);
		}
	}

}
