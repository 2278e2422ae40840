package io.meshbridge.sandbox.demo;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import org.eclipse.paho.mqttv5.client.IMqttMessageListener;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/**
 * Shows what arrives at MQTT topics.
 */
final class MqttWatch implements AutoCloseable {

	private final MqttAsyncClient client;

	MqttWatch(String url, List<String> topics, Consumer<Arrival> arrivals) throws DemoException {
		this.client = Mqtt.connect(url, "demo-watch");
		try {
			if (!topics.isEmpty()) {
				MqttSubscription[] subscriptions = topics.stream()
					.map((topic) -> new MqttSubscription(topic, 1))
					.toArray(MqttSubscription[]::new);
				IMqttMessageListener listener = (topic, message) -> arrivals.accept(arrival(topic, message));
				MqttProperties properties = new MqttProperties();
				IMqttToken token = this.client.subscribe(subscriptions, null, null, listener, properties);
				token.waitForCompletion(Mqtt.TIMEOUT_MILLIS);
			}
		}
		catch (MqttException ex) {
			close();
			throw new DemoException("the gateway's MQTT broker can't be read: " + ex);
		}
	}

	private static Arrival arrival(String topic, MqttMessage message) {
		Map<String, String> attributes = new TreeMap<>();
		MqttProperties properties = message.getProperties();
		String contentType = null;
		if (properties != null) {
			contentType = properties.getContentType();
			for (UserProperty property : properties.getUserProperties()) {
				attributes.putIfAbsent(property.getKey(), property.getValue());
			}
		}
		return Arrival.of("mqtt:" + topic, contentType, "", attributes, message.getPayload());
	}

	@Override
	public void close() {
		Mqtt.disconnect(this.client);
	}

}
