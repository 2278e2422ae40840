package io.meshbridge.bridge.mqtt;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A connection that speaks MQTT 5, on the Paho client. Its {@code MqttMessage} does not
 * carry the DUP flag over from the packet, so {@code duplicate} is always false here.
 */
final class Mqtt5Connection extends Connection implements MqttCallback {

	private final MqttAsyncClient client;

	private final MqttConnectionOptions options;

	private final Logger logger;

	Mqtt5Connection(ConnectionSettings settings, Listener listener) throws ConnectionException {
		super(settings, listener);
		this.logger = settings.logger();
		this.options = options(settings);
		try {
			this.client = new MqttAsyncClient(settings.urls().get(0), settings.clientId(), new MemoryPersistence());
		}
		catch (MqttException | IllegalArgumentException ex) {
			throw new ConnectionException(settings.describe() + ": " + ex.getMessage(), ex);
		}
		this.client.setCallback(this);
		this.client.setManualAcks(true);
	}

	private static MqttConnectionOptions options(ConnectionSettings settings) {
		MqttConnectionOptions options = new MqttConnectionOptions();
		options.setServerURIs(settings.urls().toArray(String[]::new));
		options.setCleanStart(settings.cleanStart());
		options.setSessionExpiryInterval(settings.sessionExpiry().toSeconds());
		options.setReceiveMaximum(settings.receiveMaximum());
		options.setKeepAliveInterval((int) settings.keepAlive().toSeconds());
		options.setConnectionTimeout((int) Math.max(1, settings.connectTimeout().toSeconds()));
		options.setAutomaticReconnect(false);
		options.setUserName(settings.username());
		if (settings.password() != null) {
			options.setPassword(settings.password().getBytes(StandardCharsets.UTF_8));
		}
		if (settings.socketFactory() != null) {
			options.setSocketFactory(settings.socketFactory());
		}
		return options;
	}

	@Override
	Terms connect(Duration limit) throws MqttException {
		IMqttToken token = this.client.connect(this.options);
		token.waitForCompletion(limit.toMillis());
		MqttProperties said = Objects.requireNonNullElseGet(token.getResponseProperties(), MqttProperties::new);
		return new Terms(token.getSessionPresent(), orElse(said.getReceiveMaximum(), 65_535),
				orElse(said.getMaximumPacketSize(), Packet.PROTOCOL_LIMIT), orElse(said.getMaximumQoS(), 2),
				orElse(said.isRetainAvailable(), true));
	}

	private static <T> T orElse(@Nullable T value, T other) {
		return (value != null) ? value : other;
	}

	@Override
	CompletableFuture<int[]> requestSubscription(List<String> filters, int qos) throws MqttException {
		MqttSubscription[] subscriptions = filters.stream().map((filter) -> {
			MqttSubscription subscription = new MqttSubscription(filter, qos);
			// A retained message is wanted once, not again after each restart.
			subscription.setRetainHandling(filter.startsWith(Topics.SHARE) ? 0 : 1);
			return subscription;
		}).toArray(MqttSubscription[]::new);
		CompletableFuture<int[]> answer = new CompletableFuture<>();
		this.client.subscribe(subscriptions, null, new MqttActionListener() {

			@Override
			public void onSuccess(IMqttToken token) {
				answer.complete(token.getReasonCodes());
			}

			@Override
			public void onFailure(IMqttToken token, Throwable failure) {
				answer.completeExceptionally(failure);
			}

		}, new MqttProperties());
		return answer;
	}

	@Override
	void send(Packet packet, Confirmation confirmation) throws MqttException {
		MqttProperties properties = new MqttProperties();
		properties.setContentType(packet.contentType());
		properties.setPayloadFormat(packet.utf8());
		properties.setUserProperties(packet.userProperties()
			.stream()
			.map((entry) -> new UserProperty(entry.name(), entry.value()))
			.toList());
		MqttMessage message = new MqttMessage(packet.payload(), packet.qos(), packet.retained(), properties);
		this.client.publish(packet.topic(), message, null, new MqttActionListener() {

			@Override
			public void onSuccess(IMqttToken token) {
				int[] codes = token.getReasonCodes();
				confirmation.answered((codes == null || codes.length == 0) ? 0 : codes[0]);
			}

			@Override
			public void onFailure(IMqttToken token, Throwable exception) {
				confirmation.failed(exception);
			}

		});
	}

	@Override
	public void messageArrived(String topic, MqttMessage message) {
		MqttProperties properties = message.getProperties();
		List<Packet.Entry> userProperties = properties.getUserProperties()
			.stream()
			.map((entry) -> new Packet.Entry(entry.getKey(), entry.getValue()))
			.toList();
		arrived(message.getId(), false, new Packet(topic, message.getPayload(), properties.getContentType(),
				properties.getPayloadFormat(), userProperties, message.getQos(), message.isRetained()));
	}

	@Override
	void sendPuback(int packetId) throws MqttException {
		this.client.messageArrivedComplete(packetId, 1);
	}

	@Override
	public void disconnected(MqttDisconnectResponse response) {
		MqttException cause = response.getException();
		lost((cause != null) ? describe(cause)
				: "the broker disconnected: " + ReasonCodes.describe(response.getReturnCode()));
	}

	@Override
	boolean connected() {
		return this.client.isConnected();
	}

	@Override
	void release(long quiesceMillis, long disconnectMillis, boolean sendDisconnect) throws MqttException {
		this.client.disconnectForcibly(quiesceMillis, disconnectMillis, sendDisconnect);
		this.client.close(true);
	}

	@Override
	String reason(Throwable failure) {
		boolean coded = failure instanceof MqttException known && known.getReasonCode() >= ReasonCodes.FAILURE
				&& known.getReasonCode() < 256;
		return coded ? ReasonCodes.describe(((MqttException) failure).getReasonCode()) : super.reason(failure);
	}

	@Override
	public void mqttErrorOccurred(MqttException exception) {
		this.logger.debug("The client reports: {}", exception.toString());
	}

	@Override
	public void deliveryComplete(IMqttToken token) {
	}

	@Override
	public void connectComplete(boolean reconnect, String serverUri) {
	}

	@Override
	public void authPacketArrived(int reasonCode, MqttProperties properties) {
	}

}
