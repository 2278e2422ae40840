package io.meshbridge.it;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import io.meshbridge.bridge.test.RawMessage;
import io.meshbridge.bridge.test.broker.MosquittoTestBroker;
import org.eclipse.paho.mqttv5.client.IMqttMessageListener;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;

/**
 * MQTT 5 with Paho.
 */
final class MqttPeer extends Peer {

	private final String url = "tcp://127.0.0.1:" + MosquittoTestBroker.get().port();

	private @Nullable MqttClient client;

	@Override
	String name() {
		return "mqtt";
	}

	@Override
	String from(String destination) {
		return "mqtt:" + destination + "/+";
	}

	@Override
	String to(String destination) {
		return "mqtt:" + destination;
	}

	@Override
	List<String> options() {
		return List.of("--meshbridge.mqtt.url=" + this.url);
	}

	@Override
	void open(Collection<String> sources, Collection<String> targets) throws Exception {
		MqttClient connecting = new MqttClient(this.url, "peer-" + UUID.randomUUID(), new MemoryPersistence());
		MqttConnectionOptions options = new MqttConnectionOptions();
		options.setAutomaticReconnect(true);
		options.setAutomaticReconnectDelay(1, 1);
		options.setCleanStart(true);
		options.setSessionExpiryInterval(3600L);
		connecting.connect(options);
		connecting.setTimeToWait(60_000);
		for (String target : targets) {
			connecting.subscribe(new MqttSubscription[] { new MqttSubscription(target, 1) },
					new IMqttMessageListener[] { (topic, message) -> arrived(target, raw(message)) });
		}
		this.client = connecting;
	}

	private static RawMessage raw(MqttMessage message) {
		Map<String, Object> headers = new HashMap<>();
		MqttProperties properties = message.getProperties();
		String contentType = (properties == null) ? null : properties.getContentType();
		if (properties != null) {
			properties.getUserProperties()
				.forEach((property) -> headers.putIfAbsent(property.getKey(), property.getValue()));
		}
		return new RawMessage(headers, contentType, null, message.getPayload());
	}

	@Override
	void send(String destination, RawMessage message) throws Exception {
		MqttMessage out = new MqttMessage((message.body() == null) ? new byte[0] : message.body());
		out.setQos(1);
		MqttProperties properties = new MqttProperties();
		List<UserProperty> headers = new ArrayList<>();
		message.headers().forEach((name, value) -> headers.add(new UserProperty(name, value.toString())));
		properties.setUserProperties(headers);
		if (message.contentType() != null) {
			properties.setContentType(message.contentType());
		}
		out.setProperties(properties);
		Objects.requireNonNull(this.client).publish(destination + "/a", out);
	}

	@Override
	String headerName(String attribute) {
		return attribute;
	}

	@Override
	public void close() {
		try {
			if (this.client != null) {
				this.client.disconnectForcibly(1000, 1000);
				this.client.close();
			}
		}
		catch (MqttException ex) {
			throw new IllegalStateException("the client does not end", ex);
		}
	}

}
