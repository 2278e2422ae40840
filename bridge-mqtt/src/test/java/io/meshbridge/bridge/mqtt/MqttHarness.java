package io.meshbridge.bridge.mqtt;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.test.BridgeHarness;
import io.meshbridge.bridge.test.Destination;
import io.meshbridge.bridge.test.Inboxes;
import io.meshbridge.bridge.test.OrderUnit;
import io.meshbridge.bridge.test.RawMessage;
import io.meshbridge.bridge.test.Rule;
import io.meshbridge.bridge.test.UnreadableSample;
import io.meshbridge.bridge.test.broker.MosquittoTestBroker;
import io.meshbridge.bridge.test.broker.TestBroker;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Mosquitto for the contract, with a raw client that keeps a session over a restart.
 */
class MqttHarness implements BridgeHarness, Connection.Listener {

	private final TestBroker broker = MosquittoTestBroker.get();

	private final MqttVersion version;

	private final Map<Rule, String> unsupported;

	private final Inboxes inboxes = new Inboxes();

	private final String clientId = "harness-" + UUID.randomUUID();

	private volatile @Nullable Connection connection;

	MqttHarness(MqttVersion version, Map<Rule, String> unsupported) {
		this.version = version;
		this.unsupported = unsupported;
	}

	@Override
	public String name() {
		return "mqtt " + this.version;
	}

	@Override
	public String binder() {
		return "mqtt";
	}

	private String url() {
		return "tcp://127.0.0.1:" + this.broker.port();
	}

	@Override
	public Map<String, Object> properties() {
		Map<String, Object> properties = new HashMap<>(
				Map.of("meshbridge.mqtt.url", url(), "meshbridge.mqtt.version", this.version.toString(),
						"meshbridge.mqtt.reconnect-delay", "200ms", "meshbridge.mqtt.reconnect-max-delay", "1s",
						"meshbridge.mqtt.keep-alive", "10s", "meshbridge.embedded-broker.enabled", "false"));
		if (this.version == MqttVersion.V3) {
			// Mosquitto has it for 3.1.1 too; and no way to say its limit there.
			properties.put("spring.cloud.stream.mqtt.default.consumer.shared", "true");
			properties.put("meshbridge.mqtt.max-packet-size", MosquittoTestBroker.MAX_PACKET_BYTES + "B");
		}
		return properties;
	}

	@Override
	public Map<String, Object> propertiesOfSecondInstance() {
		return Map.of("meshbridge.instance-id", "second");
	}

	@Override
	public Destination newDestination() {
		String topic = "contract/" + UUID.randomUUID();
		Awaitility.await()
			.pollDelay(Duration.ZERO)
			.ignoreExceptions()
			.atMost(Duration.ofSeconds(60))
			.untilAsserted(() -> {
				connection().subscribe(List.of(topic), 1);
			});
		return Destination.of(topic);
	}

	private synchronized Connection connection() throws ConnectionException {
		Connection current = this.connection;
		if (current == null) {
			current = new ConnectionSettings(List.of(url()), this.version, this.clientId, false, Duration.ofHours(1),
					1000, Duration.ofSeconds(10), Duration.ofSeconds(10), null, null, null,
					LoggerFactory.getLogger(MqttHarness.class))
				.open(this);
			current.connect();
			this.connection = current;
		}
		return current;
	}

	@Override
	public void lost(Connection connection, String reason) {
		this.connection = null;
	}

	// NullAway does not see the annotation on an array in another module's record.
	@SuppressWarnings("NullAway")
	@Override
	public void arrived(Connection connection, int packetId, boolean duplicate, Packet packet) {
		Map<String, Object> headers = new HashMap<>();
		packet.userProperties().forEach((entry) -> headers.putIfAbsent(entry.name(), entry.value()));
		byte[] body = EventMapper.data(packet);
		this.inboxes.add(packet.topic(), new RawMessage(headers, packet.contentType(), null, body));
		connection.acknowledge(packetId);
	}

	@Override
	public Destination forbiddenDestination() {
		return Destination.of(MosquittoTestBroker.FORBIDDEN_TOPIC + "/x");
	}

	@Override
	public void publish(Destination destination, RawMessage message) {
		byte[] body = message.body();
		List<Packet.Entry> userProperties = (this.version == MqttVersion.V3) ? List.of()
				: message.headers()
					.entrySet()
					.stream()
					.map((header) -> new Packet.Entry(header.getKey(), header.getValue().toString()))
					.toList();
		Packet packet = new Packet(destination.source(), (body == null) ? new byte[0] : body, message.contentType(),
				body != null && body.length == 0, userProperties, 1, false);
		Awaitility.await()
			.pollDelay(Duration.ZERO)
			.ignoreExceptions()
			.atMost(Duration.ofSeconds(60))
			.untilAsserted(() -> publish(packet));
	}

	private void publish(Packet packet)
			throws ConnectionException, SendException, InterruptedException, ExecutionException, TimeoutException {
		CompletableFuture<Integer> answer = new CompletableFuture<>();
		connection().publish(packet, new Connection.Confirmation() {

			@Override
			public void answered(int reasonCode) {
				answer.complete(reasonCode);
			}

			@Override
			public void failed(Throwable cause) {
				answer.completeExceptionally(cause);
			}

		});
		if (answer.get(20, TimeUnit.SECONDS) >= ReasonCodes.FAILURE) {
			throw new IllegalStateException("refused: " + answer.join());
		}
	}

	@Override
	public @Nullable RawMessage take(Destination destination, Duration wait) {
		// After a restart the rest comes with a new connection.
		Awaitility.await()
			.pollDelay(Duration.ZERO)
			.ignoreExceptions()
			.atMost(Duration.ofSeconds(60))
			.until(() -> connection() != null);
		return this.inboxes.take(destination.target(), wait);
	}

	@Override
	public String headerName(String attribute) {
		return attribute;
	}

	@Override
	public List<UnreadableSample> unreadable() {
		return (this.version == MqttVersion.V5) ? BridgeHarness.super.unreadable() : UnreadableSample.structured();
	}

	@Override
	public boolean inMode(RawMessage message, ContentMode mode) {
		return this.version == MqttVersion.V3 || BridgeHarness.super.inMode(message, mode);
	}

	@Override
	public void stopBroker() {
		this.broker.stop();
	}

	@Override
	public void startBroker() {
		this.broker.start();
		Awaitility.await().ignoreExceptions().atMost(Duration.ofSeconds(60)).until(() -> connection() != null);
	}

	/**
	 * Mosquitto 2.0 restores sessions, but not their shared subscriptions: until its
	 * client is back, such a session gets nothing.
	 */
	@Override
	public boolean keepsMessagesForAbsentGroups() {
		return false;
	}

	@Override
	public void suspendBroker() {
		this.broker.suspend();
	}

	@Override
	public void resumeBroker() {
		this.broker.resume();
	}

	@Override
	public int maxPayloadBytes() {
		return MosquittoTestBroker.MAX_PACKET_BYTES;
	}

	@Override
	public OrderUnit orderUnit() {
		return OrderUnit.destination("topic");
	}

	@Override
	public Map<Rule, String> unsupported() {
		if (!this.broker.standIn()) {
			return this.unsupported;
		}
		Map<Rule, String> unsupported = new HashMap<>(this.unsupported);
		unsupported.put(Rule.R13, "the stand-in re-orders (ARTEMIS-6191)");
		return unsupported;
	}

	@Override
	public void close() {
		Connection current = this.connection;
		if (current != null) {
			current.close();
		}
	}

}
