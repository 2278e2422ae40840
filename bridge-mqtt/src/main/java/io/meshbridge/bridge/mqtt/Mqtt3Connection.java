package io.meshbridge.bridge.mqtt;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

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
final class Mqtt3Connection extends Connection implements MqttCallback {

	private final MqttAsyncClient client;

	private final MqttConnectOptions options;

	Mqtt3Connection(ConnectionSettings settings, Listener listener) throws ConnectionException {
		super(settings, listener);
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

	private static MqttConnectOptions options(ConnectionSettings settings) {
		MqttConnectOptions options = new MqttConnectOptions();
		options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
		options.setServerURIs(settings.urls().toArray(String[]::new));
		options.setCleanSession(settings.cleanStart());
		options.setMaxInflight(65_535);
		options.setKeepAliveInterval((int) settings.keepAlive().toSeconds());
		options.setConnectionTimeout((int) Math.max(1, settings.connectTimeout().toSeconds()));
		options.setAutomaticReconnect(false);
		if (settings.username() != null) {
			options.setUserName(settings.username());
		}
		if (settings.password() != null) {
			options.setPassword(settings.password().toCharArray());
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
		return new Terms(token.getSessionPresent(), 65_535, Packet.PROTOCOL_LIMIT, 2, true);
	}

	@Override
	CompletableFuture<int[]> requestSubscription(List<String> filters, int qos) throws MqttException {
		int[] qosEach = new int[filters.size()];
		Arrays.fill(qosEach, qos);
		CompletableFuture<int[]> answer = new CompletableFuture<>();
		this.client.subscribe(filters.toArray(String[]::new), qosEach, null, new IMqttActionListener() {

			@Override
			public void onSuccess(IMqttToken token) {
				// A refused filter has 0x80 here (MQTT 3.1.1, 3.9.3), as in MQTT 5.
				answer.complete(token.getGrantedQos());
			}

			@Override
			public void onFailure(IMqttToken token, Throwable failure) {
				answer.completeExceptionally(failure);
			}

		});
		return answer;
	}

	@Override
	void send(Packet packet, Confirmation confirmation) throws MqttException {
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

	@Override
	public void messageArrived(String topic, MqttMessage message) {
		arrived(message.getId(), message.isDuplicate(), new Packet(topic, message.getPayload(), null, false, List.of(),
				message.getQos(), message.isRetained()));
	}

	@Override
	void sendPuback(int packetId) throws MqttException {
		this.client.messageArrivedComplete(packetId, 1);
	}

	@Override
	public void connectionLost(Throwable cause) {
		lost(describe(cause));
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
	public void deliveryComplete(IMqttDeliveryToken token) {
	}

}
