package io.meshbridge.bench.raw;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Poll, send all, flush, commit.
 */
final class KafkaToKafka {

	private KafkaToKafka() {
	}

	static void run(String address, String in, String out, String group) {
		AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
		try (KafkaConsumer<byte[], byte[]> consumer = KafkaClients.consumer(address, in, group);
				KafkaProducer<byte[], byte[]> producer = KafkaClients.producer(address, 5)) {
			System.out.println("READY");
			while (true) {
				ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(500));
				for (ConsumerRecord<byte[], byte[]> taken : records) {
					producer.send(new ProducerRecord<>(out, null, taken.key(), taken.value(), taken.headers()),
							(metadata, ex) -> {
								if (ex != null) {
									failure.compareAndSet(null, ex);
								}
							});
				}
				producer.flush();
				if (failure.get() != null) {
					throw new IllegalStateException("kafka-kafka: " + failure.get(), failure.get());
				}
				if (!records.isEmpty()) {
					consumer.commitSync();
				}
			}
		}
	}

}
