package io.meshbridge.bridge.mqtt;

import org.jspecify.annotations.Nullable;

/**
 * A message that the broker delivered, until it is settled. It may be handed on several
 * times, when it is refused; the broker knows nothing of that.
 */
final class Delivery {

	/** Message header that carries the delivery. */
	static final String HEADER = "meshbridge_mqttDelivery";

	private final MqttInbound inbound;

	private final int packetId;

	private final Packet packet;

	/** Guarded by {@link Unsettled}. */
	boolean settled;

	/** Connection it came over most recently; guarded by {@link Unsettled}. */
	@Nullable Connection connection;

	Delivery(MqttInbound inbound, int packetId, Packet packet) {
		this.inbound = inbound;
		this.packetId = packetId;
		this.packet = packet;
	}

	int packetId() {
		return this.packetId;
	}

	Packet packet() {
		return this.packet;
	}

	/**
	 * Name of the session it belongs to.
	 */
	String clientId() {
		return this.inbound.clientId();
	}

	/**
	 * Lets the broker forget it.
	 */
	void accept() {
		this.inbound.settled(this);
	}

	/**
	 * Has it handed on again, after a short while.
	 */
	void refuse() {
		this.inbound.again(this);
	}

}
