package io.meshbridge.bridge.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.meshbridge.bridge.test.BridgeHarness;
import io.meshbridge.bridge.test.Destination;
import io.meshbridge.bridge.test.OrderUnit;
import io.meshbridge.bridge.test.RawMessage;
import io.meshbridge.bridge.test.broker.KafkaTestBroker;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Kafka as the contract sees it: a broker and a plain client.
 */
final class KafkaHarness implements BridgeHarness {

	private static final int PARTITIONS = 2;

	private final String servers = KafkaTestBroker.bootstrapServers();

	private final Admin admin = Admin.create(Map.of("bootstrap.servers", this.servers, "request.timeout.ms", 5000,
			"default.api.timeout.ms", 40_000, "reconnect.backoff.max.ms", 500));

	private final KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(Map.of("bootstrap.servers", this.servers,
			"reconnect.backoff.max.ms", 500, "request.timeout.ms", 5000, "delivery.timeout.ms", 40_000),
			new ByteArraySerializer(), new ByteArraySerializer());

	private final KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
			Map.of("bootstrap.servers", this.servers, "auto.offset.reset", "earliest", "enable.auto.commit", false,
					"reconnect.backoff.max.ms", 500, "request.timeout.ms", 5000),
			new ByteArrayDeserializer(), new ByteArrayDeserializer());

	/**
	 * What was read and not taken yet; topics are read on demand, from their beginning.
	 */
	private final Map<String, Deque<RawMessage>> taken = new HashMap<>();

	@Override
	public String name() {
		return "kafka";
	}

	@Override
	public String binder() {
		return "kafka";
	}

	@Override
	public Map<String, Object> properties() {
		return Map.of("spring.kafka.bootstrap-servers", this.servers,
				"spring.kafka.properties.reconnect.backoff.max.ms", "500",
				"spring.kafka.consumer.properties.session.timeout.ms", "6000");
	}

	@Override
	public Destination newDestination() {
		String topic = "contract." + UUID.randomUUID();
		createTopic(topic, PARTITIONS);
		return Destination.of(topic);
	}

	void createTopic(String topic, int partitions) {
		await(this.admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all());
		// The answer comes before the broker leads the partitions.
		this.producer.partitionsFor(topic);
	}

	@Override
	public Destination forbiddenDestination() {
		Destination destination = newDestination();
		await(this.admin
			.createAcls(List.of(
					new AclBinding(new ResourcePattern(ResourceType.TOPIC, destination.target(), PatternType.LITERAL),
							new AccessControlEntry("User:*", "*", AclOperation.WRITE, AclPermissionType.DENY)),
					new AclBinding(new ResourcePattern(ResourceType.TOPIC, destination.target(), PatternType.LITERAL),
							new AccessControlEntry("User:*", "*", AclOperation.DESCRIBE, AclPermissionType.ALLOW))))
			.all());
		AclBindingFilter both = new AclBindingFilter(
				new ResourcePatternFilter(ResourceType.TOPIC, destination.target(), PatternType.LITERAL),
				AccessControlEntryFilter.ANY);
		// The answer comes before the broker obeys them.
		Awaitility.await()
			.atMost(Duration.ofSeconds(40))
			.until(() -> await(this.admin.describeAcls(both).values()).size() == 2);
		return destination;
	}

	Admin admin() {
		return this.admin;
	}

	static <T> T await(KafkaFuture<T> future) {
		try {
			return future.get(40, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted", ex);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void publish(Destination destination, RawMessage message) {
		List<Header> headers = new ArrayList<>();
		message.headers()
			.forEach((name, value) -> headers.add(new RecordHeader(name,
					(value instanceof byte[] bytes) ? bytes : value.toString().getBytes(StandardCharsets.UTF_8))));
		if (message.contentType() != null) {
			headers.add(new RecordHeader("content-type", message.contentType().getBytes(StandardCharsets.UTF_8)));
		}
		byte[] key = (message.key() != null) ? message.key().getBytes(StandardCharsets.UTF_8) : null;
		try {
			this.producer.send(new ProducerRecord<>(destination.source(), null, key, message.body(), headers))
				.get(40, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted", ex);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public @Nullable RawMessage take(Destination destination, Duration wait) {
		Deque<RawMessage> of = this.taken.computeIfAbsent(destination.target(), this::readFromBeginning);
		long deadline = System.nanoTime() + wait.toNanos();
		do {
			RawMessage message = of.poll();
			if (message != null) {
				return message;
			}
			this.consumer.poll(Duration.ofMillis(100)).forEach(this::keep);
		}
		while (System.nanoTime() < deadline);
		return of.poll();
	}

	private Deque<RawMessage> readFromBeginning(String topic) {
		List<TopicPartition> partitions = new ArrayList<>(this.consumer.assignment());
		this.consumer.partitionsFor(topic)
			.forEach((partition) -> partitions.add(new TopicPartition(topic, partition.partition())));
		this.consumer.assign(partitions);
		return new ArrayDeque<>();
	}

	private void keep(ConsumerRecord<byte[], byte[]> record) {
		Map<String, Object> headers = new LinkedHashMap<>();
		for (Header header : record.headers()) {
			headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
		}
		Object contentType = headers.remove("content-type");
		String key = (record.key() != null) ? new String(record.key(), StandardCharsets.UTF_8) : null;
		this.taken.getOrDefault(record.topic(), new ArrayDeque<>())
			.add(new RawMessage(headers, (contentType != null) ? contentType.toString() : null, key, record.value()));
	}

	@Override
	public String headerName(String attribute) {
		return "ce_" + attribute;
	}

	@Override
	public void stopBroker() {
		KafkaTestBroker.get().stop();
	}

	@Override
	public void startBroker() {
		KafkaTestBroker.get().start();
	}

	@Override
	public void suspendBroker() {
		KafkaTestBroker.get().suspend();
	}

	@Override
	public void resumeBroker() {
		KafkaTestBroker.get().resume();
	}

	@Override
	public int maxPayloadBytes() {
		return 1024 * 1024 + ClientDefaults.REQUEST_HEADROOM_BYTES;
	}

	@Override
	public OrderUnit orderUnit() {
		return OrderUnit.key("record key");
	}

	@Override
	public void close() {
		this.consumer.close();
		this.producer.close(Duration.ofSeconds(5));
		this.admin.close(Duration.ofSeconds(5));
	}

}
