package io.meshbridge.bridge.amqp10;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.PlainMessage;
import io.meshbridge.bridge.test.Destination;
import io.meshbridge.bridge.test.Received;
import io.meshbridge.bridge.test.SampleEvents;
import io.meshbridge.bridge.test.TestGateway;
import io.meshbridge.bridge.test.TestSource;
import io.meshbridge.bridge.test.TestTarget;
import io.meshbridge.bridge.test.broker.FreePort;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The bridge and the embedded broker, with clients that know nothing of either.
 */
class Amqp10BridgeIT {

	private static final int MANY = 5000;

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final Map<String, Object> TOPIC = Map.of("spring.cloud.stream.amqp10.default.consumer.address-type",
			"topic", "spring.cloud.stream.amqp10.default.producer.address-type", "topic");

	private static final Amqp10Harness.Embedded HARNESS = new Amqp10Harness.Embedded();

	private final Destination destination = Destination.of("it-" + UUID.randomUUID());

	@AfterAll
	static void stop() {
		HARNESS.close();
	}

	private static String url() {
		return "amqp://127.0.0.1:" + HARNESS.broker().port();
	}

	@Test
	void jmsClientsSendAndReceive() throws Exception {
		try (TestGateway gateway = TestGateway.open(HARNESS);
				JMSContext jms = new JmsConnectionFactory(url()).createContext()) {
			TestSource source = gateway.source(this.destination, "g");
			jms.createProducer()
				.setProperty("line", 7)
				.setJMSType("reading")
				.send(jms.createQueue(this.destination.source()), "twenty \u00b0C");
			Received text = source.next();
			PlainMessage plain = text.plain();
			assertThat(plain.data()).asString(StandardCharsets.UTF_8).isEqualTo("twenty \u00b0C");
			assertThat(plain.property("header.line")).isEqualTo("7");
			assertThat(plain.subject()).isEqualTo("reading");
			assertThat(plain.property("topic")).isEqualTo(this.destination.source());
			text.accept();

			Destination out = Destination.of("it-" + UUID.randomUUID());
			TestTarget target = gateway.target(out);
			CloudEvent event = SampleEvents.text("hello");
			target.sendNow(event, ContentMode.BINARY);
			try (JMSConsumer consumer = jms.createConsumer(jms.createQueue(out.target()))) {
				assertIsEvent(consumer.receive(PATIENCE.toMillis()), event);
			}
		}
	}

	private static void assertIsEvent(Message message, CloudEvent event) throws JMSException {
		assertThat(message.getStringProperty("cloudEvents_id")).isEqualTo(event.getId());
		assertThat(message.getStringProperty("cloudEvents_type")).isEqualTo(event.getType());
		// To JMS, data with a text type is a text message.
		assertThat(message.getBody(String.class)).isEqualTo("hello");
	}

	@Test
	void keepsOrderUnderLoad() throws Exception {
		List<String> labels = IntStream.range(0, MANY).mapToObj((i) -> "label " + i).toList();
		try (TestGateway gateway = TestGateway.open(HARNESS)) {
			TestSource source = gateway.source(this.destination, "g").acceptAll();
			TestTarget target = gateway.target(this.destination);
			List<CompletableFuture<Void>> sends = new ArrayList<>();
			for (String label : labels) {
				sends.add(target.send(SampleEvents.text(label), ContentMode.BINARY, null, PATIENCE));
			}
			CompletableFuture.allOf(sends.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
			Awaitility.await().atMost(PATIENCE).until(() -> source.texts().size() >= MANY);
			assertThat(source.texts()).isEqualTo(labels);
		}
	}

	@Test
	void keepsOrderThoughItIsPausedAgainAndAgain() throws Exception {
		List<String> labels = IntStream.range(0, MANY).mapToObj((i) -> "label " + i).toList();
		try (TestGateway gateway = TestGateway.open(HARNESS)) {
			TestTarget target = gateway.target(this.destination);
			List<CompletableFuture<Void>> sends = new ArrayList<>();
			for (String label : labels) {
				sends.add(target.send(SampleEvents.text(label), ContentMode.BINARY, null, PATIENCE));
			}
			CompletableFuture.allOf(sends.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
			TestSource source = gateway.source(this.destination, "g").acceptAll();
			int pauses = 0;
			while (source.texts().size() < MANY) {
				// Sometimes long enough for the broker to get its credit back, sometimes
				// not.
				source.pause();
				long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauses++ % 40);
				soon(() -> System.nanoTime() >= until);
				int before = source.texts().size();
				source.resume();
				soon(() -> source.texts().size() > before || source.texts().size() == MANY);
			}
			assertThat(source.texts()).isEqualTo(labels);
		}
	}

	@Test
	void keepsOrderOfWhatComesWhileItIsPaused() throws Exception {
		List<String> labels = IntStream.range(0, MANY / 5).mapToObj((i) -> "label " + i).toList();
		try (TestGateway gateway = TestGateway.open(HARNESS)) {
			TestSource source = gateway.source(this.destination, "g").acceptAll();
			TestTarget target = gateway.target(this.destination);
			List<CompletableFuture<Void>> sends = new ArrayList<>();
			for (String label : labels) {
				if (sends.size() % 10 == 0) {
					source.pause();
				}
				sends.add(target.send(SampleEvents.text(label), ContentMode.BINARY, null, PATIENCE));
				if (sends.size() % 10 == 5) {
					CompletableFuture.allOf(sends.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
					source.resume();
				}
			}
			soon(() -> source.texts().size() == labels.size());
			assertThat(source.texts()).isEqualTo(labels);
		}
	}

	private static void soon(Callable<Boolean> condition) {
		Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.atMost(PATIENCE)
			.until(condition);
	}

	@Test
	void groupsOfATopicGetEachEventAndTheirInstancesShareThem() {
		List<String> first = IntStream.range(0, 40).mapToObj((i) -> "first " + i).toList();
		List<String> second = IntStream.range(0, 40).mapToObj((i) -> "second " + i).toList();
		try (TestGateway gateway = TestGateway.open(HARNESS, TOPIC)) {
			TestSource alone = gateway.source(this.destination, "alone").acceptAll();
			TestSource shared = gateway.source(this.destination, "shared").acceptAll();
			TestSource other = gateway.source(this.destination, "shared").acceptAll();
			TestTarget target = gateway.target(this.destination);
			first.forEach((text) -> target.sendNow(SampleEvents.text(text), ContentMode.BINARY));
			Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
				assertThat(distinct(alone)).hasSize(40);
				assertThat(distinct(shared, other)).hasSize(40);
			});
			assertThat(shared.texts().size() + other.texts().size()).isEqualTo(40);
		}
		try (JMSContext jms = new JmsConnectionFactory(url()).createContext()) {
			second.forEach((text) -> jms.createProducer().send(jms.createTopic(this.destination.source()), text));
		}
		try (TestGateway gateway = TestGateway.open(HARNESS, TOPIC)) {
			TestSource alone = gateway.source(this.destination, "alone").acceptAll();
			TestSource shared = gateway.source(this.destination, "shared").acceptAll();
			Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
				assertThat(distinct(alone)).containsAll(second);
				assertThat(distinct(shared)).containsAll(second);
			});
		}
	}

	@Test
	void oneGroupReadsSeveralTopics() {
		Destination prices = Destination.of("it-" + UUID.randomUUID());
		try (TestGateway gateway = TestGateway.open(HARNESS, TOPIC)) {
			TestSource orders = gateway.source(this.destination, "g").acceptAll();
			TestSource quotes = gateway.source(prices, "g").acceptAll();
			gateway.target(this.destination).sendNow(SampleEvents.text("an order"), ContentMode.BINARY);
			gateway.target(prices).sendNow(SampleEvents.text("a price"), ContentMode.BINARY);
			Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
				assertThat(orders.texts()).containsExactly("an order");
				assertThat(quotes.texts()).containsExactly("a price");
			});
		}
	}

	private static Set<String> distinct(TestSource... sources) {
		Set<String> texts = new HashSet<>();
		Stream.of(sources).forEach((source) -> texts.addAll(source.texts()));
		return texts;
	}

	@Test
	void takesTheNextHostWhenTheFirstIsDown() {
		Map<String, Object> two = Map.of("meshbridge.amqp10.url", "amqp://127.0.0.1:" + FreePort.any() + "," + url());
		try (TestGateway gateway = TestGateway.open(HARNESS, two)) {
			TestTarget target = gateway.target(this.destination);
			target.sendNow(SampleEvents.text("over the second"), ContentMode.BINARY);
			Received received = gateway.source(this.destination, "g").next();
			assertThat(received.text()).contains("over the second");
			received.accept();
		}
	}

	@Test
	void sendsAndReceivesLargeMessages() {
		Map<String, Object> limit = Map.of("meshbridge.amqp10.max-message-size", "16MB");
		try (TestGateway gateway = TestGateway.open(HARNESS, limit)) {
			TestTarget target = gateway.target(this.destination);
			CloudEvent event = SampleEvents.ofSize(9 * 1024 * 1024);
			target.sendNow(event, ContentMode.BINARY);
			target.sendNow(SampleEvents.text("after"), ContentMode.BINARY);
			TestSource source = gateway.source(this.destination, "g");
			Received large = source.next();
			assertThat(data(large.event())).isEqualTo(data(event));
			large.accept();
			assertThat(source.next().text()).contains("after");
		}
	}

	private static byte[] data(CloudEvent event) {
		return Objects.requireNonNull(event.getData()).toBytes();
	}

}
