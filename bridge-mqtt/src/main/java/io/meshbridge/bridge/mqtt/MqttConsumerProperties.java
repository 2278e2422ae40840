package io.meshbridge.bridge.mqtt;

import org.jspecify.annotations.Nullable;

/**
 * What a source on MQTT may be told, under
 * {@code spring.cloud.stream.mqtt.bindings.NAME.consumer}.
 */
public class MqttConsumerProperties {

	/**
	 * Quality of service to subscribe with, 0 or 1. With 0 the broker may lose messages.
	 */
	private int qos = 1;

	/**
	 * Whether the instances of a group share the messages ({@code $share/GROUP/FILTER}).
	 * Default: yes with MQTT 5, no with 3.1.1, whose standard does not have it (mosquitto
	 * and others offer it there too).
	 */
	private @Nullable Boolean shared;

	/**
	 * What a message without content type and attributes is: an event if it is a JSON
	 * object with a {@code specversion} (auto), always an event (cloudevent), or never
	 * (plain, which then holds for every message of the binding).
	 */
	private Payload payload = Payload.AUTO;

	/**
	 * How many messages the broker may send without a PUBACK, 1 to 65535. Never more than
	 * the gateway's limit of events in flight, which is the default.
	 */
	private int receiveMaximum = 65_535;

	public int getQos() {
		return this.qos;
	}

	public void setQos(int qos) {
		// With QoS 2 the broker forgets a message before the targets have it, unless the
		// client stores it; QoS 1 with a late PUBACK is what loses nothing.
		if (qos != 0 && qos != 1) {
			throw new IllegalArgumentException("qos of a consumer is '" + qos + "', expected 0 or 1");
		}
		this.qos = qos;
	}

	public @Nullable Boolean getShared() {
		return this.shared;
	}

	public void setShared(@Nullable Boolean shared) {
		this.shared = shared;
	}

	public Payload getPayload() {
		return this.payload;
	}

	public void setPayload(Payload payload) {
		this.payload = payload;
	}

	public int getReceiveMaximum() {
		return this.receiveMaximum;
	}

	public void setReceiveMaximum(int receiveMaximum) {
		if (receiveMaximum < 1 || receiveMaximum > 65_535) {
			throw new IllegalArgumentException(
					"receive-maximum of a consumer is '" + receiveMaximum + "', expected 1 to 65535");
		}
		this.receiveMaximum = receiveMaximum;
	}

	/**
	 * What a message is that does not say it.
	 */
	public enum Payload {

		/** An event if it looks like one. */
		AUTO,

		/** An event in JSON. */
		CLOUDEVENT,

		/** No event. */
		PLAIN

	}

}
