package io.meshbridge.bridge.mqtt;

/**
 * What a target on MQTT may be told, under
 * {@code spring.cloud.stream.mqtt.bindings.NAME.producer}.
 */
public class MqttProducerProperties {

	/**
	 * Quality of service to publish with, 0 or 1. With 0 a message counts as delivered
	 * when it has left the gateway.
	 */
	private int qos = 1;

	/**
	 * Whether the broker keeps the last message of the topic for later subscribers.
	 */
	private boolean retained;

	/**
	 * Whether a message that nobody is subscribed to counts as failed (MQTT 5 brokers
	 * that say so, PUBACK 0x10).
	 */
	private boolean needsSubscriber;

	public int getQos() {
		return this.qos;
	}

	public void setQos(int qos) {
		// Paho drops the connection when a broker refuses a QoS 2 message.
		if (qos != 0 && qos != 1) {
			throw new IllegalArgumentException("qos of a producer is '" + qos + "', expected 0 or 1");
		}
		this.qos = qos;
	}

	public boolean isRetained() {
		return this.retained;
	}

	public void setRetained(boolean retained) {
		this.retained = retained;
	}

	public boolean isNeedsSubscriber() {
		return this.needsSubscriber;
	}

	public void setNeedsSubscriber(boolean needsSubscriber) {
		this.needsSubscriber = needsSubscriber;
	}

}
