package io.meshbridge.sandbox.demo;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;

/**
 * Shows what arrives at MQTT topics.
 */
final class MqttWatch implements AutoCloseable, MqttCallback {

	private final MqttAsyncClient client;

	private final Consumer<Arrival> arrivals;

	MqttWatch(String url, List<String> topics, Consumer<Arrival> arrivals) throws DemoException {
		this.arrivals = arrivals;
		this.client = Mqtt.connect(url, "demo-watch", this);
		if (topics.isEmpty()) {
			return;
		}
		try {
			this.client
				.subscribe(
						topics.stream().map((topic) -> new MqttSubscription(topic, 1)).toArray(MqttSubscription[]::new))
				.waitForCompletion(Mqtt.TIMEOUT_MILLIS);
		}
		catch (MqttException ex) {
			close();
			throw new DemoException("the gateway's MQTT broker can't be read: " + ex);
		}
	}

	@Override
	public void messageArrived(String topic, MqttMessage message) {
		Map<String, String> attributes = new TreeMap<>();
		MqttProperties properties = message.getProperties();
		String contentType = null;
		if (properties != null) {
			contentType = properties.getContentType();
			for (UserProperty property : properties.getUserProperties()) {
				attributes.putIfAbsent(property.getKey(), property.getValue());
			}
		}
		this.arrivals.accept(Arrival.of("mqtt:" + topic, contentType, "", attributes, message.getPayload()));
	}

	@Override
	public void disconnected(MqttDisconnectResponse response) {
		// The gateway ends, or has died; the demo notices that by itself.
	}

	@Override
	public void mqttErrorOccurred(MqttException exception) {
	}

	@Override
	public void deliveryComplete(IMqttToken token) {
	}

	@Override
	public void connectComplete(boolean reconnect, String url) {
	}

	@Override
	public void authPacketArrived(int reasonCode, @Nullable MqttProperties properties) {
	}

	@Override
	public void close() {
		Mqtt.disconnect(this.client);
	}

}
