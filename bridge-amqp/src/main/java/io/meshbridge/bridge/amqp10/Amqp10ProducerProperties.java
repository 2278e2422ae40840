package io.meshbridge.bridge.amqp10;

/**
 * What a target on AMQP 1.0 may be told, under
 * {@code spring.cloud.stream.amqp10.bindings.NAME.producer}.
 */
public class Amqp10ProducerProperties {

	/**
	 * What the address is, {@code queue} or {@code topic}; {@code none} leaves it to the
	 * broker, which may make a topic of an address that is new, and accept and forget
	 * what nobody is subscribed to.
	 */
	private AddressType addressType = AddressType.QUEUE;

	/**
	 * Whether messages are durable, and the address too where the broker makes it on
	 * first use.
	 */
	private boolean durable = true;

	public AddressType getAddressType() {
		return this.addressType;
	}

	public void setAddressType(AddressType addressType) {
		this.addressType = addressType;
	}

	public boolean isDurable() {
		return this.durable;
	}

	public void setDurable(boolean durable) {
		this.durable = durable;
	}

}
