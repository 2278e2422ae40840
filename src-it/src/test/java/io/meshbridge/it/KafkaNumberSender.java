package io.meshbridge.it;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Records with a key; acknowledged when the broker has stored them.
 */
final class KafkaNumberSender implements NumberSender {

	private final KafkaProducer<byte[], byte[]> producer;

	KafkaNumberSender(int port) {
		this.producer = new KafkaProducer<>(
				Map.of("bootstrap.servers", "127.0.0.1:" + port, "acks", "all", "max.block.ms", "2000"),
				new ByteArraySerializer(), new ByteArraySerializer());
	}

	@Override
	public void send(String destination, LedgerEvent event, Runnable acknowledged) {
		ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(destination,
				event.orderKey().getBytes(StandardCharsets.UTF_8), event.json());
		record.headers().add("content-type", LedgerEvent.CONTENT_TYPE.getBytes(StandardCharsets.UTF_8));
		this.producer.send(record, (metadata, failure) -> {
			if (failure == null) {
				acknowledged.run();
			}
		});
	}

	@Override
	public void close() {
		this.producer.close(Duration.ofSeconds(5));
	}

}
