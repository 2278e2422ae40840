package io.meshbridge.bridge.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.Target;
import io.meshbridge.bridge.TargetSpec;
import org.apache.kafka.clients.producer.ProducerRecord;

import org.springframework.cloud.stream.binder.ExtendedProducerProperties;
import org.springframework.cloud.stream.binder.HeaderMode;
import org.springframework.cloud.stream.binder.ProducerProperties;
import org.springframework.cloud.stream.binder.kafka.properties.KafkaProducerProperties;
import org.springframework.integration.kafka.support.KafkaIntegrationHeaders;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.GenericMessage;

/**
 * Writes to a topic. The producer is idempotent, so that what is handed over in order is
 * also stored in order; one that fails a record is given up ({@link Confirmations}).
 */
final class KafkaTarget implements Target {

	private static final int CLOSE_TIMEOUT_SECONDS = 5;

	private final TargetSpec spec;

	private final MessageChannel channel;

	private final Runnable onClose;

	private final WaitingSends waiting;

	private final UnderWay underWay;

	/**
	 * From the producer's properties, when it is made; they hold from the first send on.
	 */
	private volatile long maxRequestBytes;

	private volatile Duration deliveryTimeout = Duration.ZERO;

	private volatile boolean closed;

	KafkaTarget(TargetSpec spec, MessageChannel channel, Runnable onClose) {
		this.spec = spec;
		this.channel = channel;
		this.onClose = onClose;
		this.waiting = new WaitingSends(spec.bindingName(), this::attempt);
		this.underWay = new UnderWay(spec.fanOut(),
				() -> this.waiting.failAll("the producer was closed with a record before it"));
	}

	@Override
	public void configure(ProducerProperties properties) {
		properties.setUseNativeEncoding(true);
		properties.setHeaderMode(HeaderMode.none);
		properties.setErrorChannelEnabled(false);
		if (properties instanceof ExtendedProducerProperties<?> extended
				&& extended.getExtension() instanceof KafkaProducerProperties kafka) {
			kafka.setSync(false);
			kafka.setTransactionManager(null);
			kafka.setRecordMetadataChannel(null);
			tune(kafka);
			if (this.spec.channel()) {
				ChannelTopic.configure(kafka);
			}
			if (kafka.getCloseTimeout() <= 0) {
				kafka.setCloseTimeout(CLOSE_TIMEOUT_SECONDS);
			}
		}
	}

	/**
	 * The binder uses these where the user set no linger.ms or batch.size.
	 */
	private void tune(KafkaProducerProperties kafka) {
		KafkaProducerProperties untouched = new KafkaProducerProperties();
		if (kafka.getBufferSize() == untouched.getBufferSize()) {
			kafka.setBufferSize(ClientDefaults.BATCH_SIZE_BYTES);
		}
		if (kafka.getBatchTimeout() == untouched.getBatchTimeout()) {
			kafka.setBatchTimeout(ClientDefaults.lingerMs(this.spec.fanOut()));
		}
	}

	/**
	 * The properties that the producer is made with.
	 */
	void producer(long maxRequestBytes, Duration deliveryTimeout) {
		this.maxRequestBytes = maxRequestBytes;
		this.deliveryTimeout = deliveryTimeout;
	}

	@Override
	public CompletableFuture<Void> send(Outbound outbound) {
		ProducerRecord<byte[], byte[]> record;
		try {
			record = this.spec.channel() ? RecordWriter.writeToChannel(this.spec.destination(), outbound)
					: RecordWriter.write(this.spec.destination(), outbound);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(SendException.permanent("NOT_REPRESENTABLE",
					this.spec.destination() + ": the event can't be written as a record: " + ex.getMessage(), ex));
		}
		Sending sending = new Sending(record, outbound.timeout(), this.maxRequestBytes, this.underWay);
		if (this.closed) {
			sending.completeExceptionally(
					SendException.transientFailure("CLOSED", this.spec.destination() + ": the target is closed", null));
			return sending;
		}
		if (Thread.currentThread().isInterrupted()) {
			sending.completeExceptionally(SendException.transientFailure("INTERRUPTED",
					this.spec.destination() + ": interrupted before the record was sent", null));
			return sending;
		}
		if (outbound.timeout().compareTo(this.deliveryTimeout) < 0) {
			// Else the producer itself gives up first.
			sending.failAfterTimeout();
		}
		if (!this.waiting.joinIfBusy(sending) && !attempt(sending)) {
			this.waiting.add(sending);
		}
		return sending;
	}

	/**
	 * Hands a record to the producer.
	 * @return {@code false} when it can't take one now
	 */
	private boolean attempt(Sending sending) {
		if (!this.underWay.enter()) {
			return false;
		}
		try {
			this.channel.send(new GenericMessage<>(sending.record(), new Token(sending)));
			sending.handedOver();
			return true;
		}
		catch (RuntimeException ex) {
			SendException failure = sending.failure(ex);
			if (!failure.permanent() && SendFailures.notNow(ex) && !sending.overdue() && !this.closed) {
				return false;
			}
			sending.completeExceptionally(failure);
			return true;
		}
		finally {
			this.underWay.exit();
		}
	}

	@Override
	public boolean keepsOrder() {
		return true;
	}

	@Override
	public void close() {
		this.closed = true;
		this.waiting.close();
		this.onClose.run();
	}

	/**
	 * The one header that matters; an id and a time for each message would only cost.
	 */
	private static final class Token extends MessageHeaders {

		Token(Sending sending) {
			super(Map.of(KafkaIntegrationHeaders.FUTURE_TOKEN, sending), ID_VALUE_NONE, -1L);
		}

	}

}
