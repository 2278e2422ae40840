package io.meshbridge.broker;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.Session;
import org.awaitility.Awaitility;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A disk that is too small, which takes the right to mount one.
 */
class DiskFullIT {

	private static final int QUOTA_EXCEEDED = 0x97;

	@TempDir
	private Path folder = Path.of("");

	private Path disk = Path.of("");

	private boolean mounted;

	@BeforeEach
	void mountASmallDisk() throws Exception {
		this.disk = Files.createDirectory(this.folder.resolve("disk"));
		this.mounted = run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", this.disk.toString());
		Assumptions.assumeTrue(this.mounted, "this user may not mount a small disk");
	}

	@AfterEach
	void unmount() throws Exception {
		if (this.mounted) {
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> run("umount", this.disk.toString()));
		}
	}

	private static boolean run(String... command) throws InterruptedException {
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
			return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private Running broker(String... more) {
		List<String> properties = new ArrayList<>(List.of("min-disk-free=24MB", "max-disk-usage=100"));
		properties.addAll(List.of(more));
		return new Running(this.disk, properties.toArray(String[]::new));
	}

	/**
	 * Sends until one is refused.
	 * @return the numbers of those that the broker took
	 */
	private static Set<Integer> fill(Session session, MessageProducer producer, int from) throws JMSException {
		Set<Integer> taken = new HashSet<>();
		for (int i = from; i < from + 20_000; i++) {
			BytesMessage message = session.createBytesMessage();
			message.writeBytes(new byte[10_000]);
			message.setIntProperty("number", i);
			try {
				producer.send(message);
				taken.add(i);
			}
			catch (ResourceAllocationException ex) {
				assertThat(ex).hasMessageContaining("meshbridge.embedded-broker.min-disk-free");
				return taken;
			}
		}
		throw new AssertionError("the disk was never full");
	}

	private static Set<Integer> read(Session session, int count) throws JMSException {
		Set<Integer> read = new HashSet<>();
		try (MessageConsumer consumer = session.createConsumer(session.createQueue("orders"))) {
			for (int i = 0; i < count; i++) {
				Message message = consumer.receive(15_000);
				if (message == null) {
					break;
				}
				read.add(message.getIntProperty("number"));
			}
		}
		return read;
	}

	@ParameterizedTest
	@ValueSource(strings = { "auto", "nio" })
	void refusesInTheWordsOfEachProtocolAndLosesNothing(String journalType) throws Exception {
		Set<Integer> taken;
		try (Running broker = broker("journal-type=" + journalType);
				Connection connection = broker.amqp(null, null);
				Session session = connection.createSession()) {
			MqttAsyncClient five = broker.mqtt("five", null, null);
			five.publish("plant/a", new byte[1], 1, false).waitForCompletion(30_000);
			five.subscribe("plant/#", 1).waitForCompletion(30_000);
			MessageProducer producer = session.createProducer(session.createQueue("orders"));
			taken = fill(session, producer, 0);
			assertThat(taken).hasSizeGreaterThan(500);

			IMqttToken token = five.publish("plant/a", new byte[100], 1, false);
			token.waitForCompletion(30_000);
			assertThat(token.getReasonCodes()).containsExactly(QUOTA_EXCEEDED);
			assertThat(five.isConnected()).isTrue();
			assertThatExceptionOfType(org.eclipse.paho.client.mqttv3.MqttException.class)
				.isThrownBy(() -> publishMqtt3(broker));
			assertThatExceptionOfType(Exception.class)
				.isThrownBy(() -> five.publish("plant/a", new byte[100], 2, false).waitForCompletion(3000));
			five.disconnectForcibly(100, 100, false);
			five.close(true);

			// Space returns as somebody reads.
			Set<Integer> read = read(session, taken.size());
			assertThat(read).isEqualTo(taken);
			Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> {
				BytesMessage message = session.createBytesMessage();
				message.setIntProperty("number", -1);
				producer.send(message);
			});
			publishMqtt3(broker);
		}
	}

	private static void publishMqtt3(Running broker) throws org.eclipse.paho.client.mqttv3.MqttException {
		MqttClient client = new MqttClient("tcp://127.0.0.1:" + broker.mqtt, "three", new MemoryPersistence());
		try {
			client.setTimeToWait(20_000);
			MqttConnectOptions options = new MqttConnectOptions();
			options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
			client.connect(options);
			client.publish("plant/a", new byte[100], 1, false);
			client.disconnect();
		}
		finally {
			client.close(true);
		}
	}

	@Test
	void goesOnWhenSomethingElseMakesRoomAndKeepsAllOverARestart() throws Exception {
		Path other = this.disk.resolve("other");
		Set<Integer> taken;
		try (Running broker = broker();
				Connection connection = broker.amqp(null, null);
				Session session = connection.createSession()) {
			try (RandomAccessFile file = new RandomAccessFile(other.toFile(), "rw")) {
				file.write(new byte[10_000_000]);
			}
			MessageProducer producer = session.createProducer(session.createQueue("orders"));
			taken = fill(session, producer, 0);
			Files.delete(other);
			Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> {
				BytesMessage message = session.createBytesMessage();
				message.setIntProperty("number", -1);
				producer.send(message);
			});
			taken.add(-1);
			taken.addAll(fill(session, producer, 100_000));
		}
		try (Running broker = broker();
				Connection connection = broker.amqp(null, null);
				Session session = connection.createSession()) {
			assertThat(read(session, taken.size() + 10)).containsAll(taken);
		}
	}

	@Test
	void saysThatTheDiskIsReadOnly() throws Exception {
		broker().close();
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> run("mount", "-o", "remount,ro", this.disk.toString()));
		assertThatThrownBy(() -> broker().close()).hasStackTraceContaining("'" + this.disk.resolve("broker") + "'")
			.hasStackTraceContaining("Read-only file system")
			.hasStackTraceContaining("meshbridge.data-dir");
	}

}
