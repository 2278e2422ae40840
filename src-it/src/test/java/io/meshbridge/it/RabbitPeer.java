package io.meshbridge.it;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.LongString;
import com.rabbitmq.client.ShutdownSignalException;
import io.meshbridge.bridge.test.RawMessage;
import io.meshbridge.bridge.test.broker.RabbitTestBroker;
import org.jspecify.annotations.Nullable;

/**
 * RabbitMQ with its Java client.
 */
final class RabbitPeer extends Peer {

	private static final int PREFETCH = 500;

	private final int port = RabbitTestBroker.get().port();

	private @Nullable Connection connection;

	private @Nullable Channel sender;

	@Override
	String name() {
		return "rabbit";
	}

	@Override
	String from(String destination) {
		return "rabbit:" + destination;
	}

	@Override
	String to(String destination) {
		return "rabbit:" + destination;
	}

	@Override
	List<String> options() {
		return List.of("--spring.rabbitmq.host=127.0.0.1", "--spring.rabbitmq.port=" + this.port);
	}

	@Override
	void open(Collection<String> sources, Collection<String> targets) throws Exception {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setHost("127.0.0.1");
		factory.setPort(this.port);
		factory.setAutomaticRecoveryEnabled(true);
		factory.setNetworkRecoveryInterval(500);
		this.connection = factory.newConnection("peer");
		this.sender = this.connection.createChannel();
		this.sender.confirmSelect();
		for (String source : sources) {
			// As the binder declares it, so that nothing is lost before the gateway is
			// there.
			this.sender.exchangeDeclare(source, BuiltinExchangeType.TOPIC, true);
			this.sender.queueDeclare(source + ".meshbridge", true, false, false, Map.of());
			this.sender.queueBind(source + ".meshbridge", source, "#");
		}
		for (String target : targets) {
			Channel channel = this.connection.createChannel();
			channel.exchangeDeclare(target, BuiltinExchangeType.TOPIC, true);
			channel.queueDeclare(target, true, false, false, Map.of());
			channel.queueBind(target, target, "#");
			// Acknowledged by hand: what a broker sends to a consumer that
			// acknowledges by itself is lost when it restarts meanwhile.
			channel.basicQos(PREFETCH);
			channel.basicConsume(target, false, new DefaultConsumer(channel) {
				@Override
				public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties,
						byte[] body) {
					arrived(target, raw(properties, body));
					acknowledge(channel, envelope.getDeliveryTag());
				}
			});
		}
	}

	private static void acknowledge(Channel channel, long tag) {
		try {
			channel.basicAck(tag, false);
		}
		catch (IOException | ShutdownSignalException ex) {
			// The broker is away; it sends the message again when it is back.
		}
	}

	private static RawMessage raw(AMQP.BasicProperties properties, byte[] body) {
		Map<String, Object> headers = new HashMap<>();
		if (properties.getHeaders() != null) {
			properties.getHeaders()
				.forEach((name, value) -> headers.put(name, (value instanceof LongString) ? value.toString() : value));
		}
		return new RawMessage(headers, properties.getContentType(), null, body);
	}

	/** Makes a queue that only the default exchange leads to. */
	void openQueue(String name) throws IOException {
		Objects.requireNonNull(this.sender).queueDeclare(name, true, false, false, Map.of());
	}

	/** How many messages of a queue no consumer has. */
	int ready(String queue) throws IOException {
		return Objects.requireNonNull(this.sender).queueDeclarePassive(queue).getMessageCount();
	}

	/** Sends to a queue over the default exchange. */
	void sendToQueue(String queue, RawMessage message) throws Exception {
		publish("", queue, message);
	}

	@Override
	void send(String destination, RawMessage message) throws Exception {
		publish(destination, destination, message);
	}

	private void publish(String exchange, String routingKey, RawMessage message) throws Exception {
		AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder().headers(message.headers())
			.contentType(message.contentType())
			.deliveryMode(2)
			.build();
		Channel channel = Objects.requireNonNull(this.sender);
		byte[] body = (message.body() == null) ? new byte[0] : message.body();
		channel.basicPublish(exchange, routingKey, true, properties, body);
		channel.waitForConfirmsOrDie(60_000);
	}

	@Override
	String headerName(String attribute) {
		return "cloudEvents_" + attribute;
	}

	@Override
	Object headerMeaning(Object value) {
		if (value instanceof Long number) {
			return number.intValue();
		}
		return (value instanceof byte[] bytes) ? bytes : value;
	}

	@Override
	public void close() {
		if (this.connection != null) {
			this.connection.abort(5000);
		}
	}

}
