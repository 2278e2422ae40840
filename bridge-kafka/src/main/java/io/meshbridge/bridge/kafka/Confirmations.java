package io.meshbridge.bridge.kafka;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.integration.kafka.support.KafkaIntegrationHeaders;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;

/**
 * Completes each {@link Sending} of one target with the outcome of the producer's send,
 * and gives a producer up that failed a record which will be sent again. An idempotent
 * producer goes on after it has failed a batch, for example because the batch was too
 * old: it starts a new epoch, in which the broker takes the batches behind, and the
 * failed record would come after them. Closing the producer before it goes on fails all
 * that is behind, too. Thread-safe.
 */
final class Confirmations implements MessageChannel {

	private static final Logger logger = LoggerFactory.getLogger(Confirmations.class);

	private final ProducerFactory<?, ?> producers;

	/** Counts the producers that were given up. */
	private final AtomicInteger generation = new AtomicInteger();

	Confirmations(ProducerFactory<?, ?> producers) {
		this.producers = producers;
	}

	@Override
	public boolean send(Message<?> message, long timeout) {
		Sending sending = (Sending) message.getHeaders().get(KafkaIntegrationHeaders.FUTURE_TOKEN);
		if (sending != null && message.getPayload() instanceof CompletableFuture<?> result) {
			int producer = this.generation.get();
			Thread caller = Thread.currentThread();
			result.whenComplete((unused, failure) -> settle(sending, failure, producer, caller));
		}
		return true;
	}

	private void settle(Sending sending, @Nullable Throwable failure, int producer, Thread caller) {
		// First of all, so that nothing of its key reaches the next producer before it.
		sending.settle(failure);
		if (failure != null && SendFailures.leavesAGap(failure)
				&& this.generation.compareAndSet(producer, producer + 1)) {
			logger.info("the producer is closed with all that is under way, which is sent again: {}",
					sending.failure(failure).getMessage());
			if (Thread.currentThread().equals(caller)) {
				// It failed before we got here. The caller may hold what the producer's
				// thread needs before that can end.
				Thread closing = new Thread(this.producers::reset, "kafka-producer-close");
				closing.setDaemon(true);
				closing.start();
			}
			else {
				// The producer's own thread, which ends it at once, whatever the timeout.
				this.producers.reset();
			}
		}
	}

}
