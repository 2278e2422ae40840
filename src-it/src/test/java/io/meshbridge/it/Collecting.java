package io.meshbridge.it;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;

import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * What an MQTT client gets, as text, in the order it comes.
 */
final class Collecting implements MqttCallback {

	private final List<String> texts = Collections.synchronizedList(new ArrayList<>());

	private final BiConsumer<String, byte[]> taker;

	Collecting() {
		this.taker = (topic, body) -> this.texts.add(new String(body, StandardCharsets.UTF_8));
	}

	/** Gives topic and body of what comes to somebody else instead. */
	Collecting(BiConsumer<String, byte[]> taker) {
		this.taker = taker;
	}

	List<String> texts() {
		synchronized (this.texts) {
			return List.copyOf(this.texts);
		}
	}

	@Override
	public void messageArrived(String topic, MqttMessage message) {
		this.taker.accept(topic, message.getPayload());
	}

	@Override
	public void disconnected(MqttDisconnectResponse response) {
	}

	@Override
	public void mqttErrorOccurred(MqttException exception) {
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
