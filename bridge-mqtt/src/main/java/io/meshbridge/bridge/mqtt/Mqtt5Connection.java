package io.meshbridge.bridge.mqtt;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import io.meshbridge.bridge.SendException;
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

/**
 * A connection that speaks MQTT 5, on the Paho client. Its {@code MqttMessage} does not
 * carry the DUP flag over from the packet, so {@code duplicate} is always false here.
 */
final class Mqtt5Connection implements Connection, MqttCallback {

	private final MqttAsyncClient client;

	private final MqttConnectionOptions options = new MqttConnectionOptions();

	private final ConnectionSettings settings;

	private final Listener listener;

	private volatile boolean closed;

	Mqtt5Connection(ConnectionSettings settings, Listener listener) throws ConnectionException {
		this.settings = settings;
		this.listener = listener;
		try {
			this.client = new MqttAsyncClient(settings.urls().get(0), settings.clientId(), new MemoryPersistence());
		}
		catch (MqttException | IllegalArgumentException ex) {
			throw new ConnectionException(settings.describe() + ": " + ex.getMessage(), ex);
		}
		this.client.setCallback(this);
		this.client.setManualAcks(true);
		this.options.setServerURIs(settings.urls().toArray(String[]::new));
		this.options.setCleanStart(settings.cleanStart());
		this.options.setSessionExpiryInterval(settings.sessionExpiry().toSeconds());
		this.options.setReceiveMaximum(settings.receiveMaximum());
		this.options.setKeepAliveInterval((int) settings.keepAlive().toSeconds());
		this.options.setConnectionTimeout((int) Math.max(1, settings.connectTimeout().toSeconds()));
		this.options.setAutomaticReconnect(false);
		this.options.setUserName(settings.username());
		if (settings.password() != null) {
			this.options.setPassword(settings.password().getBytes(StandardCharsets.UTF_8));
		}
		if (settings.socketFactory() != null) {
			this.options.setSocketFactory(settings.socketFactory());
		}
	}

	@Override
	public Terms connect() throws ConnectionException {
		try {
			IMqttToken token = this.client.connect(this.options);
			token.waitForCompletion(this.settings.connectWait().toMillis());
			MqttProperties said = Objects.requireNonNullElseGet(token.getResponseProperties(), MqttProperties::new);
			return new Terms(token.getSessionPresent(), orElse(said.getReceiveMaximum(), 65_535),
					orElse(said.getMaximumPacketSize(), Packet.PROTOCOL_LIMIT), orElse(said.getMaximumQoS(), 2),
					orElse(said.isRetainAvailable(), true));
		}
		catch (MqttException ex) {
			this.closed = true;
			release(Duration.ZERO);
			restoreInterrupt(ex);
			throw new ConnectionException(this.settings.describe() + ": can't connect: " + describe(ex), ex);
		}
	}

	private static <T> T orElse(@Nullable T value, T other) {
		return (value != null) ? value : other;
	}

	@Override
	public void subscribe(List<String> filters, int qos) throws ConnectionException {
		MqttSubscription[] subscriptions = filters.stream().map((filter) -> {
			MqttSubscription subscription = new MqttSubscription(filter, qos);
			// A retained message is wanted once, not again after each restart.
			subscription.setRetainHandling(filter.startsWith(Topics.SHARE) ? 0 : 1);
			return subscription;
		}).toArray(MqttSubscription[]::new);
		try {
			IMqttToken token = this.client.subscribe(subscriptions, null, null, new MqttProperties());
			token.waitForCompletion(this.settings.connectTimeout().toMillis());
			int[] codes = token.getReasonCodes();
			for (int i = 0; i < codes.length; i++) {
				if (codes[i] >= ReasonCodes.FAILURE) {
					throw new ConnectionException("%s: subscription to '%s' refused: %s"
						.formatted(this.settings.describe(), filters.get(i), ReasonCodes.describe(codes[i])));
				}
			}
		}
		catch (MqttException | IllegalArgumentException ex) {
			restoreInterrupt(ex);
			throw new ConnectionException("%s: can't subscribe to %s: %s".formatted(this.settings.describe(), filters,
					(ex instanceof MqttException known) ? describe(known) : ex.getMessage()), ex);
		}
	}

	@Override
	public void publish(Packet packet, Confirmation confirmation) throws SendException {
		MqttProperties properties = new MqttProperties();
		properties.setContentType(packet.contentType());
		properties.setPayloadFormat(packet.utf8());
		properties.setUserProperties(packet.userProperties()
			.stream()
			.map((entry) -> new UserProperty(entry.name(), entry.value()))
			.toList());
		MqttMessage message = new MqttMessage(packet.payload(), packet.qos(), packet.retained(), properties);
		try {
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
		catch (MqttException ex) {
			throw ReasonCodes.connectionLost(this.settings.describe(), describe(ex), ex);
		}
	}

	@Override
	public void acknowledge(int packetId) {
		if (this.closed) {
			return;
		}
		try {
			this.client.messageArrivedComplete(packetId, 1);
		}
		catch (MqttException | RuntimeException ex) {
			// The connection goes down at this moment; the broker sends the message
			// again. Paho answers a client that is just closed with a null pointer.
			this.settings.logger().debug("PUBACK for packet {} did not leave: {}", packetId, ex.toString());
		}
	}

	@Override
	public void close() {
		if (!this.closed) {
			this.closed = true;
			release(Duration.ofMillis(500));
		}
	}

	private void release(Duration quiesce) {
		try {
			if (this.client.isConnected()) {
				this.client.disconnectForcibly(quiesce.toMillis(), 250, true);
			}
			else {
				this.client.disconnectForcibly(0, 1, false);
			}
			this.client.close(true);
		}
		catch (MqttException | RuntimeException ex) {
			this.settings.logger().debug("{}: closing: {}", this.settings.describe(), ex.toString());
		}
	}

	@Override
	public void messageArrived(String topic, MqttMessage message) {
		MqttProperties properties = message.getProperties();
		List<Packet.Entry> userProperties = properties.getUserProperties()
			.stream()
			.map((entry) -> new Packet.Entry(entry.getKey(), entry.getValue()))
			.toList();
		this.listener.arrived(this, (message.getQos() == 0) ? 0 : message.getId(), false,
				new Packet(topic, message.getPayload(), properties.getContentType(), properties.getPayloadFormat(),
						userProperties, message.getQos(), message.isRetained()));
	}

	@Override
	public void disconnected(MqttDisconnectResponse response) {
		if (this.closed) {
			return;
		}
		this.closed = true;
		MqttException cause = response.getException();
		this.listener.lost(this, (cause != null) ? describe(cause)
				: "the broker disconnected: " + ReasonCodes.describe(response.getReturnCode()));
	}

	private static void restoreInterrupt(Exception ex) {
		if (ex.getCause() instanceof InterruptedException) {
			Thread.currentThread().interrupt();
		}
	}

	private static String describe(MqttException ex) {
		Throwable cause = ex.getCause();
		String text = (ex.getReasonCode() >= ReasonCodes.FAILURE && ex.getReasonCode() < 256)
				? ReasonCodes.describe(ex.getReasonCode()) : String.valueOf(ex.getMessage());
		return (cause == null) ? text : text + " (" + cause + ")";
	}

	@Override
	public void mqttErrorOccurred(MqttException exception) {
		this.settings.logger().debug("{}: {}", this.settings.describe(), exception.toString());
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
