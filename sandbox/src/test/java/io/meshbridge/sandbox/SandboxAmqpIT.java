package io.meshbridge.sandbox;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SandboxAmqpIT {

	private static final Duration WAIT = Duration.ofSeconds(30);

	@Test
	void confirmsAndKeepsMessagesWhileItDoesNotListen(@TempDir Path folder) throws Exception {
		try (SandboxAmqp amqp = SandboxAmqp.start(FreePort.any(), folder)) {
			Connection connection = factory(amqp).newConnection();
			publish(connection);
			amqp.stop();
			Awaitility.await().atMost(WAIT).until(() -> !connection.isOpen());
			// The system may take connections for a moment longer, and reset them.
			Awaitility.await()
				.atMost(WAIT)
				.untilAsserted(() -> assertThatExceptionOfType(ConnectException.class)
					.isThrownBy(() -> factory(amqp).newConnection()));
			amqp.start();
			try (Connection again = factory(amqp).newConnection(); Channel channel = again.createChannel()) {
				GetResponse found = channel.basicGet("orders", true);
				assertThat(found).isNotNull();
				assertThat(new String(found.getBody(), StandardCharsets.UTF_8)).isEqualTo("42");
			}
		}
	}

	private static ConnectionFactory factory(SandboxAmqp amqp) {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setHost("127.0.0.1");
		factory.setPort(amqp.port());
		factory.setAutomaticRecoveryEnabled(false);
		return factory;
	}

	private static void publish(Connection connection) throws IOException, InterruptedException {
		Channel channel = connection.createChannel();
		channel.confirmSelect();
		channel.queueDeclare("orders", true, false, false, null);
		channel.basicPublish("", "orders", MessageProperties.PERSISTENT_BASIC, "42".getBytes(StandardCharsets.UTF_8));
		assertThat(channel.waitForConfirms()).isTrue();
	}

}
