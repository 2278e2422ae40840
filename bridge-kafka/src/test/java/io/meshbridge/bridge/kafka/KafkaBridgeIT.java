package io.meshbridge.bridge.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.binding.Bindings;
import io.meshbridge.bridge.binding.BoundTarget;
import io.meshbridge.bridge.test.Destination;
import io.meshbridge.bridge.test.RawMessage;
import io.meshbridge.bridge.test.Received;
import io.meshbridge.bridge.test.SampleEvents;
import io.meshbridge.bridge.test.TestGateway;
import io.meshbridge.bridge.test.TestSource;
import io.meshbridge.bridge.test.TestTarget;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class KafkaBridgeIT {

	private static final Duration WAIT = Duration.ofSeconds(40);

	private final KafkaHarness harness = new KafkaHarness();

	private final String group = "group-" + UUID.randomUUID();

	@BeforeAll
	void warmUp() {
		this.harness.newDestination();
	}

	@AfterAll
	void close() {
		this.harness.close();
	}

	@Test
	void stuckRecordHoldsTheCommitWhileOthersAreDelivered() {
		Destination topic = topic(1);
		publish(topic, 0, 100);
		try (TestGateway gateway = TestGateway.open(this.harness)) {
			TestSource source = gateway.source(topic, this.group).whenReceived((received) -> {
				if (!received.text().equals("30")) {
					received.accept();
				}
			});
			source.next(100);
			awaitCommit(topic, 30);
		}
		assertThat(committed(topic)).isEqualTo(30);
		try (TestGateway gateway = TestGateway.open(this.harness)) {
			TestSource source = gateway.source(topic, this.group).acceptAll();
			source.next(70);
			assertThat(source.texts()).isEqualTo(texts(30, 100));
			awaitCommit(topic, 100);
		}
	}

	@Test
	void refusedRecordComesAgainAndThoseBehindItInOrder() {
		Destination topic = topic(1);
		publish(topic, 0, 20);
		Set<String> refused = ConcurrentHashMap.newKeySet();
		try (TestGateway gateway = TestGateway.open(this.harness)) {
			TestSource source = gateway.source(topic, this.group).whenReceived((received) -> {
				if (received.text().equals("5") && refused.add("5")) {
					received.refuse();
				}
				else {
					received.accept();
				}
			});
			awaitCommit(topic, 20);
			List<String> texts = source.texts();
			assertThat(texts.subList(texts.lastIndexOf("5"), texts.size())).isEqualTo(texts(5, 20));
		}
	}

	@Test
	void partitionIsNotReadOnWhenTooMuchIsSettledBehindAStuckRecord() {
		Destination topic = topic(1);
		publish(topic, 0, 300);
		try (TestGateway gateway = TestGateway.open(this.harness,
				Map.of("meshbridge.kafka.max-uncommitted", "50", "spring.kafka.consumer.max-poll-records", "20"))) {
			TestSource source = gateway.source(topic, this.group).whenReceived((received) -> {
				if (!received.text().equals("0")) {
					received.accept();
				}
			});
			Received stuck = source.next();
			source.next(50);
			assertThat(source.poll(Duration.ofSeconds(2))).satisfiesAnyOf((received) -> assertThat(received).isNull(),
					(received) -> assertThat(source.seen()).hasSizeLessThan(100));
			assertThat(source.seen()).hasSizeLessThan(100);
			stuck.accept();
			awaitCommit(topic, 300);
		}
	}

	@Test
	void rebalanceBetweenTwoConsumersLosesNothing() throws Exception {
		Destination topic = topic(4);
		try (TestGateway one = TestGateway.open(this.harness)) {
			TestSource first = one.source(topic, this.group).whenReceived(KafkaBridgeIT::acceptLater);
			publish(topic, 0, 300);
			first.next(100);
			List<TestSource> sources = new ArrayList<>(List.of(first));
			for (int round = 1; round <= 2; round++) {
				try (TestGateway other = TestGateway.open(this.harness)) {
					sources.add(other.source(topic, this.group).whenReceived(KafkaBridgeIT::acceptLater));
					publish(topic, round * 300, round * 300 + 300);
				}
			}
			Awaitility.await().atMost(WAIT).untilAsserted(() -> {
				Set<String> seen = new HashSet<>();
				sources.forEach((source) -> seen.addAll(source.texts()));
				assertThat(seen).containsAll(texts(0, 900));
			});
			awaitCommit(topic, 900);
		}
	}

	private static void acceptLater(Received received) {
		CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS).execute(received::accept);
	}

	@Test
	void commitsBehindTransactionMarkersAndLeavesAbortedRecordsOut() {
		Destination topic = topic(1);
		try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(Map.of("bootstrap.servers",
				this.harness.properties().get("spring.kafka.bootstrap-servers"), "transactional.id", topic.target()),
				new ByteArraySerializer(), new ByteArraySerializer())) {
			producer.initTransactions();
			for (int i = 0; i < 4; i++) {
				producer.beginTransaction();
				producer.send(new ProducerRecord<>(topic.target(), String.valueOf(i).getBytes(StandardCharsets.UTF_8)));
				if (i % 2 == 0) {
					producer.commitTransaction();
				}
				else {
					producer.flush();
					producer.abortTransaction();
				}
			}
		}
		try (TestGateway gateway = TestGateway.open(this.harness)) {
			TestSource source = gateway.source(topic, this.group).acceptAll();
			awaitCommit(topic, 8);
			assertThat(source.texts()).containsExactly("0", "2");
		}
	}

	@Test
	void topicThatIsUnknownCanNotBeBoundWhereTheBinderMakesNone() {
		try (TestGateway gateway = TestGateway.open(this.harness,
				Map.of("spring.cloud.stream.kafka.binder.auto-create-topics", "false"))) {
			Bindings bindings = gateway.context().getBean(Bindings.class);
			assertThatThrownBy(() -> bindings.bindTarget(new TargetSpec("nowhere-out", "kafka", "nowhere")))
				.hasStackTraceContaining("UnknownTopicOrPartitionException")
				.hasMessageContaining("nowhere");
		}
	}

	@Test
	void topicThatIsUnknownIsMadeByDefault() {
		String topic = "made-" + UUID.randomUUID();
		try (TestGateway gateway = TestGateway.open(this.harness)) {
			gateway.target(Destination.of(topic)).sendNow(SampleEvents.text("x"), ContentMode.BINARY);
		}
		assertThat(KafkaHarness.await(this.harness.admin().listTopics().names())).contains(topic);
	}

	@Test
	void aRecordWithoutCompanyIsNotHeldBackForOthers() {
		Destination topic = topic(1);
		try (TestGateway gateway = TestGateway.open(this.harness, Map.of("spring.kafka.producer.properties.linger.ms",
				"20000", "spring.kafka.producer.properties.delivery.timeout.ms", "60000"))) {
			TestTarget target = gateway.target(topic);
			assertThat(target.outcome(target.send(SampleEvents.text("alone")), Duration.ofSeconds(15))).isNull();
		}
	}

	@Test
	void topicThatVanishesIsAPermanentFailureAndDoesNotBlockTheCaller() {
		Destination topic = topic(1);
		try (TestGateway gateway = TestGateway.open(this.harness,
				Map.of("spring.kafka.producer.properties.metadata.max.age.ms", "500",
						"spring.kafka.producer.properties.delivery.timeout.ms", "6000",
						"spring.kafka.producer.properties.request.timeout.ms", "3000"))) {
			TestTarget target = gateway.target(topic);
			target.sendNow(SampleEvents.text("before"), ContentMode.BINARY);
			KafkaHarness.await(this.harness.admin().deleteTopics(List.of(topic.target())).all());
			Awaitility.await().atMost(WAIT).untilAsserted(() -> {
				long start = System.nanoTime();
				CompletableFuture<Void> send = target.send(SampleEvents.text("after"));
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
				SendException failure = target.outcome(send, WAIT);
				assertThat(failure).isNotNull();
				assertThat(failure.code()).isEqualTo("UNKNOWN_TOPIC_OR_PARTITION");
				assertThat(failure.permanent()).isTrue();
				assertThat(failure.getMessage()).contains(topic.target());
			});
		}
	}

	@Test
	void recordThatTheBrokerFindsTooLargeIsAPermanentFailure() {
		Destination topic = topic(1);
		try (TestGateway gateway = TestGateway.open(this.harness, Map.of("meshbridge.max-event-size", "3MB"))) {
			SendException failure = gateway.target(topic)
				.outcome(
						gateway.target(topic)
							.send(SampleEvents.ofSize(2_000_000), ContentMode.BINARY, null, Duration.ofSeconds(20)),
						WAIT);
			assertThat(failure).isNotNull();
			assertThat(failure.permanent()).isTrue();
			assertThat(failure.code()).isEqualTo("MESSAGE_TOO_LARGE");
			assertThat(failure.getMessage()).contains("max.message.bytes").contains("bytes");
		}
	}

	@Test
	void sendsThatWaitFailWhenTheTargetIsClosed() {
		Destination topic = topic(1);
		try (TestGateway gateway = TestGateway.open(this.harness)) {
			BoundTarget target = gateway.context()
				.getBean(Bindings.class)
				.bindTarget(new TargetSpec("closed-out", "kafka", topic.target()));
			target.unbind();
			CompletableFuture<Void> send = target.target()
				.send(new Outbound(SampleEvents.text("late"), null, ContentMode.BINARY, Duration.ofSeconds(5)));
			assertThatThrownBy(() -> send.get(10, TimeUnit.SECONDS)).cause()
				.isInstanceOfSatisfying(SendException.class, (ex) -> assertThat(ex.code()).isEqualTo("CLOSED"));
		}
	}

	private Destination topic(int partitions) {
		String topic = "it." + UUID.randomUUID();
		this.harness.createTopic(topic, partitions);
		return Destination.of(topic);
	}

	private void publish(Destination topic, int from, int to) {
		for (int i = from; i < to; i++) {
			this.harness.publish(topic, RawMessage.plain("key-" + i % 16, String.valueOf(i)));
		}
	}

	private static List<String> texts(int from, int to) {
		return IntStream.range(from, to).mapToObj(String::valueOf).toList();
	}

	private void awaitCommit(Destination topic, long offset) {
		Awaitility.await().atMost(WAIT).untilAsserted(() -> assertThat(committed(topic)).isEqualTo(offset));
	}

	private long committed(Destination topic) {
		Map<TopicPartition, OffsetAndMetadata> offsets = KafkaHarness
			.await(this.harness.admin().listConsumerGroupOffsets(this.group).partitionsToOffsetAndMetadata());
		return offsets.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().topic().equals(topic.source()))
			.mapToLong((entry) -> entry.getValue().offset())
			.sum();
	}

}
