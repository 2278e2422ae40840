package io.meshbridge.bridge.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

import io.meshbridge.bridge.channel.ChannelBroker;
import io.meshbridge.bridge.channel.ChannelInUseException;
import io.meshbridge.bridge.channel.ChannelStatus;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Durable channels at one Kafka: a topic for each, and a consumer group for each group.
 * Asked now and then by an operator, so it connects each time. Thread-safe.
 */
final class ChannelTopics {

	private static final Duration WAIT = Duration.ofSeconds(5);

	/** Enough for the first answer; what is not there by then has no age. */
	private static final Duration POLL = Duration.ofSeconds(1);

	private final Map<String, Object> clientProperties;

	/**
	 * @param clientProperties of a consumer of the binder
	 */
	ChannelTopics(Map<String, Object> clientProperties) {
		this.clientProperties = new HashMap<>(clientProperties);
	}

	Set<String> topics(String prefix) {
		return ask((admin) -> get(admin.listTopics().names()).stream()
			.filter((name) -> name.startsWith(prefix))
			.collect(Collectors.toSet()));
	}

	/**
	 * What is in a topic for each group; without a group, all that is there waits for the
	 * first one.
	 */
	ChannelBroker.Contents contents(String topic, Set<String> known, String prefix) {
		return ask((admin) -> {
			List<TopicPartition> partitions = partitions(admin, topic);
			Map<TopicPartition, Long> first = offsets(admin, partitions, OffsetSpec.earliest());
			Map<TopicPartition, Long> end = offsets(admin, partitions, OffsetSpec.latest());
			Set<String> groups = new TreeSet<>(known);
			groups.addAll(groups(admin, prefix));
			Map<TopicPartition, Long> oldest = new HashMap<>(groups.isEmpty() ? first : end);
			List<ChannelStatus.Group> found = new ArrayList<>();
			for (String group : groups) {
				Map<TopicPartition, Long> next = next(admin, group, first);
				next.forEach((partition, offset) -> oldest.merge(partition, offset, Math::min));
				found.add(new ChannelStatus.Group(group, count(next, end), readers(admin, group)));
			}
			long depth = groups.isEmpty() ? count(first, end)
					: found.stream().mapToLong((group) -> (group.depth() == null) ? 0 : group.depth()).sum();
			return new ChannelBroker.Contents(depth, age(oldest, end), found);
		});
	}

	/**
	 * Removes all records that are there now.
	 * @return how many events went, each as often as a group had not read it
	 */
	long purge(String topic, Set<String> known, String prefix) {
		Long depth = contents(topic, known, prefix).depth();
		ask((admin) -> {
			Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
			offsets(admin, partitions(admin, topic), OffsetSpec.latest())
				.forEach((partition, offset) -> all.put(partition, RecordsToDelete.beforeOffset(offset)));
			return get(admin.deleteRecords(all).all());
		});
		return (depth == null) ? 0 : depth;
	}

	/**
	 * Removes topic and groups.
	 */
	void delete(String topic, Set<String> known, String prefix) {
		ask((admin) -> {
			Set<String> groups = new TreeSet<>(known);
			groups.addAll(groups(admin, prefix));
			for (String group : groups) {
				int readers = readers(admin, group);
				if (readers > 0) {
					throw new ChannelInUseException("consumer group '" + group + "' has " + readers
							+ " reader(s): end what reads it first, here and at the other gateways");
				}
			}
			try {
				get(admin.deleteTopics(List.of(topic)).all());
			}
			catch (UnknownTopicOrPartitionException ex) {
				// That is what was asked for.
			}
			for (KafkaFuture<Void> deleted : admin.deleteConsumerGroups(groups).deletedGroups().values()) {
				try {
					get(deleted);
				}
				catch (GroupIdNotFoundException ex) {
					// A group that never read.
				}
			}
			return groups;
		});
	}

	private static List<TopicPartition> partitions(Admin admin, String topic) {
		try {
			return get(admin.describeTopics(List.of(topic)).allTopicNames()).values()
				.stream()
				.flatMap((found) -> found.partitions().stream())
				.map((partition) -> new TopicPartition(topic, partition.partition()))
				.toList();
		}
		catch (UnknownTopicOrPartitionException ex) {
			return List.of();
		}
	}

	private static Map<TopicPartition, Long> offsets(Admin admin, Collection<TopicPartition> partitions,
			OffsetSpec which) {
		Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
		partitions.forEach((partition) -> wanted.put(partition, which));
		Map<TopicPartition, Long> offsets = new HashMap<>();
		get(admin.listOffsets(wanted).all()).forEach((partition, found) -> offsets.put(partition, found.offset()));
		return offsets;
	}

	private static Set<String> groups(Admin admin, String prefix) {
		return get(admin.listGroups().all()).stream()
			.map((group) -> group.groupId())
			.filter((group) -> group.startsWith(prefix))
			.collect(Collectors.toSet());
	}

	/**
	 * Where a group reads on. What it has committed may have been removed since.
	 */
	private static Map<TopicPartition, Long> next(Admin admin, String group, Map<TopicPartition, Long> first) {
		Map<TopicPartition, OffsetAndMetadata> committed;
		try {
			committed = get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
		}
		catch (GroupIdNotFoundException ex) {
			committed = Map.of();
		}
		Map<TopicPartition, Long> next = new HashMap<>(first);
		committed.forEach((partition, offset) -> {
			if (offset != null) {
				next.computeIfPresent(partition, (same, lowest) -> Math.max(lowest, offset.offset()));
			}
		});
		return next;
	}

	private static int readers(Admin admin, String group) {
		try {
			ConsumerGroupDescription described = get(admin.describeConsumerGroups(List.of(group)).all()).get(group);
			return (described == null) ? 0 : described.members().size();
		}
		catch (GroupIdNotFoundException ex) {
			return 0;
		}
	}

	private static long count(Map<TopicPartition, Long> from, Map<TopicPartition, Long> end) {
		return from.entrySet()
			.stream()
			.mapToLong((each) -> Math.max(0, end.getOrDefault(each.getKey(), 0L) - each.getValue()))
			.sum();
	}

	/**
	 * How long ago the first of what is unread was stored, as its timestamp says.
	 */
	private @Nullable Duration age(Map<TopicPartition, Long> oldest, Map<TopicPartition, Long> end) {
		Map<TopicPartition, Long> unread = new HashMap<>(oldest);
		unread.entrySet().removeIf((each) -> each.getValue() >= end.getOrDefault(each.getKey(), 0L));
		if (unread.isEmpty()) {
			return null;
		}
		Map<String, Object> properties = new HashMap<>(this.clientProperties);
		properties.keySet()
			.removeAll(Set.of(ConsumerConfig.GROUP_ID_CONFIG, ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
					ConsumerConfig.CLIENT_ID_CONFIG, ConsumerConfig.GROUP_PROTOCOL_CONFIG));
		properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, unread.size());
		properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
		// The start of a record is enough.
		properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1024);
		long first = Long.MAX_VALUE;
		try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(),
				new ByteArrayDeserializer())) {
			consumer.assign(unread.keySet());
			unread.forEach(consumer::seek);
			while (!unread.isEmpty()) {
				ConsumerRecords<byte[], byte[]> some = consumer.poll(POLL);
				if (some.isEmpty()) {
					break;
				}
				for (ConsumerRecord<byte[], byte[]> read : some) {
					TopicPartition partition = new TopicPartition(read.topic(), read.partition());
					if (unread.remove(partition) != null) {
						first = Math.min(first, read.timestamp());
					}
				}
				consumer.pause(some.partitions());
			}
		}
		return (first == Long.MAX_VALUE) ? null : Duration.ofMillis(Math.max(0, System.currentTimeMillis() - first));
	}

	private <T> T ask(Question<T> question) {
		Map<String, Object> properties = new HashMap<>(this.clientProperties);
		properties.keySet().retainAll(AdminClientConfig.configNames());
		properties.remove(AdminClientConfig.CLIENT_ID_CONFIG);
		properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) WAIT.toMillis());
		properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) WAIT.toMillis());
		Admin admin = Admin.create(properties);
		try {
			return question.to(admin);
		}
		finally {
			admin.close(Duration.ZERO);
		}
	}

	private static <T> T get(KafkaFuture<T> answer) {
		try {
			return answer.get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new KafkaException("interrupted", ex);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof RuntimeException failure) ? failure : new KafkaException(ex.getCause());
		}
		catch (TimeoutException ex) {
			throw new KafkaException("no answer within " + WAIT.toSeconds() + " s", ex);
		}
	}

	private interface Question<T> {

		T to(Admin admin);

	}

}
