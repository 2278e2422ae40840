package io.meshbridge.bridge.kafka;

import java.util.HashMap;
import java.util.Map;

import io.meshbridge.bridge.TargetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

import org.springframework.cloud.stream.binder.ExtendedProducerProperties;
import org.springframework.cloud.stream.binder.kafka.properties.KafkaProducerProperties;

import static org.assertj.core.api.Assertions.assertThat;

class ClientDefaultsTests {

	private final Map<String, Object> properties = new HashMap<>(Map.of("bootstrap.servers", "127.0.0.1:9092"));

	@Test
	void consumersNeverCommitByThemselves() {
		this.properties.put("enable.auto.commit", "true");
		this.properties.put("key.deserializer", "org.apache.kafka.common.serialization.StringDeserializer");
		ClientDefaults.consumer(this.properties, 10_000);
		assertThat(this.properties).containsEntry("enable.auto.commit", false)
			.containsEntry("key.deserializer", ByteArrayDeserializer.class)
			.containsEntry("max.poll.records", 1000);
		new ConsumerConfig(this.properties);
	}

	@Test
	void consumersPollNoMoreThanMayBeInFlight() {
		ClientDefaults.consumer(this.properties, 7);
		assertThat(this.properties).containsEntry("max.poll.records", 7);
	}

	@Test
	void leavesTheReceiveBufferToTheSystemUnlessTheUserSetsIt() {
		ClientDefaults.consumer(this.properties, 7);
		assertThat(new ConsumerConfig(this.properties).getInt("receive.buffer.bytes")).isEqualTo(-1);
		this.properties.put("receive.buffer.bytes", "131072");
		ClientDefaults.consumer(this.properties, 7);
		assertThat(new ConsumerConfig(this.properties).getInt("receive.buffer.bytes")).isEqualTo(131_072);
	}

	@Test
	void leavesTheAssignmentToTheBrokerWhereItAssigns() {
		this.properties.put("group.protocol", "CONSUMER");
		ClientDefaults.consumer(this.properties, 10);
		new ConsumerConfig(this.properties);
		assertThat(this.properties).doesNotContainKey("partition.assignment.strategy");
	}

	@Test
	void batchesWaitLongerWhereManyTargetsGetTheEventsUnlessTheUserSaysHowLong() {
		assertThat(linger(1, new KafkaProducerProperties())).isEqualTo(2);
		assertThat(linger(10, new KafkaProducerProperties())).isEqualTo(20);
		assertThat(linger(1000, new KafkaProducerProperties())).isEqualTo(200);
		KafkaProducerProperties users = new KafkaProducerProperties();
		users.setBatchTimeout(7);
		assertThat(linger(10, users)).isEqualTo(7);
	}

	private static int linger(int fanOut, KafkaProducerProperties properties) {
		new KafkaTarget(new TargetSpec("out", "kafka", "out", fanOut), (message, timeout) -> true, () -> {
		}).configure(new ExtendedProducerProperties<>(properties));
		return properties.getBatchTimeout();
	}

	@Test
	void producersKeepTheGuaranteeWhateverTheUserWrote() {
		this.properties.putAll(Map.of("acks", "1", "enable.idempotence", "false", "transactional.id", "tx", "linger.ms",
				"20", "max.block.ms", "300"));
		ClientDefaults.producer(this.properties, 1_000_000);
		assertThat(this.properties).containsEntry("acks", "all")
			.containsEntry("enable.idempotence", true)
			.doesNotContainKey("transactional.id")
			.containsEntry("linger.ms", "20")
			.containsEntry("max.block.ms", "300")
			.containsEntry("max.request.size", "1065536")
			.containsEntry("value.serializer", ByteArraySerializer.class);
		new ProducerConfig(this.properties);
	}

	@Test
	void deliveryTimeoutLeavesRoomForTheUsersRequestTimeout() {
		this.properties.putAll(Map.of("linger.ms", "5", "request.timeout.ms", 60_000));
		ClientDefaults.producer(this.properties, 1_000_000);
		assertThat(this.properties).containsEntry("delivery.timeout.ms", "60005");
		new ProducerConfig(this.properties);
	}

}
