package io.meshbridge.bridge.kafka;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.meshbridge.bridge.FlowControl;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.Source;
import io.meshbridge.bridge.SourceSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.cloud.stream.binder.ConsumerProperties;
import org.springframework.cloud.stream.binder.ExtendedConsumerProperties;
import org.springframework.cloud.stream.binder.HeaderMode;
import org.springframework.cloud.stream.binder.kafka.properties.KafkaConsumerProperties;
import org.springframework.kafka.listener.ContainerProperties.AckMode;
import org.springframework.messaging.Message;

/**
 * Reads topics. A binding may have several consumers (concurrency, several destinations);
 * each has its own thread and its own offsets.
 */
final class KafkaSource implements Source {

	private static final Logger logger = LoggerFactory.getLogger(KafkaSource.class);

	private final SourceSpec spec;

	private final int maxUncommitted;

	private final Runnable onClose;

	private final Map<org.apache.kafka.clients.consumer.Consumer<?, ?>, ConsumerOffsets> consumers = new ConcurrentHashMap<>();

	private volatile boolean closed;

	KafkaSource(SourceSpec spec, int maxUncommitted, Runnable onClose) {
		this.spec = spec;
		this.maxUncommitted = maxUncommitted;
		this.onClose = onClose;
	}

	SourceSpec spec() {
		return this.spec;
	}

	@Override
	public void configure(ConsumerProperties properties) {
		properties.setBatchMode(true);
		properties.setMaxAttempts(1);
		properties.setUseNativeDecoding(true);
		properties.setHeaderMode(HeaderMode.none);
		if (properties instanceof ExtendedConsumerProperties<?> extended
				&& extended.getExtension() instanceof KafkaConsumerProperties kafka) {
			// The container commits nothing of its own accord: nobody acknowledges to it.
			kafka.setAckMode(AckMode.MANUAL);
			kafka.setEnableDlq(false);
			kafka.setConverterBeanName(null);
			kafka.setCommonErrorHandlerBeanName(null);
			kafka.setTransactionManager(null);
			if (this.spec.channel()) {
				ChannelTopic.configure(kafka);
			}
		}
	}

	/**
	 * The offsets of one of the binding's consumers.
	 * @param pausedByContainer whether somebody paused the whole consumer
	 */
	ConsumerOffsets offsets(org.apache.kafka.clients.consumer.Consumer<?, ?> consumer,
			BooleanSupplier pausedByContainer) {
		ConsumerOffsets known = this.consumers.get(consumer);
		return (known != null) ? known
				: this.consumers.computeIfAbsent(consumer, (unused) -> new ConsumerOffsets(this.spec.bindingName(),
						consumer, this.maxUncommitted, pausedByContainer));
	}

	/**
	 * The offsets of a consumer that has any, or {@code null}.
	 */
	@Nullable ConsumerOffsets knownOffsets(org.apache.kafka.clients.consumer.Consumer<?, ?> consumer) {
		return this.consumers.get(consumer);
	}

	/**
	 * A consumer ends: commits what is settled.
	 */
	void stopping(org.apache.kafka.clients.consumer.Consumer<?, ?> consumer) {
		ConsumerOffsets offsets = this.consumers.remove(consumer);
		if (offsets != null) {
			offsets.stopping();
		}
	}

	@Override
	public void receive(Message<?> message, Consumer<? super InboundMessage> handler) {
		PolledRecords polled = (PolledRecords) message.getPayload();
		ConsumerOffsets consumer = Objects.requireNonNull(this.consumers.get(polled.consumer()), "unknown consumer");
		List<ConsumerRecord<byte[], byte[]>> records = polled.records();
		int from = 0;
		while (from < records.size()) {
			int to = endOfPartition(records, from);
			receive(records, from, to, consumer.of(records.get(from)), handler);
			from = to;
		}
	}

	private static int endOfPartition(List<ConsumerRecord<byte[], byte[]>> records, int from) {
		ConsumerRecord<?, ?> first = records.get(from);
		int to = from + 1;
		while (to < records.size() && records.get(to).partition() == first.partition()
				&& records.get(to).topic().equals(first.topic())) {
			to++;
		}
		return to;
	}

	private void receive(List<ConsumerRecord<byte[], byte[]>> records, int from, int to, PartitionOffsets offsets,
			Consumer<? super InboundMessage> handler) {
		long place = this.closed ? PartitionOffsets.NOT_TAKEN : offsets.take(records, from, to);
		if (place == PartitionOffsets.NOT_TAKEN) {
			return;
		}
		int epoch = offsets.epochOf(place);
		for (int i = from; i < to; i++) {
			InboundMessage inbound = new KafkaInboundMessage(records.get(i), offsets, place + i - from, epoch);
			try {
				handler.accept(inbound);
			}
			catch (RuntimeException ex) {
				logger.error("{}: record {} could not be handed over and is read again", this.spec.bindingName(),
						((KafkaInboundMessage) inbound).id(), ex);
				inbound.refuse(ex);
				return;
			}
		}
	}

	@Override
	public FlowControl flowControl() {
		return FlowControl.PAUSE;
	}

	@Override
	public void close() {
		this.closed = true;
		this.consumers.values().forEach(ConsumerOffsets::close);
		this.onClose.run();
	}

}
