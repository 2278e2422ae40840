package io.meshbridge.bridge.mqtt;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.test.broker.FreePort;
import org.awaitility.Awaitility;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One publisher, several topics, durable messages at full speed through the embedded
 * broker: what comes over one topic comes in the order it was sent, to a client of
 * somebody else and to the gateway's own source. An Artemis without our plugin fails
 * here.
 */
class OrderUnderLoadIT {

	private static final Logger logger = LoggerFactory.getLogger(OrderUnderLoadIT.class);

	private static final int MANY = Integer.getInteger("meshbridge.it.flood", 100_000);

	private static final int TOPICS = 4;

	/** Publishes without an acknowledgement. */
	private static final int WINDOW = 1000;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@TempDir
	private Path folder = Path.of("");

	private final int port = FreePort.any();

	private final Arrivals toClient = new Arrivals();

	private final Arrivals toGateway = new Arrivals();

	private final Semaphore window = new Semaphore(WINDOW);

	private String url() {
		return "tcp://127.0.0.1:" + this.port;
	}

	private Gateway gateway(String version) {
		Gateway gateway = new Gateway(Map.of("meshbridge.embedded-broker.mqtt.port", this.port, "meshbridge.data-dir",
				this.folder.toString(), "meshbridge.mqtt.version", version, "meshbridge.instance-id", "a",
				"meshbridge.embedded-broker.amqp.enabled", "false"));
		gateway.source("flood/+", "g", 1000, (message) -> {
			Content.Plain plain = (Content.Plain) message.content();
			this.toGateway.add(String.valueOf(plain.message().property("topic")),
					Objects.requireNonNull(plain.message().data()));
			message.accept();
		});
		return gateway;
	}

	private static String topic(int number) {
		return "flood/" + number % TOPICS;
	}

	private static byte[] payload(int number) {
		return String.valueOf(number).getBytes(StandardCharsets.US_ASCII);
	}

	private void flood(Publish publish) throws Exception {
		long start = System.nanoTime();
		for (int number = 0; number < MANY; number++) {
			assertThat(this.window.tryAcquire(60, TimeUnit.SECONDS)).as("acknowledgements before " + number).isTrue();
			publish.send(topic(number), payload(number));
		}
		Awaitility.await().atMost(PATIENCE).until(() -> this.toClient.count.get() >= MANY);
		Awaitility.await().atMost(PATIENCE).until(() -> this.toGateway.count.get() >= MANY);
		double seconds = (System.nanoTime() - start) / 1e9;
		for (Arrivals arrivals : List.of(this.toClient, this.toGateway)) {
			assertThat(arrivals.problems).isEmpty();
			assertThat(arrivals.count).hasValue(MANY);
		}
		logger.info("{} messages to two subscribers in {} s", MANY, seconds);
	}

	@Test
	void mqtt5KeepsTheOrderOfEachTopic() throws Exception {
		try (Gateway gateway = gateway("5")) {
			MqttAsyncClient subscriber = client5("subscriber");
			subscriber.subscribe("flood/+", 1).waitForCompletion(30_000);
			MqttAsyncClient publisher = client5("publisher");
			flood((topic, payload) -> publisher.publish(topic, new MqttMessage(payload, 1, false, null)));
			for (MqttAsyncClient client : List.of(subscriber, publisher)) {
				client.disconnectForcibly(100, 1000, true);
				client.close(true);
			}
			assertThat(gateway).isNotNull();
		}
	}

	private MqttAsyncClient client5(String id) throws MqttException {
		MqttAsyncClient client = new MqttAsyncClient(url(), id, new MemoryPersistence());
		client.setCallback(new Callback5());
		MqttConnectionOptions options = new MqttConnectionOptions();
		options.setSessionExpiryInterval(3600L);
		client.connect(options).waitForCompletion(30_000);
		return client;
	}

	@Test
	void mqtt3KeepsTheOrderOfEachTopic() throws Exception {
		try (Gateway gateway = gateway("3.1.1")) {
			org.eclipse.paho.client.mqttv3.MqttAsyncClient subscriber = client3("subscriber");
			subscriber.subscribe("flood/+", 1).waitForCompletion(30_000);
			org.eclipse.paho.client.mqttv3.MqttAsyncClient publisher = client3("publisher");
			flood((topic, payload) -> publisher.publish(topic, payload, 1, false));
			for (org.eclipse.paho.client.mqttv3.MqttAsyncClient client : List.of(subscriber, publisher)) {
				client.disconnectForcibly(100, 1000);
				client.close(true);
			}
			assertThat(gateway).isNotNull();
		}
	}

	private org.eclipse.paho.client.mqttv3.MqttAsyncClient client3(String id)
			throws org.eclipse.paho.client.mqttv3.MqttException {
		org.eclipse.paho.client.mqttv3.MqttAsyncClient client = new org.eclipse.paho.client.mqttv3.MqttAsyncClient(
				url(), id, new org.eclipse.paho.client.mqttv3.persist.MemoryPersistence());
		client.setCallback(new Callback3());
		MqttConnectOptions options = new MqttConnectOptions();
		options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
		options.setCleanSession(false);
		options.setMaxInflight(2 * WINDOW);
		client.connect(options).waitForCompletion(30_000);
		return client;
	}

	private interface Publish {

		void send(String topic, byte[] payload) throws Exception;

	}

	/**
	 * What came, by topic.
	 */
	private static final class Arrivals {

		final AtomicInteger count = new AtomicInteger();

		/** Guarded by this, as the next. */
		final List<String> problems = new ArrayList<>();

		private final int[] next = new int[TOPICS];

		Arrivals() {
			for (int topic = 0; topic < TOPICS; topic++) {
				this.next[topic] = topic;
			}
		}

		synchronized void add(String topic, byte[] payload) {
			int number = Integer.parseInt(new String(payload, StandardCharsets.US_ASCII));
			int lane = number % TOPICS;
			if (this.next[lane] != number || !topic.equals(topic(number))) {
				this.problems.add("%s: %d, expected %d".formatted(topic, number, this.next[lane]));
			}
			this.next[lane] = number + TOPICS;
			this.count.incrementAndGet();
		}

	}

	private final class Callback5 implements org.eclipse.paho.mqttv5.client.MqttCallback {

		@Override
		public void messageArrived(String topic, MqttMessage message) {
			OrderUnderLoadIT.this.toClient.add(topic, message.getPayload());
		}

		@Override
		public void deliveryComplete(IMqttToken token) {
			OrderUnderLoadIT.this.window.release();
		}

		@Override
		public void disconnected(MqttDisconnectResponse response) {
		}

		@Override
		public void mqttErrorOccurred(MqttException exception) {
		}

		@Override
		public void connectComplete(boolean reconnect, String serverUri) {
		}

		@Override
		public void authPacketArrived(int reasonCode, MqttProperties properties) {
		}

	}

	private final class Callback3 implements MqttCallback {

		@Override
		public void messageArrived(String topic, org.eclipse.paho.client.mqttv3.MqttMessage message) {
			OrderUnderLoadIT.this.toClient.add(topic, message.getPayload());
		}

		@Override
		public void deliveryComplete(IMqttDeliveryToken token) {
			OrderUnderLoadIT.this.window.release();
		}

		@Override
		public void connectionLost(Throwable cause) {
		}

	}

}
