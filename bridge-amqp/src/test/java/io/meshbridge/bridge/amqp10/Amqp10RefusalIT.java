package io.meshbridge.bridge.amqp10;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.binding.Bindings;
import io.meshbridge.bridge.test.Destination;
import io.meshbridge.bridge.test.Received;
import io.meshbridge.bridge.test.SampleEvents;
import io.meshbridge.bridge.test.TestGateway;
import io.meshbridge.bridge.test.TestTarget;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * A broker that asks who we are, over TLS, and does not take everything.
 */
class Amqp10RefusalIT {

	@TempDir
	static Path folder = Path.of("");

	private static Amqp10Harness.Secured harness = new Amqp10Harness.Secured(new EmbeddedAmqp());

	private static Path store = Path.of("");

	@BeforeAll
	static void start() {
		SecuredAmqp broker = new SecuredAmqp(folder);
		broker.start();
		store = broker.store();
		harness = new Amqp10Harness.Secured(broker);
	}

	@AfterAll
	static void stop() {
		harness.broker().stop();
	}

	private static Map<String, Object> properties(String password) {
		Map<String, Object> properties = new HashMap<>();
		properties.put("meshbridge.amqp10.url", "amqps://localhost:" + harness.broker().port());
		properties.put("meshbridge.amqp10.username", SecuredAmqp.USER);
		properties.put("meshbridge.amqp10.password", password);
		return properties;
	}

	private static Map<String, Object> trusting(String password) {
		Map<String, Object> properties = properties(password);
		properties.put("meshbridge.amqp10.ssl-bundle", "broker");
		properties.put("spring.ssl.bundle.jks.broker.truststore.location", store.toUri().toString());
		properties.put("spring.ssl.bundle.jks.broker.truststore.password", SecuredAmqp.STORE_PASSWORD);
		properties.put("spring.ssl.bundle.jks.broker.truststore.type", "PKCS12");
		return properties;
	}

	private static void bind(TestGateway gateway, String name) {
		gateway.context().getBean(Bindings.class).bindTarget(new TargetSpec("out-" + name, "amqp10", name));
	}

	@Test
	void sendsAndReceivesOverTlsWithAPassword() {
		Destination destination = Destination.of("over-tls");
		try (TestGateway gateway = TestGateway.open(harness, trusting(SecuredAmqp.PASSWORD))) {
			gateway.target(destination).sendNow(SampleEvents.text("hello"), ContentMode.BINARY);
			Received received = gateway.source(destination, "g").next();
			assertThat(received.text()).isEqualTo("hello");
			received.accept();
		}
	}

	@Test
	void saysThatThePasswordIsWrong() {
		try (TestGateway gateway = TestGateway.open(harness, trusting("wrong"))) {
			assertThatException().isThrownBy(() -> bind(gateway, "x"))
				.havingRootCause()
				.withMessageContaining("failed to authenticate");
		}
	}

	@Test
	void saysThatTheCertificateIsNotTrusted() {
		try (TestGateway gateway = TestGateway.open(harness, properties(SecuredAmqp.PASSWORD))) {
			assertThatException().isThrownBy(() -> bind(gateway, "x"))
				.withStackTraceContaining("amqps://localhost:" + harness.broker().port())
				.withStackTraceContaining("unable to find valid certification path");
		}
	}

	@Test
	void anAddressThatWeMayNotSendToIsPermanentAndNamed() {
		try (TestGateway gateway = TestGateway.open(harness, trusting(SecuredAmqp.PASSWORD))) {
			TestTarget target = gateway.target(harness.forbiddenDestination());
			SendException failure = target.outcome(target.send(SampleEvents.text("x")), Duration.ofSeconds(30));
			assertThat(failure).isNotNull()
				.matches(SendException::permanent)
				.hasMessageContaining(SecuredAmqp.FORBIDDEN)
				.returns("amqp:unauthorized-access", SendException::code);
		}
	}

	private static List<SendException> failuresOf(TestTarget target, int count, Duration timeout) {
		List<CompletableFuture<Void>> sends = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			sends.add(target.send(SampleEvents.ofSize(1000), ContentMode.BINARY, null, timeout));
		}
		List<SendException> failures = new ArrayList<>();
		for (CompletableFuture<Void> send : sends) {
			SendException failure = target.outcome(send, Duration.ofSeconds(60));
			if (failure != null) {
				failures.add(failure);
			}
		}
		return failures;
	}

	@Test
	void whatAFullAddressRejectsIsTriedAgain() {
		try (TestGateway gateway = TestGateway.open(harness, trusting(SecuredAmqp.PASSWORD))) {
			TestTarget target = gateway.target(Destination.of(SecuredAmqp.FULL));
			assertThat(failuresOf(target, 100, Duration.ofSeconds(30))).isNotEmpty()
				.hasSizeLessThan(100)
				.allMatch((failure) -> !failure.permanent())
				.allMatch((failure) -> failure.code().equals("amqp:resource-limit-exceeded"));
		}
	}

	@Test
	void withoutCreditASendWaitsForItsOwnTimeOnly() {
		try (TestGateway gateway = TestGateway.open(harness, trusting(SecuredAmqp.PASSWORD))) {
			TestTarget target = gateway.target(Destination.of(SecuredAmqp.BLOCKING));
			long start = System.nanoTime();
			// More than the credit that the broker gave before it was full.
			List<SendException> failures = failuresOf(target, 2000, Duration.ofSeconds(2));
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
			assertThat(failures).isNotEmpty()
				.allMatch((failure) -> !failure.permanent())
				.allMatch((failure) -> failure.code().equals("TIMEOUT"));
		}
	}

}
