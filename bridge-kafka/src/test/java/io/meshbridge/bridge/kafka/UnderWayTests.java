package io.meshbridge.bridge.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.test.SampleEvents;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

import org.springframework.kafka.core.ProducerFactory;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * What becomes of records that are sent while a producer is given up.
 */
class UnderWayTests {

	private final AtomicInteger resets = new AtomicInteger();

	private final Confirmations confirmations = new Confirmations(new Producers());

	/** What the producers have, in order. */
	private final List<CompletableFuture<Object>> sent = new CopyOnWriteArrayList<>();

	private final KafkaTarget target = new KafkaTarget(new TargetSpec("out", "kafka", "out"), this::send, () -> {
	});

	private boolean send(Message<?> message, long timeout) {
		CompletableFuture<Object> result = new CompletableFuture<>();
		this.sent.add(result);
		return this.confirmations.send(new GenericMessage<>(result, message.getHeaders()), 0);
	}

	@Test
	void nothingGoesToTheNextProducerBeforeAllOfTheLastOneHasFailed() throws Exception {
		CompletableFuture<Void> first = send("first");
		CompletableFuture<Void> second = send("second");
		fail(0, new TimeoutException("Expiring 1 record(s)"));
		assertThat(first).isCompletedExceptionally();
		assertThat(this.resets).hasValue(1);
		// Its sender can't know yet that the second one fails as well.
		CompletableFuture<Void> third = send("third");
		assertThat(this.sent).hasSize(2);
		assertThat(third).isNotDone();
		fail(1, new KafkaException("Producer is closed forcefully."));
		assertThat(second).isCompletedExceptionally();
		assertThatThrownBy(() -> third.get(10, TimeUnit.SECONDS)).cause()
			.isInstanceOfSatisfying(SendException.class, (ex) -> assertThat(ex.code()).isEqualTo("NOT_SENT"));
		assertThat(this.sent).hasSize(2);
		send("second");
		await().until(() -> this.sent.size() == 3);
		assertThat(this.resets).hasValue(1);
	}

	@Test
	void givesAProducerUpOnceThoughSeveralRecordsOfItFail() {
		send("first");
		send("second");
		send("third");
		fail(0, new TimeoutException("Expiring 2 record(s)"));
		fail(1, new TimeoutException("Expiring 2 record(s)"));
		fail(2, new KafkaException("Producer is closed forcefully."));
		assertThat(this.resets).hasValue(1);
		send("first");
		fail(3, new TimeoutException("Expiring 1 record(s)"));
		assertThat(this.resets).hasValue(2);
	}

	@Test
	void goesOnWithTheProducerThatRefusedARecordForGood() {
		send("first");
		CompletableFuture<Void> second = send("second");
		fail(0, new RecordTooLargeException("too large"));
		assertThat(this.resets).hasValue(0);
		this.sent.get(1).complete(new Object());
		assertThat(second).isCompleted();
	}

	@Test
	void replacesNoProducerThatSomebodyIsAboutToUse() throws Exception {
		UnderWay underWay = new UnderWay(1, () -> {
		});
		assertThat(underWay.enter()).isTrue();
		underWay.begin();
		underWay.giveUp();
		CountDownLatch replaced = new CountDownLatch(1);
		CompletableFuture<Void> replacing = CompletableFuture.runAsync(() -> underWay.replace(replaced::countDown));
		assertThat(replaced.await(200, TimeUnit.MILLISECONDS)).isFalse();
		underWay.exit();
		replacing.get(10, TimeUnit.SECONDS);
		assertThat(replaced.getCount()).isZero();
		assertThat(underWay.enter()).isFalse();
		underWay.end();
		assertThat(underWay.enter()).isTrue();
	}

	@Test
	void fewAreUnderWayWhileAllTargetsOfTheRouteMayHaveNoMoreThan64() {
		assertThat(few(1)).isEqualTo(64);
		assertThat(few(10)).isEqualTo(6);
		assertThat(few(1000)).isEqualTo(2);
	}

	private static int few(int fanOut) {
		UnderWay underWay = new UnderWay(fanOut, () -> {
		});
		int few = 0;
		while (underWay.begin()) {
			few++;
		}
		underWay.end();
		underWay.end();
		assertThat(underWay.begin()).isTrue();
		return few;
	}

	private CompletableFuture<Void> send(String id) {
		return this.target
			.send(new Outbound(SampleEvents.text(id), null, null, ContentMode.BINARY, Duration.ofSeconds(30)));
	}

	/** As on the producer's own thread. */
	private void fail(int number, KafkaException failure) {
		CompletableFuture
			.runAsync(() -> this.sent.get(number).completeExceptionally(failure), (task) -> new Thread(task).start())
			.join();
	}

	private final class Producers implements ProducerFactory<byte[], byte[]> {

		@Override
		public Producer<byte[], byte[]> createProducer() {
			return new MockProducer<>();
		}

		@Override
		public Map<String, Object> getConfigurationProperties() {
			return Map.of(ProducerConfig.LINGER_MS_CONFIG, 2);
		}

		@Override
		public void reset() {
			UnderWayTests.this.resets.incrementAndGet();
		}

	}

}
