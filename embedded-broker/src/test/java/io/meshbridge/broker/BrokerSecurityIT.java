package io.meshbridge.broker;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.meshbridge.bridge.OwnBroker;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import org.assertj.core.api.ThrowableAssert;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.security.crypto.bcrypt.BCrypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Who gets in, and what they may do, seen from clients that others wrote.
 */
class BrokerSecurityIT {

	private static final int NOT_AUTHORIZED = 0x87;

	@TempDir
	private Path folder = Path.of("");

	private static String[] users() {
		return new String[] { "users[0].name=plant",
				"users[0].password={bcrypt}" + BCrypt.hashpw("secret", BCrypt.gensalt("$2y", 4)), "users[1].name=other",
				"users[1].password={noop}plain" };
	}

	private static int reason(ThrowableAssert.ThrowingCallable call) {
		try {
			call.call();
		}
		catch (MqttException ex) {
			return ex.getReasonCode() & 0xff;
		}
		catch (org.eclipse.paho.client.mqttv3.MqttException ex) {
			return ex.getReasonCode();
		}
		catch (Throwable ex) {
			throw new AssertionError(ex);
		}
		return 0;
	}

	@Test
	void letsUsersInAndNobodyElse() throws Exception {
		try (Running broker = new Running(this.folder, users())) {
			broker.mqtt("a", "plant", "secret")
				.publish("plant/a", new byte[] { 1 }, 1, false)
				.waitForCompletion(30_000);
			broker.mqtt("b", "other", "plain").disconnect().waitForCompletion(30_000);
			assertThat(reason(() -> broker.mqtt("c", "plant", "wrong"))).isEqualTo(0x86);
			assertThat(reason(() -> broker.mqtt("d", "nobody", "secret"))).isEqualTo(0x86);
			assertThat(reason(() -> broker.mqtt("e", null, null))).isEqualTo(0x86);
			assertThat(reason(() -> mqtt3(broker, "secret"))).isZero();
			assertThat(reason(() -> mqtt3(broker, "wrong"))).isEqualTo(5);
			broker.amqp("plant", "secret").close();
			broker.amqp("other", "plain").close();
			assertThatExceptionOfType(JMSException.class).isThrownBy(() -> broker.amqp("plant", "wrong").close());
			assertThatExceptionOfType(JMSException.class).isThrownBy(() -> broker.amqp(null, null).close());
		}
	}

	private static void mqtt3(Running broker, String password) throws org.eclipse.paho.client.mqttv3.MqttException {
		try (MqttClient client = new MqttClient("tcp://127.0.0.1:" + broker.mqtt, "three",
				new org.eclipse.paho.client.mqttv3.persist.MemoryPersistence())) {
			MqttConnectOptions options = new MqttConnectOptions();
			options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
			options.setUserName("plant");
			options.setPassword(password.toCharArray());
			client.connect(options);
			client.disconnect();
		}
	}

	@Test
	void usersMayBeInAPropertiesFile() throws Exception {
		Path file = Files.writeString(this.folder.resolve("users.properties"), """
				meshbridge.embedded-broker.users[0].name=plant
				meshbridge.embedded-broker.users[0].password={bcrypt}%s
				""".formatted(BCrypt.hashpw("secret", BCrypt.gensalt("$2y", 4))));
		try (Running broker = new Running(this.folder, "spring.config.import=file:" + file)) {
			broker.mqtt("a", "plant", "secret").disconnect().waitForCompletion(30_000);
			assertThat(reason(() -> broker.mqtt("b", "plant", "wrong"))).isEqualTo(0x86);
			assertThat(reason(() -> broker.mqtt("c", null, null))).isEqualTo(0x86);
		}
	}

	@Test
	void nobodyGetsInWithThePasswordThatEachArtemisHas() throws Exception {
		try (Running broker = new Running(this.folder, users())) {
			assertThat(reason(() -> broker.mqtt("a", "ACTIVEMQ.CLUSTER.ADMIN.USER", "CHANGE ME!!"))).isEqualTo(0x86);
		}
	}

	@Test
	void theGatewayItselfHasALogin() throws Exception {
		try (Running broker = new Running(this.folder, users())) {
			OwnBroker.Entrance entrance = broker.context.getBean(OwnBroker.class).entrance("mqtt");
			assertThat(entrance).isNotNull().hasToString("127.0.0.1:" + broker.mqtt);
			broker.mqtt("own", entrance.username(), entrance.password()).disconnect().waitForCompletion(30_000);
			assertThat(reason(() -> broker.mqtt("own", entrance.username(), "guess"))).isEqualTo(0x86);
		}
	}

	@Test
	void mosquittoGetsInToo() throws Exception {
		try (Running broker = new Running(this.folder, users())) {
			assertThat(mosquitto(broker, "plant/a", "-u", "plant", "-P", "secret")).isEmpty();
			assertThat(mosquitto(broker, "plant/a", "-u", "plant", "-P", "wrong"))
				.contains("Bad User Name or Password");
			assertThat(mosquitto(broker, "plant/a")).contains("Bad User Name or Password");
			assertThat(mosquitto(broker, "$channel/orders", "-u", "plant", "-P", "secret"))
				.contains("Publish 1 failed: Not authorized");
		}
	}

	private static String mosquitto(Running broker, String topic, String... options)
			throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(
				List.of("mosquitto_pub", "-V", "5", "-p", "" + broker.mqtt, "-q", "1", "-t", topic, "-m", "21.5"));
		command.addAll(List.of(options));
		Process process;
		try {
			process = new ProcessBuilder(command).redirectErrorStream(true).start();
		}
		catch (IOException ex) {
			return Assumptions.abort("mosquitto_pub is not installed: " + ex.getMessage());
		}
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
	}

	@Test
	void hangsUpOnAFrameThatIsTooLarge() throws Exception {
		try (Running broker = new Running(this.folder); Socket socket = new Socket("127.0.0.1", broker.amqp)) {
			socket.setSoTimeout(30_000);
			ByteBuffer frame = ByteBuffer.allocate(16)
				.put(new byte[] { 'A', 'M', 'Q', 'P', 0, 1, 0, 0 })
				.putInt(1_000_000)
				.put((byte) 2)
				.put((byte) 0)
				.putShort((short) 0);
			socket.getOutputStream().write(frame.array());
			assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
				.contains("amqp:connection:framing-error");
		}
	}

	@Test
	void doesNotListenToTheWorldWithoutUsers() {
		assertThatThrownBy(() -> new Running(this.folder, "address=0.0.0.0").close())
			.hasStackTraceContaining("MQTT on 0.0.0.0")
			.hasStackTraceContaining("meshbridge.embedded-broker.users")
			.hasStackTraceContaining("meshbridge.embedded-broker.open-to-everyone=true");
	}

	@Test
	void listensToTheWorldWithUsersOrWhenToldTo() throws Exception {
		List<String> withUsers = new ArrayList<>(List.of(users()));
		withUsers.add("address=0.0.0.0");
		try (Running broker = new Running(this.folder, withUsers.toArray(String[]::new))) {
			assertThat(broker.context.getBean(OwnBroker.class).entrance("mqtt"))
				.hasToString("127.0.0.1:" + broker.mqtt);
		}
		try (Running broker = new Running(this.folder, "address=0.0.0.0", "open-to-everyone=true")) {
			broker.mqtt("a", null, null).disconnect().waitForCompletion(30_000);
		}
	}

	@Test
	void clientsCanNotWriteIntoChannelsOrTheBrokersOwnAddresses() throws Exception {
		try (Running broker = new Running(this.folder)) {
			for (String topic : List.of("$channel/orders", "$sys/mqtt/sessions", "activemq/management")) {
				MqttAsyncClient client = broker.mqtt("writer", null, null);
				IMqttToken token = client.publish(topic, new byte[] { 1 }, 1, false);
				token.waitForCompletion(30_000);
				assertThat(token.getReasonCodes()).as(topic).containsExactly(NOT_AUTHORIZED);
				client.disconnectForcibly(100, 100, false);
				client.close(true);
			}
			try (Connection connection = broker.amqp(null, null); Session session = connection.createSession()) {
				for (String address : List.of("$channel.orders", "$sys.mqtt.sessions", "activemq.management")) {
					assertThatExceptionOfType(JMSException.class).as(address)
						.isThrownBy(() -> session.createProducer(session.createQueue(address))
							.send(session.createTextMessage("x")));
				}
				assertThatExceptionOfType(JMSSecurityException.class)
					.isThrownBy(() -> session.createConsumer(session.createTopic("#")));
			}
		}
	}

	@Test
	void refusesWhatIsTooLarge() throws Exception {
		try (Running broker = new Running(this.folder, "max-message-size=64KB")) {
			MqttAsyncClient client = broker.mqtt("large", null, null);
			assertThat(reason(() -> client.publish("plant/a", new byte[100_000], 1, false).waitForCompletion(30_000)))
				.isNotZero();
			client.disconnectForcibly(100, 100, false);
			client.close(true);
			try (Connection connection = broker.amqp(null, null); Session session = connection.createSession()) {
				assertThatExceptionOfType(JMSException.class).isThrownBy(() -> {
					jakarta.jms.BytesMessage message = session.createBytesMessage();
					message.writeBytes(new byte[100_000]);
					session.createProducer(session.createQueue("plant")).send(message);
				}).withMessageContaining("meshbridge.embedded-broker.max-message-size");
				MessageConsumer consumer = session.createConsumer(session.createQueue("plant"));
				assertThat(consumer.receive(300)).isNull();
			}
		}
	}

}
