package io.meshbridge.bench.load;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Topics of a Kafka broker: makes them, fills them, reads them.
 */
public final class KafkaEvents implements AutoCloseable {

	private static final int PARTITIONS = 4;

	/** Enough for events of one MiB. */
	private static final int MAX_MESSAGE_BYTES = 4_194_304;

	private static final long ADMIN_TIMEOUT_SECONDS = 30;

	private final String address;

	private final Admin admin;

	/**
	 * Connects.
	 * @param address host and port
	 */
	public KafkaEvents(String address) {
		this.address = address;
		this.admin = Admin.create(Map.of("bootstrap.servers", address));
	}

	/**
	 * Makes a topic with four partitions.
	 */
	public void create(String topic) throws InterruptedException, ExecutionException, TimeoutException {
		create(List.of(topic), PARTITIONS);
	}

	/**
	 * Makes topics.
	 */
	public void create(List<String> topics, int partitions)
			throws InterruptedException, ExecutionException, TimeoutException {
		Map<String, String> settings = Map.of("max.message.bytes", String.valueOf(MAX_MESSAGE_BYTES));
		this.admin.createTopics(
				topics.stream().map((topic) -> new NewTopic(topic, partitions, (short) 1).configs(settings)).toList())
			.all()
			.get(ADMIN_TIMEOUT_SECONDS, TimeUnit.SECONDS);
	}

	/**
	 * Removes a topic with what is in it.
	 */
	public void delete(String topic) throws InterruptedException, ExecutionException, TimeoutException {
		delete(List.of(topic));
	}

	/**
	 * Removes topics with what is in them.
	 */
	public void delete(List<String> topics) throws InterruptedException, ExecutionException, TimeoutException {
		this.admin.deleteTopics(topics).all().get(ADMIN_TIMEOUT_SECONDS, TimeUnit.SECONDS);
	}

	/**
	 * Appends the first events of a series to a topic; returns when the broker has all.
	 */
	public void fill(String topic, EventSeries series, long count) {
		// One request at a time: a topic that was just made may refuse the first and take
		// the second, and then a producer never gets rid of the first.
		send(topic, series, 0, count, Map.of("linger.ms", 5, "max.in.flight.requests.per.connection", 1), (number) -> {
		});
	}

	/**
	 * Appends events of a series to a topic, each when it is due; returns when the broker
	 * has all.
	 */
	public void send(String topic, EventSeries series, Pace pace) {
		pace.begin();
		send(topic, series, pace.first(), pace.end(), Map.of("linger.ms", 0), pace::await);
	}

	private void send(String topic, EventSeries series, long from, long to, Map<String, Object> more,
			LongConsumer before) {
		Map<String, Object> settings = new HashMap<>(more);
		settings.putAll(Map.of("bootstrap.servers", this.address, "acks", "all", "batch.size", 131_072, "buffer.memory",
				67_108_864L, "max.request.size", MAX_MESSAGE_BYTES));
		AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
		try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings, new ByteArraySerializer(),
				new ByteArraySerializer())) {
			for (long number = from; number < to && failure.get() == null; number++) {
				before.accept(number);
				ProducerRecord<byte[], byte[]> kafkaRecord = new ProducerRecord<>(topic,
						series.key(number).getBytes(StandardCharsets.UTF_8), series.data(number));
				kafkaRecord.headers().add("content-type", EventSeries.CONTENT_TYPE.getBytes(StandardCharsets.US_ASCII));
				series.attributes(number, (name, value) -> kafkaRecord.headers()
					.add("ce_" + name, value.getBytes(StandardCharsets.UTF_8)));
				producer.send(kafkaRecord, (metadata, ex) -> {
					if (ex != null) {
						failure.compareAndSet(null, ex);
					}
				});
			}
			producer.flush();
		}
		if (failure.get() != null) {
			throw new IllegalStateException(topic + ": the topic can't be filled: " + failure.get(), failure.get());
		}
	}

	/**
	 * Reads a topic from its beginning.
	 */
	public Receiver receive(String topic, Arrivals arrivals) {
		return receive(List.of(topic), PARTITIONS, arrivals);
	}

	/**
	 * Reads topics from their beginning, each for a copy of every event.
	 */
	public Receiver receive(List<String> topics, int count, Arrivals arrivals) {
		Map<String, Object> settings = Map.of("bootstrap.servers", this.address, "max.poll.records", 5000,
				"max.partition.fetch.bytes", 4_194_304, "fetch.max.wait.ms", 50, "enable.auto.commit", false,
				"receive.buffer.bytes", -1);
		KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(),
				new ByteArrayDeserializer());
		List<TopicPartition> partitions = new ArrayList<>();
		Map<String, Integer> copies = new HashMap<>();
		for (String topic : topics) {
			copies.put(topic, copies.size());
			for (int partition = 0; partition < count; partition++) {
				partitions.add(new TopicPartition(topic, partition));
			}
		}
		consumer.assign(partitions);
		consumer.seekToBeginning(partitions);
		return new TopicReceiver(consumer, copies, arrivals);
	}

	@Override
	public void close() {
		this.admin.close(Duration.ofSeconds(5));
	}

	private static final class TopicReceiver implements Receiver {

		private final KafkaConsumer<byte[], byte[]> consumer;

		private final Thread thread;

		private volatile boolean closed;

		private volatile @Nullable Throwable failure;

		TopicReceiver(KafkaConsumer<byte[], byte[]> consumer, Map<String, Integer> copies, Arrivals arrivals) {
			this.consumer = consumer;
			this.thread = new Thread(() -> read(copies, arrivals), "receiver");
			this.thread.setDaemon(true);
			this.thread.start();
		}

		private void read(Map<String, Integer> copies, Arrivals arrivals) {
			try (KafkaConsumer<byte[], byte[]> open = this.consumer) {
				while (!this.closed) {
					for (ConsumerRecord<byte[], byte[]> kafkaRecord : open.poll(Duration.ofMillis(100))) {
						arrivals.arrived(copies.getOrDefault(kafkaRecord.topic(), 0),
								(kafkaRecord.value() != null) ? kafkaRecord.value() : new byte[0]);
					}
				}
			}
			catch (RuntimeException ex) {
				this.failure = ex;
			}
		}

		@Override
		public @Nullable Throwable failure() {
			return this.failure;
		}

		@Override
		public void close() {
			this.closed = true;
			try {
				this.thread.join(5000);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
