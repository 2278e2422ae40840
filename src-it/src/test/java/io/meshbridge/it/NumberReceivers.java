package io.meshbridge.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients that take what arrives at some destinations of each broker, and come back when
 * their broker does. None of them loses anything: what they have not seen the broker
 * still has.
 */
final class NumberReceivers implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(NumberReceivers.class);

	private static final long RETRY_MILLIS = 300;

	/** For an answer of a broker. */
	private static final int WAIT_MILLIS = 15_000;

	private final List<String> destinations;

	/** Takes destination and body. */
	private final BiConsumer<String, byte[]> taker;

	private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(6);

	/** Used by its own thread only. */
	private @Nullable Connection rabbit;

	/** By port. */
	private final Map<Integer, MqttAsyncClient> mqtt = new ConcurrentHashMap<>();

	private volatile boolean closed;

	NumberReceivers(List<String> destinations, BiConsumer<String, byte[]> taker) {
		this.destinations = destinations;
		this.taker = taker;
	}

	/** Reads topics with these numbers of partitions. */
	void kafka(int port, Map<String, Integer> topics) {
		List<TopicPartition> partitions = topics.entrySet()
			.stream()
			.flatMap((topic) -> IntStream.range(0, topic.getValue())
				.mapToObj((number) -> new TopicPartition(topic.getKey(), number)))
			.toList();
		this.threads.execute(() -> {
			try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
					Map.of("bootstrap.servers", "127.0.0.1:" + port), new ByteArrayDeserializer(),
					new ByteArrayDeserializer())) {
				consumer.assign(partitions);
				consumer.seekToBeginning(partitions);
				while (!this.closed) {
					consumer.poll(Duration.ofMillis(100))
						.forEach((record) -> this.taker.accept(record.topic(), record.value()));
				}
			}
		});
	}

	/** Makes exchanges and queues, and reads. */
	void rabbit(int port) throws IOException, TimeoutException {
		connectToRabbit(port);
		again("rabbit", () -> {
			if (this.rabbit == null || !this.rabbit.isOpen()) {
				connectToRabbit(port);
			}
		});
	}

	private void connectToRabbit(int port) throws IOException, TimeoutException {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setHost("127.0.0.1");
		factory.setPort(port);
		factory.setAutomaticRecoveryEnabled(false);
		factory.setConnectionTimeout(WAIT_MILLIS);
		Connection connection = factory.newConnection("receiver");
		for (String destination : this.destinations) {
			Channel channel = connection.createChannel();
			channel.exchangeDeclare(destination, BuiltinExchangeType.TOPIC, true);
			channel.queueDeclare(destination, true, false, false, Map.of());
			channel.queueBind(destination, destination, "#");
			channel.basicQos(500);
			channel.basicConsume(destination, false, new DefaultConsumer(channel) {
				@Override
				public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
						throws IOException {
					NumberReceivers.this.taker.accept(destination, body);
					channel.basicAck(envelope.getDeliveryTag(), false);
				}
			});
		}
		this.rabbit = connection;
	}

	/** Makes a session that outlives the connection, and reads. */
	void mqtt(int port) throws MqttException {
		connectToMqtt(port);
		again("mqtt", () -> {
			MqttAsyncClient client = this.mqtt.get(port);
			if (client == null || !client.isConnected()) {
				if (client != null) {
					this.mqtt.remove(port);
					client.disconnectForcibly(0, 100, false);
					client.close(true);
				}
				connectToMqtt(port);
			}
		});
	}

	private void connectToMqtt(int port) throws MqttException {
		MqttAsyncClient client = new MqttAsyncClient("tcp://127.0.0.1:" + port, "receiver", new MemoryPersistence());
		this.mqtt.put(port, client);
		MqttConnectionOptions options = new MqttConnectionOptions();
		options.setAutomaticReconnect(false);
		options.setCleanStart(false);
		options.setSessionExpiryInterval(3600L);
		options.setConnectionTimeout(WAIT_MILLIS / 1000);
		// What the session holds comes before it has subscribed again.
		client.setCallback(new Collecting(this.taker));
		client.connect(options).waitForCompletion(WAIT_MILLIS);
		for (String destination : this.destinations) {
			client.subscribe(destination, 1).waitForCompletion(WAIT_MILLIS);
		}
	}

	/** Reads queues. */
	void amqp10(int port) {
		this.destinations.forEach((destination) -> again("amqp10", () -> readQueue(port, destination)));
	}

	private void readQueue(int port, String destination) throws JMSException {
		String url = "amqp://127.0.0.1:" + port
				+ "?jms.connectTimeout=%1$d&jms.requestTimeout=%1$d&jms.closeTimeout=500".formatted(WAIT_MILLIS);
		try (JMSContext context = new JmsConnectionFactory(url).createContext();
				JMSConsumer consumer = context.createConsumer(context.createQueue(destination))) {
			while (!this.closed) {
				Message message = consumer.receive(500);
				if (message != null) {
					this.taker.accept(destination, body(message));
				}
				// Says that the connection is broken, which receive() may keep to itself.
				context.getMetaData().getJMSVersion();
			}
		}
	}

	private static byte[] body(Message message) throws JMSException {
		// Qpid JMS has text for a content type that says so.
		return (message instanceof TextMessage text) ? text.getText().getBytes(StandardCharsets.UTF_8)
				: message.getBody(byte[].class);
	}

	private void again(String broker, Reading reading) {
		this.threads.scheduleWithFixedDelay(() -> {
			try {
				if (!this.closed) {
					reading.run();
				}
			}
			catch (IOException | TimeoutException | MqttException | JMSException | JMSRuntimeException ex) {
				logger.debug("{} is away", broker, ex);
			}
		}, RETRY_MILLIS, RETRY_MILLIS, TimeUnit.MILLISECONDS);
	}

	@Override
	public void close() throws MqttException {
		this.closed = true;
		this.threads.shutdown();
		try {
			this.threads.awaitTermination(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		if (this.rabbit != null) {
			this.rabbit.abort(1000);
		}
		for (MqttAsyncClient client : this.mqtt.values()) {
			client.disconnectForcibly(0, 500, false);
			client.close(true);
		}
	}

	/**
	 * What one client does.
	 */
	private interface Reading {

		void run() throws IOException, TimeoutException, MqttException, JMSException;

	}

}
