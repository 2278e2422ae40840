package io.meshbridge.bridge.kafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.binding.Bindings;
import io.meshbridge.bridge.test.Destination;
import io.meshbridge.bridge.test.SampleEvents;
import io.meshbridge.bridge.test.TestGateway;
import io.meshbridge.bridge.test.TestTarget;
import io.meshbridge.bridge.test.broker.FreePort;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The bridge while Kafka is not there.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class KafkaOutageIT {

	/** For an attempt to bind; the gateway makes the next one. */
	private static final Duration ATTEMPT = Duration.ofSeconds(40);

	private static final Duration HEALTH = Duration.ofSeconds(30);

	private final KafkaHarness harness = new KafkaHarness();

	@AfterAll
	void close() {
		this.harness.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "true", "false" })
	void attemptToBindEndsSoonWhenNothingListens(String autoCreateTopics) {
		attemptsEndSoon(FreePort.any(), autoCreateTopics);
	}

	@ParameterizedTest
	@ValueSource(strings = { "true", "false" })
	void attemptToBindEndsSoonWhenNobodyAnswers(String autoCreateTopics) throws IOException {
		try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			attemptsEndSoon(silent.getLocalPort(), autoCreateTopics);
		}
	}

	private void attemptsEndSoon(int port, String autoCreateTopics) {
		try (TestGateway gateway = TestGateway.open(this.harness, Map.of("spring.kafka.bootstrap-servers",
				"127.0.0.1:" + port, "spring.cloud.stream.kafka.binder.auto-create-topics", autoCreateTopics))) {
			Bindings bindings = gateway.context().getBean(Bindings.class);
			assertFailsWithin(ATTEMPT, () -> bindings.bindTarget(new TargetSpec("out", "kafka", "nowhere")));
			assertFailsWithin(ATTEMPT,
					() -> bindings.bindSource(new SourceSpec("in", "kafka", "nowhere", "g", 100), (message, source) -> {
					}));
			assertHealth(gateway, Status.DOWN);
		}
	}

	private static void assertFailsWithin(Duration bound, ThrowingCallable attempt) {
		long start = System.nanoTime();
		assertThatThrownBy(attempt).isInstanceOf(RuntimeException.class);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(bound);
	}

	@Test
	void healthSaysSoWithinSecondsWhenTheBrokerOfABindingIsGone() {
		String topic = "outage." + UUID.randomUUID();
		this.harness.createTopic(topic, 1);
		try (TestGateway gateway = TestGateway.open(this.harness)) {
			gateway.source(Destination.of(topic), "g").acceptAll();
			gateway.target(Destination.of(topic));
			// On a busy machine the broker may not answer in the time that health has.
			Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertHealth(gateway, Status.UP));
			this.harness.stopBroker();
			try {
				assertHealth(gateway, Status.DOWN);
				assertHealth(gateway, Status.DOWN);
			}
			finally {
				this.harness.startBroker();
			}
		}
	}

	@Test
	void recordBehindOneThatTheProducerGaveUpIsNotStoredBeforeIt() throws Exception {
		Destination topic = Destination.of("order." + UUID.randomUUID());
		this.harness.createTopic(topic.target(), 1);
		try (TestGateway gateway = TestGateway.open(this.harness,
				// Like a cluster where one broker is left to tell about the others.
				Map.of("spring.kafka.producer.properties.metadata.recovery.strategy", "none",
						// Each record is a batch.
						"spring.kafka.producer.batch-size", "1B", "spring.kafka.producer.properties.request.timeout.ms",
						"2000", "spring.kafka.producer.properties.delivery.timeout.ms", "14000"))) {
			TestTarget target = gateway.target(topic);
			target.sendNow(SampleEvents.text("warm"), ContentMode.BINARY);
			this.harness.stopBroker();
			CompletableFuture<Void> second;
			try {
				CompletableFuture<Void> first = send(target, "first");
				second = CompletableFuture
					.supplyAsync(() -> send(target, "second"), CompletableFuture.delayedExecutor(6, TimeUnit.SECONDS))
					.thenCompose((send) -> send);
				assertThat(target.outcome(first, Duration.ofSeconds(40))).isNotNull()
					.satisfies((failure) -> assertThat(failure.permanent()).isFalse());
			}
			finally {
				this.harness.startBroker();
			}
			// It had some seconds left.
			assertThat(target.outcome(second, Duration.ofSeconds(40))).isNotNull().satisfies((failure) -> {
				assertThat(failure.permanent()).isFalse();
				assertThat(failure.code()).isEqualTo("ABORTED");
			});
			assertThat(target.outcome(send(target, "first"), Duration.ofSeconds(40))).isNull();
			assertThat(target.outcome(send(target, "second"), Duration.ofSeconds(40))).isNull();
		}
		List<String> stored = new ArrayList<>();
		while (!stored.contains("second")) {
			stored.add(Objects.requireNonNull(this.harness.take(topic, Duration.ofSeconds(40))).text());
		}
		assertThat(stored).containsExactly("warm", "first", "second");
	}

	private static CompletableFuture<Void> send(TestTarget target, String text) {
		return target.send(SampleEvents.text(text), ContentMode.BINARY, "key", Duration.ofSeconds(30));
	}

	private static void assertHealth(TestGateway gateway, Status expected) {
		CompositeHealthContributor binders = gateway.context()
			.getBean("bindersHealthContributor", CompositeHealthContributor.class);
		long start = System.nanoTime();
		Status status = status(binders);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).as("time that health took").isLessThan(HEALTH);
		assertThat(status).isEqualTo(expected);
	}

	/**
	 * Of the one binder there is.
	 */
	private static Status status(CompositeHealthContributor contributor) {
		Status status = Status.UNKNOWN;
		for (HealthContributors.Entry entry : contributor) {
			status = (entry.contributor() instanceof HealthIndicator indicator)
					? Objects.requireNonNull(indicator.health(false)).getStatus()
					: status((CompositeHealthContributor) entry.contributor());
		}
		return status;
	}

}
