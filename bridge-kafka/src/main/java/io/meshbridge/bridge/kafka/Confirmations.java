package io.meshbridge.bridge.kafka;

import java.util.concurrent.CompletableFuture;

import org.apache.kafka.clients.producer.ProducerConfig;
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
 * that is behind, too, and meanwhile nothing is sent ({@link UnderWay}). Thread-safe.
 */
final class Confirmations implements MessageChannel {

	private static final Logger logger = LoggerFactory.getLogger(Confirmations.class);

	private final ProducerFactory<Object, Object> producers;

	private final PromptSends promptSends;

	@SuppressWarnings("unchecked")
	Confirmations(ProducerFactory<?, ?> producers) {
		this.producers = (ProducerFactory<Object, Object>) producers;
		// The binder has made it already, to ask for the topic's partitions.
		this.promptSends = new PromptSends(this.producers.createProducer(),
				ClientDefaults.number(this.producers.getConfigurationProperties(), ProducerConfig.LINGER_MS_CONFIG));
		this.producers.addListener(this.promptSends);
	}

	@Override
	public boolean send(Message<?> message, long timeout) {
		Sending sending = (Sending) message.getHeaders().get(KafkaIntegrationHeaders.FUTURE_TOKEN);
		if (sending != null && message.getPayload() instanceof CompletableFuture<?> result) {
			Thread caller = Thread.currentThread();
			boolean few = sending.underWay().begin();
			result.whenComplete((unused, failure) -> settle(sending, failure, caller));
			this.promptSends.sent(few);
		}
		return true;
	}

	private void settle(Sending sending, @Nullable Throwable failure, Thread caller) {
		UnderWay underWay = sending.underWay();
		if (failure == null || !SendFailures.leavesAGap(failure) || !underWay.giveUp()) {
			sending.settle(failure);
			underWay.end();
			return;
		}
		// Before the reset, so that nothing of its key reaches the next producer before
		// it.
		sending.settle(failure);
		String reason = String.valueOf(sending.failure(failure).getMessage());
		if (!Thread.currentThread().equals(caller)) {
			// The producer's own thread, which ends it at once, whatever the timeout.
			reset(underWay, reason);
		}
		else {
			// It failed before we got here. The caller may hold what the producer's
			// thread needs before that can end.
			Thread closing = new Thread(() -> reset(underWay, reason), "kafka-producer-close");
			closing.setDaemon(true);
			closing.start();
		}
	}

	private void reset(UnderWay underWay, String reason) {
		logger.info("the producer is closed with all that is under way, which is sent again: {}", reason);
		underWay.replace(this.producers::reset);
		underWay.end();
	}

}
