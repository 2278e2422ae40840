package io.meshbridge.bridge.kafka;

import java.lang.reflect.Type;
import java.util.List;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

import org.springframework.kafka.support.Acknowledgment;
import org.springframework.kafka.support.converter.BatchMessageConverter;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;

/**
 * What one poll returned, as the payload of one message: the records as they are, since
 * the gateway maps headers and keys itself.
 *
 * @param consumer that polled them
 * @param records in the order of the poll, those of a partition next to each other
 */
record PolledRecords(Consumer<?, ?> consumer, List<ConsumerRecord<byte[], byte[]>> records) {

	/** Makes such messages. */
	static final BatchMessageConverter CONVERTER = new BatchMessageConverter() {

		@Override
		@SuppressWarnings({ "unchecked", "rawtypes" })
		public Message<?> toMessage(List<ConsumerRecord<?, ?>> records, @Nullable Acknowledgment acknowledgment,
				@Nullable Consumer<?, ?> consumer, Type payloadType) {
			if (consumer == null) {
				throw new IllegalStateException("the listener container gave no consumer");
			}
			return new GenericMessage<>(new PolledRecords(consumer, (List) records));
		}

		@Override
		public List<ProducerRecord<?, ?>> fromMessage(Message<?> message, String defaultTopic) {
			throw new UnsupportedOperationException("inbound only");
		}

	};

}
