package io.meshbridge.sandbox.demo;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Shows what arrives in Kafka topics, which it makes.
 */
final class KafkaWatch implements AutoCloseable {

	private static final String PREFIX = "ce_";

	private static final Duration TIMEOUT = Duration.ofSeconds(15);

	private final KafkaConsumer<byte[], byte[]> consumer;

	private final boolean polling;

	private final Thread thread;

	private final Consumer<Arrival> arrivals;

	KafkaWatch(String bootstrapServers, List<String> topics, Consumer<Arrival> arrivals)
			throws DemoException, InterruptedException {
		this.arrivals = arrivals;
		createTopics(bootstrapServers, topics);
		this.consumer = new KafkaConsumer<>(
				Map.of("bootstrap.servers", bootstrapServers, "client.id", "demo-watch", "enable.auto.commit", false),
				new ByteArrayDeserializer(), new ByteArrayDeserializer());
		List<TopicPartition> partitions = topics.stream().map((topic) -> new TopicPartition(topic, 0)).toList();
		// A consumer of nothing can't poll.
		this.polling = !topics.isEmpty();
		this.consumer.assign(partitions);
		this.consumer.seekToBeginning(partitions);
		this.thread = new Thread(this::poll, "demo-kafka-watch");
		this.thread.setDaemon(true);
		this.thread.start();
	}

	private static void createTopics(String bootstrapServers, List<String> topics)
			throws DemoException, InterruptedException {
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
			admin.createTopics(topics.stream().map((topic) -> new NewTopic(topic, 1, (short) 1)).toList())
				.all()
				.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new DemoException("the sandbox Kafka can't make the topics " + topics + ": " + ex);
		}
	}

	private void poll() {
		try {
			while (this.polling) {
				for (ConsumerRecord<byte[], byte[]> polled : this.consumer.poll(Duration.ofSeconds(1))) {
					this.arrivals.accept(arrival(polled));
				}
			}
		}
		catch (WakeupException ex) {
			// That is how it is told to end.
		}
		this.consumer.close();
	}

	private static Arrival arrival(ConsumerRecord<byte[], byte[]> polled) {
		Map<String, String> headers = new TreeMap<>();
		for (Header header : polled.headers()) {
			headers.put(header.key(),
					(header.value() != null) ? new String(header.value(), StandardCharsets.UTF_8) : "");
		}
		return Arrival.of("kafka:" + polled.topic(), headers.get("content-type"), PREFIX, headers, polled.value());
	}

	@Override
	public void close() {
		this.consumer.wakeup();
		try {
			this.thread.join(TIMEOUT.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
