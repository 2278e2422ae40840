package io.meshbridge.bridge.rabbit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.LongString;
import io.meshbridge.bridge.test.BridgeHarness;
import io.meshbridge.bridge.test.Destination;
import io.meshbridge.bridge.test.OrderUnit;
import io.meshbridge.bridge.test.RawMessage;
import io.meshbridge.bridge.test.Rule;
import io.meshbridge.bridge.test.broker.RabbitTestBroker;
import io.meshbridge.bridge.test.broker.TestBroker;
import org.jspecify.annotations.Nullable;

/**
 * A real RabbitMQ for the contract. A destination is a topic exchange; a queue that is
 * bound to it keeps what the gateway sends.
 */
final class RabbitHarness implements BridgeHarness {

	private final TestBroker broker = RabbitTestBroker.get();

	private @Nullable Connection connection;

	private @Nullable Channel channel;

	@Override
	public String name() {
		return "rabbit";
	}

	@Override
	public String binder() {
		return "rabbit";
	}

	@Override
	public Map<String, Object> properties() {
		return Map.of("spring.rabbitmq.host", "127.0.0.1", "spring.rabbitmq.port", this.broker.port(),
				"meshbridge.rabbit.max-message-size", RabbitTestBroker.MAX_MESSAGE_BYTES + "B",
				"logging.level.org.springframework", "ERROR", "logging.level.org.springframework.amqp", "OFF",
				"meshbridge.embedded-broker.enabled", "false");
	}

	private synchronized Channel channel() throws IOException, TimeoutException {
		Channel open = this.channel;
		if (open == null || !open.isOpen()) {
			if (this.connection == null || !this.connection.isOpen()) {
				ConnectionFactory client = new ConnectionFactory();
				client.setHost("127.0.0.1");
				client.setPort(this.broker.port());
				client.setAutomaticRecoveryEnabled(false);
				this.connection = client.newConnection();
			}
			open = this.connection.createChannel();
			open.confirmSelect();
			this.channel = open;
		}
		return open;
	}

	@Override
	public Destination newDestination() {
		String name = "d-" + UUID.randomUUID();
		return execute((channel) -> {
			channel.exchangeDeclare(name, "topic", true);
			channel.queueDeclare(taken(name), true, false, false, null);
			channel.queueBind(taken(name), name, "#");
			return Destination.of(name);
		});
	}

	private static String taken(String exchange) {
		return exchange + ".taken";
	}

	@Override
	public Destination forbiddenDestination() {
		return Destination.of(RabbitTestBroker.FORBIDDEN_EXCHANGE);
	}

	@Override
	public void publish(Destination destination, RawMessage message) {
		AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder().deliveryMode(2)
			.contentType(message.contentType())
			.headers(message.headers())
			.build();
		byte[] body = (message.body() != null) ? message.body() : new byte[0];
		execute((channel) -> {
			channel.basicPublish(destination.source(), (message.key() != null) ? message.key() : "key", true,
					properties, body);
			channel.waitForConfirmsOrDie(20_000);
			return true;
		});
	}

	@Override
	public @Nullable RawMessage take(Destination destination, Duration wait) {
		long deadline = System.nanoTime() + wait.toNanos();
		do {
			GetResponse got = execute((channel) -> channel.basicGet(taken(destination.target()), true));
			if (got != null) {
				return raw(got);
			}
		}
		while (System.nanoTime() < deadline);
		return null;
	}

	private static RawMessage raw(GetResponse got) {
		Map<String, Object> headers = new HashMap<>();
		if (got.getProps().getHeaders() != null) {
			got.getProps()
				.getHeaders()
				.forEach((name, value) -> headers.put(name, (value instanceof LongString) ? value.toString() : value));
		}
		return new RawMessage(headers, got.getProps().getContentType(), got.getEnvelope().getRoutingKey(),
				got.getBody());
	}

	private <T extends @Nullable Object> T execute(Action<T> action) {
		try {
			return action.on(channel());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (TimeoutException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public String headerName(String attribute) {
		return "cloudEvents_" + attribute;
	}

	@Override
	public Map<Rule, String> unsupported() {
		return this.broker.standIn() ? Map.of(Rule.R10, "the stand-in has no exchange that may not be written to")
				: Map.of();
	}

	@Override
	public void stopBroker() {
		this.broker.stop();
	}

	@Override
	public void startBroker() {
		this.broker.start();
	}

	@Override
	public void suspendBroker() {
		this.broker.suspend();
	}

	@Override
	public void resumeBroker() {
		this.broker.resume();
	}

	@Override
	public int maxPayloadBytes() {
		return RabbitTestBroker.MAX_MESSAGE_BYTES;
	}

	/**
	 * As long as one consumer reads it and it gets no message back. The bridge names no
	 * order key: one stuck message would hold back the whole queue.
	 */
	@Override
	public OrderUnit orderUnit() {
		return OrderUnit.destination("queue");
	}

	@Override
	public void close() {
		Connection open = this.connection;
		if (open != null && open.isOpen()) {
			open.abort(2000);
		}
	}

	private interface Action<T extends @Nullable Object> {

		T on(Channel channel) throws IOException, InterruptedException, TimeoutException;

	}

}
