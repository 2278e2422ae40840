package io.meshbridge.bench.raw;

import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The Kafka clients of all raw bridges, tuned alike: large polls and batches.
 */
final class KafkaClients {

	private KafkaClients() {
	}

	/**
	 * A member of a group that starts at the beginning and commits by hand.
	 */
	static KafkaConsumer<byte[], byte[]> consumer(String address, String topic, String group) {
		KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", address, "group.id",
				group, "auto.offset.reset", "earliest", "enable.auto.commit", false, "max.poll.records", 2000,
				"max.partition.fetch.bytes", 4_194_304, "receive.buffer.bytes", -1), new ByteArrayDeserializer(),
				new ByteArrayDeserializer());
		consumer.subscribe(List.of(topic));
		return consumer;
	}

	/**
	 * An idempotent producer with acks=all.
	 * @param lingerMillis how long a record may wait for others
	 */
	static KafkaProducer<byte[], byte[]> producer(String address, int lingerMillis) {
		return new KafkaProducer<>(Map.of("bootstrap.servers", address, "acks", "all", "enable.idempotence", true,
				"linger.ms", lingerMillis, "batch.size", 131_072, "buffer.memory", 67_108_864L, "max.request.size",
				4_194_304), new ByteArraySerializer(), new ByteArraySerializer());
	}

}
