package io.meshbridge.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import com.sun.net.httpserver.HttpServer;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.Message;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * The gateway with its own broker, and clients of it that nobody here wrote: Qpid JMS,
 * Paho and mosquitto.
 */
class EmbeddedBrokerIT {

	private static final Duration WAIT = Duration.ofSeconds(60);

	private static final int MANY = 5000;

	private static final String USER = "plant";

	/** Of "secret". */
	private static final String HASH = "{bcrypt}$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";

	private static final String STORE_PASSWORD = "changeit";

	@TempDir
	private Path folder = Path.of("");

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final int mqttPort = GatewayProcess.freePort();

	private final int amqpPort = GatewayProcess.freePort();

	private GatewayProcess gateway(String routes, String... options) throws IOException {
		Files.writeString(this.folder.resolve("routes.yaml"), routes);
		List<String> all = new ArrayList<>(List.of("--meshbridge.embedded-broker.mqtt.port=" + this.mqttPort,
				"--meshbridge.embedded-broker.amqp.port=" + this.amqpPort));
		all.addAll(List.of(options));
		return new GatewayProcess(this.folder, all);
	}

	private static final String ROUND = """
			routes:
			  - {id: in, from: 'mqtt:plant/+', to: 'amqp10:middle', event: {type: reading, source: /plant}}
			  - {id: through, from: 'amqp10:middle', to: 'amqp10:orders'}
			  - {id: out, from: 'amqp10:answers', to: 'mqtt:answers', event: {type: answer, source: /office}}
			""";

	private static List<String> users() {
		return List.of("--meshbridge.embedded-broker.users[0].name=" + USER,
				"--meshbridge.embedded-broker.users[0].password=" + HASH);
	}

	@Test
	void carriesMessagesBetweenClientsThatLogIn() throws Exception {
		try (GatewayProcess gateway = gateway(ROUND, users().toArray(String[]::new))) {
			gateway.start().awaitBound();
			bothWays("tcp://127.0.0.1:" + this.mqttPort, "amqp://127.0.0.1:" + this.amqpPort, null);
			mosquitto("21.5", "-u", USER, "-P", "secret");
			assertThat(mosquittoFails("-u", USER, "-P", "wrong")).contains("Bad User Name or Password");
			try (JMSContext jms = new JmsConnectionFactory(USER, "secret", "amqp://127.0.0.1:" + this.amqpPort)
				.createContext()) {
				assertThat(text(jms, "orders")).isEqualTo("21.5");
			}
		}
	}

	@Test
	void carriesMessagesOverTls() throws Exception {
		Path store = this.folder.resolve("broker.p12");
		keytool("-genkeypair", "-alias", "broker", "-keyalg", "EC", "-dname", "CN=localhost", "-ext",
				"SAN=dns:localhost,ip:127.0.0.1", "-validity", "2", "-storetype", "PKCS12", "-keystore",
				store.toString(), "-storepass", STORE_PASSWORD);
		Certificate certificate = KeyStore.getInstance(store.toFile(), STORE_PASSWORD.toCharArray())
			.getCertificate("broker");
		List<String> options = new ArrayList<>(users());
		options.addAll(List.of("--meshbridge.embedded-broker.ssl-bundle=broker",
				"--spring.ssl.bundle.jks.broker.keystore.location=file:" + store,
				"--spring.ssl.bundle.jks.broker.keystore.password=" + STORE_PASSWORD));
		try (GatewayProcess gateway = gateway(ROUND, options.toArray(String[]::new))) {
			gateway.start().awaitBound();
			bothWays("ssl://localhost:" + this.mqttPort, "amqps://localhost:" + this.amqpPort, trusting(certificate));
			Path pem = this.folder.resolve("broker.pem");
			Files.writeString(pem,
					"-----BEGIN CERTIFICATE-----\n"
							+ Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(certificate.getEncoded())
							+ "\n-----END CERTIFICATE-----\n");
			mosquitto("22.5", "-h", "localhost", "--cafile", pem.toString(), "-u", USER, "-P", "secret");
			assertThat(mosquittoFails("-u", USER, "-P", "secret")).isNotEmpty();
			assertThatExceptionOfType(MqttException.class)
				.isThrownBy(() -> paho("tcp://127.0.0.1:" + this.mqttPort, "secret", null, new Collecting()));
		}
	}

	@Test
	void confirmsWithoutUnsafeAsOnJava25() throws Exception {
		try (GatewayProcess gateway = gateway(ROUND).jvm("-Dio.netty.noUnsafe=true")) {
			gateway.start().awaitBound();
			try (JMSContext jms = new JmsConnectionFactory("amqp://127.0.0.1:" + this.amqpPort).createContext()) {
				jms.createProducer().send(jms.createQueue("orders"), "taken");
				assertThat(text(jms, "orders")).isEqualTo("taken");
			}
			assertThat(gateway.logText()).contains("(NIO)");
		}
	}

	/** MQTT to AMQP and back; and nobody with a wrong password. */
	private void bothWays(String mqttUrl, String amqpUrl, @Nullable SSLContext tls) throws Exception {
		Collecting answers = new Collecting();
		MqttAsyncClient mqtt = paho(mqttUrl, "secret", tls, answers);
		mqtt.subscribe("answers", 1).waitForCompletion(WAIT.toMillis());
		mqtt.publish("plant/a", "20.5".getBytes(StandardCharsets.UTF_8), 1, false).waitForCompletion(WAIT.toMillis());
		JmsConnectionFactory factory = new JmsConnectionFactory(USER, "secret", amqpUrl);
		factory.setSslContext(tls);
		try (JMSContext jms = factory.createContext()) {
			assertThat(text(jms, "orders")).isEqualTo("20.5");
			jms.createProducer().send(jms.createQueue("answers"), "too warm");
			await().atMost(WAIT).untilAsserted(() -> assertThat(answers.texts()).containsExactly("too warm"));
		}
		mqtt.disconnect().waitForCompletion(WAIT.toMillis());
		mqtt.close();
		assertThatExceptionOfType(MqttException.class).isThrownBy(() -> paho(mqttUrl, "wrong", tls, new Collecting()));
		JmsConnectionFactory stranger = new JmsConnectionFactory(USER, "wrong", amqpUrl);
		stranger.setSslContext(tls);
		assertThatExceptionOfType(JMSSecurityRuntimeException.class).isThrownBy(() -> stranger.createContext().start());
	}

	private static String text(JMSContext jms, String queue) throws Exception {
		try (JMSConsumer consumer = jms.createConsumer(jms.createQueue(queue))) {
			Message message = consumer.receive(WAIT.toMillis());
			assertThat(message).as("message from " + queue).isNotNull();
			return (message instanceof BytesMessage) ? new String(message.getBody(byte[].class), StandardCharsets.UTF_8)
					: message.getBody(String.class);
		}
	}

	/** A client that comes back to its session. */
	private static MqttAsyncClient paho(String url, @Nullable String password, @Nullable SSLContext tls,
			Collecting received) throws MqttException {
		MqttAsyncClient client = new MqttAsyncClient(url, "paho", new MemoryPersistence());
		client.setCallback(received);
		MqttConnectionOptions options = new MqttConnectionOptions();
		if (password != null) {
			options.setUserName(USER);
			options.setPassword(password.getBytes(StandardCharsets.UTF_8));
		}
		if (tls != null) {
			options.setSocketFactory(tls.getSocketFactory());
		}
		options.setCleanStart(false);
		options.setSessionExpiryInterval(3600L);
		try {
			client.connect(options).waitForCompletion(WAIT.toMillis());
			return client;
		}
		catch (MqttException ex) {
			client.close(true);
			throw ex;
		}
	}

	private void mosquitto(String text, String... options) throws Exception {
		Shell.run("mosquitto_pub", "mosquitto_pub -V 5 -q 1 -t plant/b -m " + text + " -p " + this.mqttPort + " "
				+ String.join(" ", options), Map.of());
	}

	private String mosquittoFails(String... options) throws Exception {
		return Shell.run("mosquitto_pub", "! mosquitto_pub -V 5 -q 1 -t plant/b -m 1 -p " + this.mqttPort + " "
				+ String.join(" ", options) + " 2>&1", Map.of());
	}

	private static void keytool(String... options) throws Exception {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
		command.addAll(List.of(options));
		assertThat(run(command)).as("keytool").isTrue();
	}

	private static boolean run(List<String> command) throws InterruptedException {
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
			return process.waitFor(WAIT.toSeconds(), TimeUnit.SECONDS) && process.exitValue() == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static SSLContext trusting(Certificate certificate) throws Exception {
		KeyStore trust = KeyStore.getInstance(KeyStore.getDefaultType());
		trust.load(null);
		trust.setCertificateEntry("it", certificate);
		TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		managers.init(trust);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, managers.getTrustManagers(), null);
		return context;
	}

	@Test
	void aSubscriberThatWasAwayGetsAllThatWasAcknowledgedThoughTheGatewayWasKilled() throws Exception {
		String url = "tcp://127.0.0.1:" + this.mqttPort;
		try (GatewayProcess gateway = gateway("routes: [{id: r, from: 'http:/a', to: 'amqp10:a'}]")) {
			gateway.start().awaitBound();
			MqttAsyncClient subscriber = paho(url, null, null, new Collecting());
			subscriber.subscribe("away/+", 1).waitForCompletion(WAIT.toMillis());
			subscriber.disconnect().waitForCompletion(WAIT.toMillis());
			subscriber.close(true);
			MqttAsyncClient publisher = new MqttAsyncClient(url, "publisher", new MemoryPersistence());
			publisher.connect().waitForCompletion(WAIT.toMillis());
			for (int sent = 0; sent < MANY; sent += 100) {
				publish(publisher, sent, sent + 100);
			}
			gateway.kill();
			// It may not have noticed yet, and refuses to be closed while connected.
			publisher.disconnectForcibly(0, 100, false);
			publisher.close(true);
			gateway.start().awaitBound();
			Collecting received = new Collecting();
			MqttAsyncClient back = paho(url, null, null, received);
			await().atMost(WAIT).until(() -> received.texts().size() >= MANY);
			assertThat(received.texts()).isEqualTo(IntStream.range(0, MANY).mapToObj(String::valueOf).toList());
			back.disconnect().waitForCompletion(WAIT.toMillis());
			back.close();
		}
	}

	/** Returns when all are acknowledged. */
	private static void publish(MqttAsyncClient publisher, int from, int to) throws MqttException {
		List<IMqttToken> tokens = new ArrayList<>();
		for (int i = from; i < to; i++) {
			tokens.add(publisher.publish("away/a", String.valueOf(i).getBytes(StandardCharsets.UTF_8), 1, false));
		}
		for (IMqttToken token : tokens) {
			token.waitForCompletion(WAIT.toMillis());
		}
	}

	@Test
	void aFullDiskIsToldToHttpSendersAndLosesNothing() throws Exception {
		Path disk = Files.createDirectory(this.folder.resolve("disk"));
		assumeThat(run(List.of("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk.toString())))
			.as("this user may mount a small disk")
			.isTrue();
		int targetPort = GatewayProcess.freePort();
		try (GatewayProcess gateway = gateway("""
				routes:
				  - id: orders
				    from: http:/orders
				    to: http://127.0.0.1:%d/orders
				    delivery: {dead-letter-sink: none, backoff-max-delay: 500ms}
				""".formatted(targetPort), "--meshbridge.data-dir=" + disk,
				"--meshbridge.embedded-broker.min-disk-free=24MB", "--meshbridge.embedded-broker.max-disk-usage=100")) {
			gateway.start().awaitBound();
			Set<String> acknowledged = new LinkedHashSet<>();
			HttpResponse<String> answer = order(gateway, 0);
			while (answer.statusCode() == 202 && acknowledged.size() < MANY) {
				acknowledged.add(String.valueOf(acknowledged.size()));
				answer = order(gateway, acknowledged.size());
			}
			assertThat(answer.statusCode()).isEqualTo(507);
			assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
			assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
			assertThat(answer.body()).contains("\"status\":507", "meshbridge.embedded-broker.min-disk-free");
			assertThat(acknowledged).hasSizeGreaterThan(100);
			await().atMost(WAIT).until(() -> gateway.logText().contains("takes no new messages"));

			Set<String> delivered = ConcurrentHashMap.newKeySet();
			HttpServer target = receiver(targetPort, delivered);
			try {
				await().atMost(WAIT).untilAsserted(() -> assertThat(delivered).containsAll(acknowledged));
				await().atMost(WAIT).untilAsserted(() -> assertThat(order(gateway, MANY).statusCode()).isEqualTo(202));
				await().atMost(WAIT).until(() -> delivered.contains(String.valueOf(MANY)));
				await().atMost(WAIT).until(() -> gateway.logText().contains("takes messages again"));
			}
			finally {
				target.stop(0);
			}
		}
		finally {
			assertThat(run(List.of("umount", disk.toString()))).isTrue();
		}
	}

	private HttpResponse<String> order(GatewayProcess gateway, int id) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.eventPort() + "/orders"))
			.timeout(WAIT)
			.header("ce-specversion", "1.0")
			.header("ce-id", String.valueOf(id))
			.header("ce-source", "/shop")
			.header("ce-type", "order")
			.header("Content-Type", "application/octet-stream")
			.POST(HttpRequest.BodyPublishers.ofByteArray(new byte[50_000]))
			.build();
		return this.client.send(request, HttpResponse.BodyHandlers.ofString());
	}

	private static HttpServer receiver(int port, Set<String> ids) throws IOException {
		HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 100);
		server.createContext("/", (exchange) -> {
			exchange.getRequestBody().readAllBytes();
			ids.add(exchange.getRequestHeaders().getFirst("ce-id"));
			exchange.sendResponseHeaders(204, -1);
			exchange.close();
		});
		server.start();
		return server;
	}

}
