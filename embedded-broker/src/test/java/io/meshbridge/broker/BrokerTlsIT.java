package io.meshbridge.broker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import io.meshbridge.bridge.OwnBroker;
import jakarta.jms.JMSException;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Listeners with TLS.
 */
class BrokerTlsIT {

	private static final String PASSWORD = "password";

	@TempDir
	private Path folder = Path.of("");

	@BeforeEach
	void makeCertificates() throws Exception {
		for (String name : List.of("broker", "client", "stranger")) {
			run("-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", "CN=" + name, "-ext",
					"SAN=dns:localhost,ip:127.0.0.1", "-validity", "2", "-storetype", "PKCS12", "-keystore",
					store(name).toString(), "-storepass", PASSWORD);
		}
		Path certificate = this.folder.resolve("client.crt");
		run("-exportcert", "-alias", "client", "-keystore", store("client").toString(), "-storepass", PASSWORD, "-file",
				certificate.toString());
		run("-importcert", "-noprompt", "-alias", "client", "-storetype", "PKCS12", "-keystore",
				store("trusted").toString(), "-storepass", PASSWORD, "-file", certificate.toString());
	}

	private Path store(String name) {
		return this.folder.resolve(name + ".p12");
	}

	private static void run(String... options) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
		command.addAll(List.of(options));
		Process process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		assertThat(process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0).as(options[0]).isTrue();
	}

	private Running broker(String... more) {
		List<String> properties = new ArrayList<>(
				List.of("ssl-bundle=broker", "users[0].name=plant", "users[0].password={noop}secret",
						"spring.ssl.bundle.jks.broker.keystore.location=file:" + store("broker"),
						"spring.ssl.bundle.jks.broker.keystore.password=" + PASSWORD,
						"spring.ssl.bundle.jks.broker.truststore.location=file:" + store("trusted"),
						"spring.ssl.bundle.jks.broker.truststore.password=" + PASSWORD));
		properties.addAll(List.of(more));
		return new Running(this.folder.resolve("data"), properties.toArray(String[]::new));
	}

	private SSLContext context(String key, String trusted) throws GeneralSecurityException, IOException {
		KeyManager[] keys = null;
		if (!key.isEmpty()) {
			KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
			managers.init(KeyStore.getInstance(store(key).toFile(), PASSWORD.toCharArray()), PASSWORD.toCharArray());
			keys = managers.getKeyManagers();
		}
		KeyStore trust = KeyStore.getInstance(KeyStore.getDefaultType());
		trust.load(null);
		trust.setCertificateEntry("it",
				KeyStore.getInstance(store(trusted).toFile(), PASSWORD.toCharArray()).getCertificate(trusted));
		TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		managers.init(trust);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys, managers.getTrustManagers(), null);
		return context;
	}

	private void mqtt(Running broker, String password, SSLContext tls) throws MqttException {
		MqttConnectionOptions options = new MqttConnectionOptions();
		options.setSocketFactory(tls.getSocketFactory());
		publish("ssl://127.0.0.1:" + broker.mqtt, "plant", password, options);
	}

	private static void publish(String url, @Nullable String user, String password, MqttConnectionOptions options)
			throws MqttException {
		options.setUserName(user);
		options.setPassword(password.getBytes(StandardCharsets.UTF_8));
		options.setAutomaticReconnect(false);
		MqttClient client = new MqttClient(url, "tls", new MemoryPersistence());
		try {
			client.connect(options);
			client.publish("plant/a", new byte[] { 1 }, 1, false);
			client.disconnect();
		}
		finally {
			client.close(true);
		}
	}

	private void amqp(Running broker, SSLContext tls) throws JMSException {
		JmsConnectionFactory factory = new JmsConnectionFactory("plant", "secret", "amqps://127.0.0.1:" + broker.amqp);
		factory.setSslContext(tls);
		factory.createConnection().close();
	}

	@Test
	void takesUsersThatTrustItsCertificate() throws Exception {
		try (Running broker = broker()) {
			mqtt(broker, "secret", context("", "broker"));
			amqp(broker, context("", "broker"));
			assertThatExceptionOfType(MqttException.class)
				.isThrownBy(() -> mqtt(broker, "wrong", context("", "broker")));
			assertThatExceptionOfType(MqttException.class)
				.isThrownBy(() -> mqtt(broker, "secret", context("", "stranger")));
			assertThatExceptionOfType(JMSException.class).isThrownBy(() -> amqp(broker, context("", "stranger")));
			assertThatExceptionOfType(MqttException.class).isThrownBy(() -> broker.mqtt("plain", "plant", "secret"));
			assertThatExceptionOfType(JMSException.class).isThrownBy(() -> broker.amqp("plant", "secret"));
		}
	}

	@Test
	void asksForACertificateIfItIsToldTo() throws Exception {
		try (Running broker = broker("client-auth=need")) {
			mqtt(broker, "secret", context("client", "broker"));
			amqp(broker, context("client", "broker"));
			assertThatExceptionOfType(MqttException.class)
				.isThrownBy(() -> mqtt(broker, "secret", context("", "broker")));
			assertThatExceptionOfType(MqttException.class)
				.isThrownBy(() -> mqtt(broker, "secret", context("stranger", "broker")));
			assertThatExceptionOfType(JMSException.class).isThrownBy(() -> amqp(broker, context("stranger", "broker")));
		}
	}

	@Test
	void theGatewayItselfHasAnEntranceOfItsOwn() throws Exception {
		try (Running broker = broker("client-auth=need", "address=0.0.0.0")) {
			OwnBroker.Entrance entrance = Objects
				.requireNonNull(broker.context.getBean(OwnBroker.class).entrance("mqtt"));
			assertThat(entrance.host()).isEqualTo("127.0.0.1");
			assertThat(entrance.port()).isNotEqualTo(broker.mqtt);
			assertThatExceptionOfType(MqttException.class)
				.isThrownBy(() -> publish(entrance.url("tcp"), null, "", new MqttConnectionOptions()));
			publish(entrance.url("tcp"), entrance.username(), entrance.password(), new MqttConnectionOptions());
		}
	}

	@Test
	void saysThatThereIsNoSuchBundle() {
		assertThatThrownBy(() -> new Running(this.folder, "ssl-bundle=missing").close())
			.hasStackTraceContaining("meshbridge.embedded-broker.ssl-bundle is 'missing'")
			.hasStackTraceContaining("spring.ssl.bundle");
		assertThat(Files.exists(this.folder.resolve("broker/journal"))).isFalse();
	}

}
