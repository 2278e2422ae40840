package io.meshbridge.it;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.meshbridge.bridge.test.RawMessage;
import io.meshbridge.bridge.test.broker.KafkaTestBroker;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Kafka with kafka-clients.
 */
final class KafkaPeer extends Peer {

	private static final String CONTENT_TYPE = "content-type";

	private final KafkaProducer<byte[], byte[]> producer;

	private volatile boolean closed;

	KafkaPeer() {
		KafkaTestBroker.get();
		this.producer = new KafkaProducer<>(
				Map.of("bootstrap.servers", KafkaTestBroker.bootstrapServers(), "acks", "all"),
				new ByteArraySerializer(), new ByteArraySerializer());
	}

	@Override
	String name() {
		return "kafka";
	}

	@Override
	String from(String destination) {
		return "kafka:" + destination;
	}

	@Override
	String to(String destination) {
		return "kafka:" + destination;
	}

	@Override
	List<String> options() {
		return List.of("--spring.kafka.bootstrap-servers=" + KafkaTestBroker.bootstrapServers());
	}

	@Override
	void open(Collection<String> sources, Collection<String> targets) throws Exception {
		List<NewTopic> topics = new ArrayList<>();
		sources.forEach((name) -> topics.add(new NewTopic(name, 2, (short) 1)));
		targets.forEach((name) -> topics.add(new NewTopic(name, 1, (short) 1)));
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", KafkaTestBroker.bootstrapServers()))) {
			admin.createTopics(topics).all().get(30, TimeUnit.SECONDS);
		}
		if (!targets.isEmpty()) {
			new Thread(() -> read(targets), "kafka-peer").start();
		}
	}

	private void read(Collection<String> targets) {
		try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
				Map.of("bootstrap.servers", KafkaTestBroker.bootstrapServers()), new ByteArrayDeserializer(),
				new ByteArrayDeserializer())) {
			List<TopicPartition> partitions = targets.stream().map((name) -> new TopicPartition(name, 0)).toList();
			consumer.assign(partitions);
			consumer.seekToBeginning(partitions);
			while (!this.closed) {
				consumer.poll(Duration.ofMillis(100)).forEach((record) -> arrived(record.topic(), raw(record)));
			}
		}
	}

	private static RawMessage raw(ConsumerRecord<byte[], byte[]> record) {
		Map<String, Object> headers = new HashMap<>();
		for (Header header : record.headers()) {
			headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
		}
		Object contentType = headers.remove(CONTENT_TYPE);
		String key = (record.key() == null) ? null : new String(record.key(), StandardCharsets.UTF_8);
		return new RawMessage(headers, (contentType == null) ? null : contentType.toString(), key, record.value());
	}

	@Override
	void send(String destination, RawMessage message) throws Exception {
		sendLater(destination, message).get(60, TimeUnit.SECONDS);
	}

	/** Sends without waiting for the broker. */
	Future<RecordMetadata> sendLater(String destination, RawMessage message) {
		byte[] key = (message.key() == null) ? null : message.key().getBytes(StandardCharsets.UTF_8);
		ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(destination, key, message.body());
		message.headers()
			.forEach((name, value) -> record.headers().add(name, value.toString().getBytes(StandardCharsets.UTF_8)));
		if (message.contentType() != null) {
			record.headers().add(CONTENT_TYPE, message.contentType().getBytes(StandardCharsets.UTF_8));
		}
		return this.producer.send(record);
	}

	/**
	 * Records of a topic that the gateway's group has committed.
	 */
	static long committed(String topic) throws Exception {
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", KafkaTestBroker.bootstrapServers()))) {
			return admin.listConsumerGroupOffsets("meshbridge")
				.partitionsToOffsetAndMetadata()
				.get(30, TimeUnit.SECONDS)
				.entrySet()
				.stream()
				.filter((entry) -> entry.getKey().topic().equals(topic) && entry.getValue() != null)
				.mapToLong((entry) -> entry.getValue().offset())
				.sum();
		}
	}

	/** Waits until the broker has all that was sent. */
	void flush() {
		this.producer.flush();
	}

	@Override
	String headerName(String attribute) {
		return "ce_" + attribute;
	}

	@Override
	boolean tellsNullFromEmpty() {
		return true;
	}

	@Override
	public void close() {
		// The reader sees it within one poll.
		this.closed = true;
		this.producer.close(Duration.ofSeconds(5));
	}

}
