package io.meshbridge.bridge.mqtt;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import io.meshbridge.bridge.SendException;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/**
 * A connection that speaks MQTT 3.1.1, on the Paho client. A PUBACK carries no reason
 * here, so a broker that does not like a message either disconnects or says yes and drops
 * it.
 */
final class Mqtt3Connection implements Connection, MqttCallback {

	/** What a SUBACK says for a refused filter (MQTT 3.1.1, 3.9.3). */
	private static final int SUBSCRIPTION_REFUSED = 0x80;

	private final MqttAsyncClient client;

	private final MqttConnectOptions options = new MqttConnectOptions();

	private final ConnectionSettings settings;

	private final Listener listener;

	private volatile boolean closed;

	Mqtt3Connection(ConnectionSettings settings, Listener listener) throws ConnectionException {
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
		this.options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
		this.options.setServerURIs(settings.urls().toArray(String[]::new));
		this.options.setCleanSession(settings.cleanStart());
		this.options.setMaxInflight(65_535);
		this.options.setKeepAliveInterval((int) settings.keepAlive().toSeconds());
		this.options.setConnectionTimeout((int) Math.max(1, settings.connectTimeout().toSeconds()));
		this.options.setAutomaticReconnect(false);
		if (settings.username() != null) {
			this.options.setUserName(settings.username());
		}
		if (settings.password() != null) {
			this.options.setPassword(settings.password().toCharArray());
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
			return new Terms(token.getSessionPresent(), 65_535, Packet.PROTOCOL_LIMIT, 2, true);
		}
		catch (MqttException ex) {
			this.closed = true;
			release(Duration.ZERO);
			restoreInterrupt(ex);
			throw new ConnectionException(this.settings.describe() + ": can't connect: " + describe(ex), ex);
		}
	}

	@Override
	public void subscribe(List<String> filters, int qos) throws ConnectionException {
		int[] qosEach = new int[filters.size()];
		Arrays.fill(qosEach, qos);
		try {
			IMqttToken token = this.client.subscribe(filters.toArray(String[]::new), qosEach);
			token.waitForCompletion(this.settings.connectTimeout().toMillis());
			int[] granted = token.getGrantedQos();
			for (int i = 0; i < granted.length; i++) {
				if (granted[i] == SUBSCRIPTION_REFUSED) {
					throw new ConnectionException(
							"%s: subscription to '%s' refused".formatted(this.settings.describe(), filters.get(i)));
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
		try {
			this.client.publish(packet.topic(), packet.payload(), packet.qos(), packet.retained(), null,
					new IMqttActionListener() {

						@Override
						public void onSuccess(IMqttToken token) {
							confirmation.answered(0);
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
		this.listener.arrived(this, (message.getQos() == 0) ? 0 : message.getId(), message.isDuplicate(), new Packet(
				topic, message.getPayload(), null, false, List.of(), message.getQos(), message.isRetained()));
	}

	@Override
	public void connectionLost(Throwable cause) {
		if (this.closed) {
			return;
		}
		this.closed = true;
		this.listener.lost(this,
				(cause instanceof MqttException known) ? describe(known) : String.valueOf(cause.getMessage()));
	}

	private static void restoreInterrupt(Exception ex) {
		if (ex.getCause() instanceof InterruptedException) {
			Thread.currentThread().interrupt();
		}
	}

	private static String describe(MqttException ex) {
		Throwable cause = ex.getCause();
		return (cause == null) ? String.valueOf(ex.getMessage()) : ex.getMessage() + " (" + cause + ")";
	}

	@Override
	public void deliveryComplete(IMqttDeliveryToken token) {
	}

}
