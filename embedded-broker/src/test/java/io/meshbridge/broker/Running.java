package io.meshbridge.broker;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.meshbridge.bridge.test.broker.FreePort;
import jakarta.jms.JMSException;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * A broker in this JVM, with ports of its own, and clients for it.
 */
final class Running implements AutoCloseable {

	final int mqtt = FreePort.any();

	final int amqp = FreePort.any();

	final ConfigurableApplicationContext context;

	Running(Path folder, String... properties) {
		List<String> arguments = new ArrayList<>(List.of("--spring.main.banner-mode=off", "--logging.level.root=warn",
				"--spring.config.location=optional:classpath:/no-files/", "--meshbridge.data-dir=" + folder,
				"--meshbridge.embedded-broker.mqtt.port=" + this.mqtt,
				"--meshbridge.embedded-broker.amqp.port=" + this.amqp));
		for (String property : properties) {
			arguments.add("--" + (property.startsWith("spring.") || property.startsWith("logging.") ? ""
					: "meshbridge.embedded-broker.") + property);
		}
		this.context = new SpringApplicationBuilder(App.class).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.run(arguments.toArray(String[]::new));
	}

	MqttAsyncClient mqtt(String id, @Nullable String user, @Nullable String password) throws MqttException {
		MqttAsyncClient client = new MqttAsyncClient("tcp://127.0.0.1:" + this.mqtt, id, new MemoryPersistence());
		MqttConnectionOptions options = new MqttConnectionOptions();
		options.setUserName(user);
		options.setPassword((password != null) ? password.getBytes(StandardCharsets.UTF_8) : null);
		options.setSessionExpiryInterval(3600L);
		client.connect(options).waitForCompletion(30_000);
		return client;
	}

	jakarta.jms.Connection amqp(@Nullable String user, @Nullable String password) throws JMSException {
		jakarta.jms.Connection connection = new JmsConnectionFactory(user, password,
				"amqp://127.0.0.1:" + this.amqp + "?jms.sendTimeout=30000&jms.requestTimeout=30000")
			.createConnection();
		connection.start();
		return connection;
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class App {

	}

}
