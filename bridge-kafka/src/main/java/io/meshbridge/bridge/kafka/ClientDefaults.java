package io.meshbridge.bridge.kafka;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;

import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The properties of the Kafka clients. What the delivery guarantee rests on is set
 * whatever the user wrote; what is only tuning is set where the user wrote nothing.
 */
final class ClientDefaults {

	/**
	 * A pause takes effect after the poll under way, so it overshoots by no more than
	 * this.
	 */
	static final int MAX_POLL_RECORDS = 1000;

	/** Room for the key and the framing above {@code meshbridge.max-event-size}. */
	static final int REQUEST_HEADROOM_BYTES = 64 * 1024;

	static final int BATCH_SIZE_BYTES = 64 * 1024;

	private static final int LINGER_MS = 2;

	private static final int MAX_LINGER_MS = 200;

	private static final String RECONNECT_BACKOFF_MAX_MS = "10000";

	private static final String API_TIMEOUT_MS = "5000";

	private static final int REQUEST_TIMEOUT_MS = 10_000;

	private static final int DELIVERY_TIMEOUT_MS = 30_000;

	private ClientDefaults() {
	}

	static void consumer(Map<String, Object> properties, int maxInFlight) {
		properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
		properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
		properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
		properties.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
				Math.max(1, Math.min(maxInFlight, MAX_POLL_RECORDS)));
		// When a gateway joins or leaves, the others keep what they are working on.
		properties.putIfAbsent(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
				CooperativeStickyAssignor.class.getName());
		properties.putIfAbsent(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, RECONNECT_BACKOFF_MAX_MS);
		// The operating system's choice. Into the client's own 64 KiB fits hardly a
		// packet of
		// the loopback interface: what is too much is dropped, and comes again after 200
		// ms.
		properties.putIfAbsent(ConsumerConfig.RECEIVE_BUFFER_CONFIG, -1);
		properties.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, API_TIMEOUT_MS);
		if ("consumer"
			.equals(String.valueOf(properties.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG)).toLowerCase(Locale.ROOT))) {
			// There the broker assigns.
			properties.remove(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG);
		}
	}

	static void producer(Map<String, Object> properties, long maxEventBytes) {
		properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
		properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
		properties.put(ProducerConfig.ACKS_CONFIG, "all");
		properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
		properties.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
		properties.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, String.valueOf(128L * 1024 * 1024));
		// Blocks the caller once, then sends wait on a thread of their own.
		properties.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, "1000");
		properties.putIfAbsent(ProducerConfig.METADATA_MAX_IDLE_CONFIG,
				String.valueOf(Duration.ofDays(365).toMillis()));
		properties.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
				String.valueOf(maxEventBytes + REQUEST_HEADROOM_BYTES));
		properties.putIfAbsent(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, RECONNECT_BACKOFF_MAX_MS);
		properties.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
		long least = number(properties, ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG)
				+ number(properties, ProducerConfig.LINGER_MS_CONFIG);
		properties.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
				String.valueOf(Math.max(DELIVERY_TIMEOUT_MS, least)));
	}

	/**
	 * How long a batch is held back: long enough for as many records as one target alone
	 * gets in its time, up to a limit. Each of many producers else gets a record every
	 * few milliseconds, and sends it alone.
	 */
	static int lingerMs(int fanOut) {
		return Math.min(MAX_LINGER_MS, LINGER_MS * fanOut);
	}

	/**
	 * A property that the client has a number for.
	 */
	static long number(Map<String, Object> properties, String name) {
		return Long.parseLong(String.valueOf(properties.get(name)).trim());
	}

}
