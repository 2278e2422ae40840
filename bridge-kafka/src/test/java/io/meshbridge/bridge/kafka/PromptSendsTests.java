package io.meshbridge.bridge.kafka;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.kafka.clients.producer.MockProducer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * When a producer is told not to wait for more records.
 */
class PromptSendsTests {

	private final CountDownLatch answer = new CountDownLatch(1);

	private final Flushed producer = new Flushed();

	private final PromptSends prompt = new PromptSends(this.producer, 2);

	@Test
	void flushesWhenNoMoreCome() {
		this.answer.countDown();
		this.prompt.sent(true);
		await().atMost(Duration.ofSeconds(10))
			.untilAtomic(this.producer.flushes, (count) -> assertThat(count).isEqualTo(1));
	}

	@Test
	void waitsForALongerSilenceWhereTheLingerIsLonger() {
		this.answer.countDown();
		int linger = (int) Duration.ofMinutes(10).toMillis();
		new PromptSends(this.producer, linger).sent(true);
		await().during(Duration.ofMillis(300))
			.atMost(Duration.ofSeconds(10))
			.until(() -> this.producer.flushes.get() == 0);
	}

	@Test
	void leavesBatchesToFillWhileManyAreUnderWay() {
		this.answer.countDown();
		this.prompt.sent(false);
		await().during(Duration.ofMillis(300))
			.atMost(Duration.ofSeconds(10))
			.until(() -> this.producer.flushes.get() == 0);
		this.prompt.sent(true);
		await().atMost(Duration.ofSeconds(10))
			.untilAtomic(this.producer.flushes, (count) -> assertThat(count).isPositive());
		assertThat(this.producer.flushes).hasValue(1);
	}

	@Test
	void flushesOnceWhileAFlushLasts() {
		this.prompt.sent(true);
		await().atMost(Duration.ofSeconds(10))
			.untilAtomic(this.producer.flushes, (count) -> assertThat(count).isEqualTo(1));
		for (int i = 0; i < 100; i++) {
			this.prompt.sent(true);
		}
		this.answer.countDown();
		await().atMost(Duration.ofSeconds(10)).until(() -> {
			this.prompt.sent(true);
			return this.producer.flushes.get() > 1;
		});
		assertThat(this.producer.flushes).hasValueLessThan(100);
	}

	@Test
	void aProducerThatIsGoneIsNotFlushed() {
		this.answer.countDown();
		Flushed next = new Flushed();
		this.prompt.producerRemoved("1", this.producer);
		this.prompt.sent(true);
		this.prompt.producerAdded("2", next);
		this.prompt.producerRemoved("1", this.producer);
		await().atMost(Duration.ofSeconds(10)).until(() -> {
			this.prompt.sent(true);
			return next.flushes.get() > 0;
		});
		assertThat(this.producer.flushes).hasValue(0);
	}

	/** Its flush lasts until it is answered. */
	private final class Flushed extends MockProducer<Object, Object> {

		private final AtomicInteger flushes = new AtomicInteger();

		@Override
		public synchronized void flush() {
			this.flushes.incrementAndGet();
			try {
				PromptSendsTests.this.answer.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
