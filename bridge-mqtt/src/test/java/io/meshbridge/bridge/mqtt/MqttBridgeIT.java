package io.meshbridge.bridge.mqtt;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.binding.BoundSource;
import io.meshbridge.bridge.binding.BoundTarget;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The bridge against a mosquitto: what the contract does not ask, and its traps.
 */
class MqttBridgeIT {

	private static Mosquitto mosquitto;

	private final List<Gateway> gateways = new ArrayList<>();

	private final String topic = "it/" + UUID.randomUUID();

	@BeforeAll
	static void startBroker() throws Exception {
		mosquitto = new Mosquitto("max_packet_size 100000").start();
	}

	@AfterAll
	static void stopBroker() throws Exception {
		mosquitto.close();
	}

	@AfterEach
	void closeGateways() {
		this.gateways.forEach(Gateway::close);
	}

	private Gateway gateway(String version, String instance) {
		Gateway gateway = new Gateway(Map.of("meshbridge.mqtt.url", mosquitto.url(), "meshbridge.mqtt.version", version,
				"meshbridge.instance-id", instance, "meshbridge.embedded-broker.enabled", "false"));
		this.gateways.add(gateway);
		return gateway;
	}

	private static CloudEvent event(InboundMessage message) {
		assertThat(message.content()).isInstanceOf(Content.Event.class);
		return ((Content.Event) message.content()).event();
	}

	@ParameterizedTest
	@ValueSource(strings = { "5", "3.1.1" })
	void carriesEventsInOrder(String version) throws Exception {
		Gateway gateway = gateway(version, "a");
		Gateway.Inbox inbox = gateway.source(this.topic, "g", 4000);
		BoundTarget target = gateway.target(this.topic);
		List<CompletableFuture<Void>> sent = new ArrayList<>();
		for (int i = 0; i < 3000; i++) {
			sent.add(Gateway.send(target, Gateway.event("e" + i)));
		}
		CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
		List<InboundMessage> received = inbox.next(3000);
		for (int i = 0; i < 3000; i++) {
			assertThat(event(received.get(i))).isEqualTo(Gateway.event("e" + i));
		}
		Collections.reverse(received);
		received.forEach(InboundMessage::accept);
		inbox.staysEmptyFor(Duration.ofMillis(200));
	}

	@ParameterizedTest
	@ValueSource(strings = { "5", "3.1.1" })
	void deliversAgainAfterRestartWhatWasNotAccepted(String version) throws Exception {
		Gateway first = gateway(version, "a");
		Gateway.Inbox inbox = first.source(this.topic, "g", 100);
		BoundTarget target = first.target(this.topic);
		for (int i = 0; i < 4; i++) {
			Gateway.send(target, Gateway.event("e" + i)).get(40, TimeUnit.SECONDS);
		}
		List<InboundMessage> received = inbox.next(4);
		long before = pubacks();
		received.get(0).accept();
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> pubacks() > before);
		// Its PUBACK must wait for that of the one before it.
		received.get(2).accept();
		first.close();
		received.get(1).accept();

		Gateway second = gateway(version, "a");
		Gateway.Inbox again = second.source(this.topic, "g", 100);
		assertThat(again.next(3)).extracting((message) -> event(message).getId()).containsExactly("e1", "e2", "e3");
	}

	/** What sources have acknowledged, as the broker tells it. */
	private static long pubacks() throws IOException {
		return lines("Received PUBACK from");
	}

	private static long lines(String what) throws IOException {
		return mosquitto.log().stream().filter((line) -> line.contains(what)).count();
	}

	@ParameterizedTest
	@ValueSource(strings = { "5", "3.1.1" })
	void survivesARestartOfTheBroker(String version) throws Exception {
		try (Mosquitto own = new Mosquitto().start()) {
			// Shared subscriptions do not survive a restart of mosquitto 2.0.
			Gateway gateway = new Gateway(Map.of("meshbridge.mqtt.url", own.url(), "meshbridge.mqtt.version", version,
					"spring.cloud.stream.mqtt.default.consumer.shared", "false", "meshbridge.embedded-broker.enabled",
					"false"));
			this.gateways.add(gateway);
			Gateway.Inbox inbox = gateway.source(this.topic, "g", 100);
			BoundTarget target = gateway.target(this.topic);
			for (int i = 0; i < 3; i++) {
				Gateway.send(target, Gateway.event("e" + i)).get(40, TimeUnit.SECONDS);
			}
			List<InboundMessage> received = inbox.next(3);
			own.stop();
			Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
				assertThatExceptionOfType(ExecutionException.class)
					.isThrownBy(() -> Gateway.send(target, Gateway.event("lost")).get(40, TimeUnit.SECONDS))
					.satisfies(
							(ex) -> assertThat(ex.getCause()).isInstanceOfSatisfying(SendException.class, (failure) -> {
								assertThat(failure.permanent()).isFalse();
								assertThat(failure.code()).isEqualTo("CONNECTION_LOST");
							}));
			});
			received.get(0).accept();
			own.start();
			Awaitility.await()
				.ignoreExceptions()
				.atMost(Duration.ofSeconds(60))
				.until(() -> Gateway.send(target, Gateway.event("after")).get(40, TimeUnit.SECONDS) == null);
			// What is known already is not handed over a second time.
			assertThat(event(inbox.next()).getId()).isEqualTo("after");
			received.forEach(InboundMessage::accept);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "5", "3.1.1" })
	void handsARefusedMessageOnAgain(String version) throws Exception {
		Gateway gateway = gateway(version, "a");
		Gateway.Inbox inbox = gateway.source(this.topic, "g", 100);
		Gateway.send(gateway.target(this.topic), Gateway.event("e")).get(40, TimeUnit.SECONDS);
		inbox.next().refuse(new IllegalStateException("no target"));
		InboundMessage again = inbox.next();
		assertThat(event(again).getId()).isEqualTo("e");
		again.accept();
		inbox.staysEmptyFor(Duration.ofMillis(200));
	}

	@Test
	void sharesAGroupBetweenInstances() throws Exception {
		Gateway one = gateway("5", "one");
		Gateway two = gateway("5", "two");
		List<String> received = Collections.synchronizedList(new ArrayList<>());
		one.source(this.topic, "g", 100, (message) -> {
			received.add(event(message).getId());
			message.accept();
		});
		two.source(this.topic, "g", 100, (message) -> {
			received.add(event(message).getId());
			message.accept();
		});
		BoundTarget target = one.target(this.topic);
		for (int i = 0; i < 50; i++) {
			Gateway.send(target, Gateway.event("e" + i)).get(40, TimeUnit.SECONDS);
		}
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> received.size() >= 50);
		assertThat(received).hasSize(50).doesNotHaveDuplicates();
	}

	@Test
	void takesNoMoreThanItMayHold() throws Exception {
		Gateway gateway = gateway("5", "a");
		Gateway.Inbox inbox = gateway.source(this.topic, "g", 10);
		BoundTarget target = gateway.target(this.topic);
		for (int i = 0; i < 30; i++) {
			Gateway.send(target, Gateway.event("e" + i)).get(40, TimeUnit.SECONDS);
		}
		List<InboundMessage> window = inbox.next(10);
		inbox.staysEmptyFor(Duration.ofMillis(300));
		window.forEach(InboundMessage::accept);
		inbox.next(10).forEach(InboundMessage::accept);
		inbox.next(10).forEach(InboundMessage::accept);
	}

	@ParameterizedTest
	@ValueSource(strings = { "5", "3.1.1" })
	void pausesAndResumes(String version) throws Exception {
		Gateway gateway = gateway(version, "a");
		Gateway.Inbox inbox = gateway.source(this.topic, "g", 5);
		BoundTarget target = gateway.target(this.topic);
		Gateway.send(target, Gateway.event("e0")).get(40, TimeUnit.SECONDS);
		InboundMessage held = inbox.next();
		assertThat(inbox.source().pausable()).isTrue();
		inbox.source().pause();
		for (int i = 1; i < 40; i++) {
			Gateway.send(target, Gateway.event("e" + i)).get(40, TimeUnit.SECONDS);
		}
		inbox.staysEmptyFor(Duration.ofMillis(300));
		held.accept();
		inbox.source().resume();
		// Over 3.1.1 the connection is given up while paused, and what was under way
		// comes again.
		Set<String> ids = new LinkedHashSet<>();
		while (ids.size() < 39) {
			InboundMessage message = inbox.next();
			ids.add(event(message).getId());
			message.accept();
		}
		assertThat(ids).containsExactlyElementsOf(IntStream.range(1, 40).mapToObj((i) -> "e" + i).toList());
	}

	/**
	 * Over 3.1.1, where the broker knows no limit: one that came back as soon as it is
	 * resumed would get all that again, and be disconnected again.
	 */
	@Test
	void staysAwayUntilHalfOfWhatItHoldsIsHandedOn() throws Exception {
		Gateway gateway = gateway("3.1.1", "a");
		Set<String> ids = Collections.synchronizedSet(new LinkedHashSet<>());
		AtomicInteger pauseAfter = new AtomicInteger(2);
		AtomicReference<BoundSource> bound = new AtomicReference<>();
		BoundSource source = gateway.source(this.topic, "g", 10, (message) -> {
			ids.add(event(message).getId());
			message.accept();
			if (pauseAfter.decrementAndGet() == 0) {
				bound.get().pause();
			}
		});
		bound.set(source);
		source.pause();
		BoundTarget target = gateway.target(this.topic);
		long left = lines("Received DISCONNECT from");
		for (int i = 0; i < 40; i++) {
			Gateway.send(target, Gateway.event("e" + i)).get(40, TimeUnit.SECONDS);
		}
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> lines("Received DISCONNECT from") > left);
		long connected = lines("New client connected");
		source.resume();
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> ids.size() == 2);
		Awaitility.await()
			.during(Duration.ofSeconds(1))
			.atMost(Duration.ofSeconds(30))
			.until(() -> lines("New client connected") == connected);
		source.resume();
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> ids.size() == 40);
		assertThat(lines("New client connected")).isGreaterThan(connected);
		assertThat(ids).containsExactlyElementsOf(IntStream.range(0, 40).mapToObj((i) -> "e" + i).toList());
	}

	@Test
	void failsAtOnceWhenThereIsNoBroker() {
		Gateway gateway = new Gateway(Map.of("meshbridge.mqtt.url", "tcp://user:secret@127.0.0.1:1",
				"meshbridge.embedded-broker.enabled", "false"));
		this.gateways.add(gateway);
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> gateway.source(this.topic, "g", 5))
			.havingRootCause()
			.withMessageContaining("Connection refused");
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> gateway.target(this.topic))
			.withStackTraceContaining("tcp://127.0.0.1:1: can't connect")
			.satisfies((ex) -> assertThat(ex).message().doesNotContain("secret"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a/+/b", "#", "bad\u0000" })
	void namesATopicThatIsNone(String bad) {
		Gateway gateway = gateway("5", "a");
		BoundTarget target = gateway.target(bad);
		assertThat(failure(Gateway.send(target, Gateway.event("e")))).satisfies((failure) -> {
			assertThat(failure.permanent()).isTrue();
			assertThat(failure).message().startsWith("topic '");
		});
	}

	@Test
	void namesTheLimitOfTheBroker() {
		Gateway gateway = gateway("5", "a");
		BoundTarget target = gateway.target(this.topic);
		CloudEvent large = io.cloudevents.core.builder.CloudEventBuilder.v1(Gateway.event("large"))
			.withData(new byte[100_001])
			.build();
		assertThat(failure(Gateway.send(target, large))).satisfies((failure) -> {
			assertThat(failure.permanent()).isTrue();
			assertThat(failure.code()).isEqualTo("TOO_LARGE");
			assertThat(failure).message().contains("limit of 100,000 bytes");
		});
		assertThat(Gateway.send(target, Gateway.event("small"))).succeedsWithin(Duration.ofSeconds(40));
	}

	private static SendException failure(CompletableFuture<Void> sent) {
		try {
			sent.get(40, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			assertThat(ex.getCause()).isInstanceOf(SendException.class);
			return (SendException) ex.getCause();
		}
		catch (InterruptedException | TimeoutException ex) {
			throw new AssertionError(ex);
		}
		throw new AssertionError("it was sent");
	}

}
