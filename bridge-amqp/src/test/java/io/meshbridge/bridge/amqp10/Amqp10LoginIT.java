package io.meshbridge.bridge.amqp10;

import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.binding.Bindings;
import io.meshbridge.bridge.test.Destination;
import io.meshbridge.bridge.test.SampleEvents;
import io.meshbridge.bridge.test.TestGateway;
import io.meshbridge.bridge.test.TestTarget;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * How the bridge logs in, seen from the server, and where it goes when a server is gone.
 */
class Amqp10LoginIT {

	@TempDir
	private Path folder = Path.of("");

	private static SaslPeer.Login loginAt(SaslPeer peer, Map<String, Object> properties) throws Exception {
		Amqp10Harness.Secured harness = new Amqp10Harness.Secured(new EmbeddedAmqp());
		try (TestGateway gateway = TestGateway.open(harness, properties)) {
			gateway.context().getBean(Bindings.class).bindTarget(new TargetSpec("out", "amqp10", "orders"));
			SaslPeer.Login login = peer.logins().poll(30, TimeUnit.SECONDS);
			assertThat(login).isNotNull();
			return login;
		}
		finally {
			harness.close();
		}
	}

	@Test
	void sendsABearerTokenAsXoauth2() throws Exception {
		try (SaslPeer peer = new SaslPeer(null, "PLAIN", "XOAUTH2", "ANONYMOUS")) {
			SaslPeer.Login login = loginAt(peer, Map.of("meshbridge.amqp10.url", "amqp://" + peer.authority(),
					"meshbridge.amqp10.username", "gateway", "meshbridge.amqp10.token", "abc.def.ghi"));
			assertThat(login).isEqualTo(
					new SaslPeer.Login("XOAUTH2", "user=gateway\u0001auth=Bearer abc.def.ghi\u0001\u0001", null));
		}
	}

	@Test
	void sendsUserAndPasswordAsPlainAndNeverComesInAsNobody() throws Exception {
		try (SaslPeer peer = new SaslPeer(null, "ANONYMOUS", "PLAIN");
				SaslPeer open = new SaslPeer(null, "ANONYMOUS")) {
			SaslPeer.Login login = loginAt(peer, Map.of("meshbridge.amqp10.url", "amqp://" + peer.authority(),
					"meshbridge.amqp10.username", "gateway", "meshbridge.amqp10.password", "secret"));
			assertThat(login).isEqualTo(new SaslPeer.Login("PLAIN", "\u0000gateway\u0000secret", null));
			assertThatException()
				.isThrownBy(() -> loginAt(open, Map.of("meshbridge.amqp10.url", "amqp://" + open.authority(),
						"meshbridge.amqp10.username", "gateway", "meshbridge.amqp10.password", "secret")));
			assertThat(open.logins()).isEmpty();
		}
	}

	@Test
	void showsItsCertificateForExternal() throws Exception {
		SecuredAmqp certificates = new SecuredAmqp(this.folder);
		try (SaslPeer peer = new SaslPeer(context(certificates.store()), "EXTERNAL", "PLAIN")) {
			Map<String, Object> properties = new HashMap<>();
			properties.put("meshbridge.amqp10.url", "amqps://" + peer.authority());
			properties.put("meshbridge.amqp10.sasl", "EXTERNAL");
			properties.put("meshbridge.amqp10.ssl-bundle", "own");
			for (String store : new String[] { "keystore", "truststore" }) {
				properties.put("spring.ssl.bundle.jks.own." + store + ".location",
						certificates.store().toUri().toString());
				properties.put("spring.ssl.bundle.jks.own." + store + ".password", SecuredAmqp.STORE_PASSWORD);
				properties.put("spring.ssl.bundle.jks.own." + store + ".type", "PKCS12");
			}
			SaslPeer.Login login = loginAt(peer, properties);
			assertThat(login.mechanism()).isEqualTo("EXTERNAL");
			assertThat(login.certificate()).isEqualTo("CN=localhost");
			assertThat(login.response()).isEmpty();
		}
	}

	private static SSLContext context(Path store) throws Exception {
		char[] password = SecuredAmqp.STORE_PASSWORD.toCharArray();
		KeyStore keys = KeyStore.getInstance(store.toFile(), password);
		KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		own.init(keys, password);
		KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
		trusted.load(null);
		trusted.setCertificateEntry("it", keys.getCertificate("broker"));
		TrustManagerFactory others = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		others.init(trusted);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(own.getKeyManagers(), others.getTrustManagers(), null);
		return context;
	}

	@Test
	void goesToTheNextHostWhenTheFirstDiesAndComesBackWhenBothHaveBeenAway() {
		EmbeddedAmqp first = new EmbeddedAmqp();
		EmbeddedAmqp second = new EmbeddedAmqp();
		Amqp10Harness.Secured harness = new Amqp10Harness.Secured(first);
		Destination destination = Destination.of("two-hosts");
		Map<String, Object> both = Map.of("meshbridge.amqp10.url",
				"amqp://127.0.0.1:" + first.port() + ",amqp://127.0.0.1:" + second.port(),
				"meshbridge.amqp10.reconnect-delay", "100ms", "meshbridge.amqp10.reconnect-max-delay", "500ms");
		first.start();
		second.start();
		try (TestGateway gateway = TestGateway.open(harness, both)) {
			TestTarget target = gateway.target(destination);
			target.sendNow(SampleEvents.text("to the first"), ContentMode.BINARY);
			assertIsAt(destination, "to the first", first);
			first.stop();
			sendWhenConnected(target, "to the second");
			assertIsAt(destination, "to the second", second);
			second.stop();
			assertThat(target.outcome(target.send(SampleEvents.text("to nobody")), Duration.ofSeconds(30))).isNotNull();
			second.start();
			first.start();
			sendWhenConnected(target, "again");
			assertIsAt(destination, "again", first, second);
		}
		finally {
			first.dispose();
			second.dispose();
			harness.close();
		}
	}

	private static void sendWhenConnected(TestTarget target, String text) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.until(() -> target.outcome(target.send(SampleEvents.text(text)), Duration.ofSeconds(30)) == null);
	}

	/**
	 * One of the brokers has it, or gets it soon.
	 */
	private static void assertIsAt(Destination destination, String text, EmbeddedAmqp... brokers) {
		StringBuilder found = new StringBuilder();
		Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
			for (EmbeddedAmqp broker : brokers) {
				found.append(texts(broker, destination));
			}
			assertThat(found).contains(text);
		});
	}

	private static String texts(EmbeddedAmqp broker, Destination destination) {
		StringBuilder texts = new StringBuilder();
		try (RawClient client = new RawClient(broker.port())) {
			AmqpMessage message = client.take(destination.source(), Duration.ofSeconds(3));
			while (message != null) {
				byte[] body = message.body();
				texts.append((body == null) ? "" : new String(body, java.nio.charset.StandardCharsets.UTF_8));
				message = client.take(destination.source(), Duration.ofMillis(200));
			}
		}
		return texts.toString();
	}

}
