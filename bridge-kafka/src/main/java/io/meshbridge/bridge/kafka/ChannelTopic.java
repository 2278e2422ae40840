package io.meshbridge.bridge.kafka;

import java.util.HashMap;
import java.util.Map;

import org.apache.kafka.common.config.TopicConfig;

import org.springframework.cloud.stream.binder.kafka.properties.KafkaConsumerProperties;
import org.springframework.cloud.stream.binder.kafka.properties.KafkaProducerProperties;
import org.springframework.cloud.stream.binder.kafka.properties.KafkaTopicProperties;

/**
 * What is special about the topic of a channel: unless the user says otherwise Kafka
 * removes nothing from it, for it would not ask who has read it; and a group that is new
 * starts at the beginning.
 */
final class ChannelTopic {

	private ChannelTopic() {
	}

	static void configure(KafkaProducerProperties properties) {
		properties.setTopic(kept(properties.getTopic()));
	}

	static void configure(KafkaConsumerProperties properties) {
		properties.setTopic(kept(properties.getTopic()));
		properties.setStartOffset(KafkaConsumerProperties.StartOffset.earliest);
		properties.setResetOffsets(false);
	}

	private static KafkaTopicProperties kept(KafkaTopicProperties configured) {
		Map<String, String> settings = new HashMap<>(configured.getProperties());
		settings.putIfAbsent(TopicConfig.RETENTION_MS_CONFIG, "-1");
		settings.putIfAbsent(TopicConfig.RETENTION_BYTES_CONFIG, "-1");
		KafkaTopicProperties kept = new KafkaTopicProperties();
		kept.setReplicationFactor(configured.getReplicationFactor());
		kept.setReplicasAssignments(configured.getReplicasAssignments());
		kept.setProperties(settings);
		return kept;
	}

}
