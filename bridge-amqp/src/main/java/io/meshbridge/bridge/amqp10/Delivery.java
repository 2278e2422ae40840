package io.meshbridge.bridge.amqp10;

import org.apache.qpid.protonj2.engine.IncomingDelivery;

/**
 * A message that the broker delivered over one link. Settling it has an effect for as
 * long as that link is there; afterwards the broker delivers it again. Thread-safe.
 */
final class Delivery {

	/** Message header that carries the delivery. */
	static final String HEADER = "meshbridge_amqp10Delivery";

	private final ReceivingLink link;

	private final IncomingDelivery delivery;

	private final byte[] encoded;

	/**
	 * @param delivery for the I/O thread only
	 * @param encoded the sections of the message, as they came
	 */
	Delivery(ReceivingLink link, IncomingDelivery delivery, byte[] encoded) {
		this.link = link;
		this.delivery = delivery;
		this.encoded = encoded;
	}

	/**
	 * Where it came from.
	 */
	String address() {
		return this.link.address();
	}

	byte[] encoded() {
		return this.encoded;
	}

	/**
	 * Lets the broker forget it.
	 */
	void accept() {
		this.link.accept(this.delivery);
	}

	/**
	 * Hands it back after a short while: the broker sends it again at once.
	 */
	void refuse() {
		this.link.refuse(this.delivery);
	}

}
