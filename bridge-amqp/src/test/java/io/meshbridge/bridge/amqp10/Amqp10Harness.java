package io.meshbridge.bridge.amqp10;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.meshbridge.bridge.test.BridgeHarness;
import io.meshbridge.bridge.test.Destination;
import io.meshbridge.bridge.test.OrderUnit;
import io.meshbridge.bridge.test.RawMessage;
import io.meshbridge.bridge.test.broker.RabbitTestBroker;
import io.meshbridge.bridge.test.broker.TestBroker;
import org.apache.qpid.protonj2.client.exceptions.ClientException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A broker for the contract, with a client of its own.
 */
abstract class Amqp10Harness implements BridgeHarness {

	private static final int MAX_MESSAGE_BYTES = 1024 * 1024;

	private final TestBroker broker;

	private final RawClient client;

	Amqp10Harness(TestBroker broker) {
		this.broker = broker;
		this.client = new RawClient(broker.port());
	}

	@Override
	public String binder() {
		return "amqp10";
	}

	@Override
	public Map<String, Object> properties() {
		return Map.of("meshbridge.amqp10.url", "amqp://127.0.0.1:" + this.broker.port(), "meshbridge.amqp10.username",
				"guest", "meshbridge.amqp10.password", "guest", "meshbridge.amqp10.reconnect-delay", "200ms",
				"meshbridge.amqp10.reconnect-max-delay", "1s", "meshbridge.amqp10.idle-timeout", "4s",
				"meshbridge.amqp10.max-message-size", MAX_MESSAGE_BYTES + "B", "meshbridge.embedded-broker.enabled",
				"false");
	}

	@Override
	public Map<String, Object> propertiesOfSecondInstance() {
		return Map.of("meshbridge.instance-id", "second");
	}

	TestBroker broker() {
		return this.broker;
	}

	@Override
	public Destination newDestination() {
		return Destination.of("contract-" + UUID.randomUUID());
	}

	@Override
	public void publish(Destination destination, RawMessage message) {
		try {
			this.client.publish(destination.source(), message);
		}
		catch (ClientException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public @Nullable RawMessage take(Destination destination, Duration wait) {
		AmqpMessage message = this.client.take(destination.target(), wait);
		return (message == null) ? null : raw(message);
	}

	// NullAway does not see the annotation on an array in another module's record.
	@SuppressWarnings("NullAway")
	private static RawMessage raw(AmqpMessage message) {
		return new RawMessage(message.applicationProperties(), message.properties().getContentType(), null,
				message.body());
	}

	@Override
	public String headerName(String attribute) {
		return "cloudEvents_" + attribute;
	}

	@Override
	public void stopBroker() {
		this.broker.stop();
	}

	@Override
	public void startBroker() {
		this.broker.start();
		Awaitility.await().pollDelay(Duration.ZERO).atMost(Duration.ofSeconds(60)).until(this.client::answers);
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
		return MAX_MESSAGE_BYTES;
	}

	@Override
	public OrderUnit orderUnit() {
		return OrderUnit.destination("address");
	}

	@Override
	public void close() {
		this.client.close();
	}

	/**
	 * The embedded broker.
	 */
	static final class Embedded extends Amqp10Harness {

		Embedded() {
			super(running());
		}

		private static TestBroker running() {
			EmbeddedAmqp broker = new EmbeddedAmqp();
			broker.start();
			return broker;
		}

		@Override
		public void close() {
			super.close();
			broker().dispose();
		}

		@Override
		public String name() {
			return "amqp10 embedded";
		}

		@Override
		public Destination forbiddenDestination() {
			return Destination.of(EmbeddedAmqp.FORBIDDEN);
		}

	}

	/**
	 * A broker with users and TLS.
	 */
	static final class Secured extends Amqp10Harness {

		Secured(TestBroker broker) {
			super(broker);
		}

		@Override
		public String name() {
			return "amqp10 secured";
		}

		@Override
		public Destination forbiddenDestination() {
			return Destination.of(SecuredAmqp.FORBIDDEN);
		}

	}

	/**
	 * RabbitMQ with its AMQP 1.0 plugin. The queues are made over AMQP 0-9-1.
	 */
	static final class Rabbit extends Amqp10Harness {

		private static final String QUEUE = "/amq/queue/";

		Rabbit() {
			super(RabbitTestBroker.get());
		}

		@Override
		public String name() {
			return "amqp10 rabbitmq";
		}

		@Override
		public Destination newDestination() {
			String name = "contract-" + UUID.randomUUID();
			ConnectionFactory client = new ConnectionFactory();
			client.setHost("127.0.0.1");
			client.setPort(broker().port());
			try (Connection connection = client.newConnection(); Channel channel = connection.createChannel()) {
				channel.queueDeclare(name, true, false, false, null);
			}
			catch (IOException | TimeoutException ex) {
				throw new IllegalStateException(ex);
			}
			return Destination.of(QUEUE + name);
		}

		@Override
		public Destination forbiddenDestination() {
			return Destination.of("/exchange/" + RabbitTestBroker.FORBIDDEN_EXCHANGE + "/any");
		}

	}

}
