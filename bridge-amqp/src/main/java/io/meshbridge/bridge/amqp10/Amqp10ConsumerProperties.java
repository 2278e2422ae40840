package io.meshbridge.bridge.amqp10;

/**
 * What a source on AMQP 1.0 may be told, under
 * {@code spring.cloud.stream.amqp10.bindings.NAME.consumer}.
 */
public class Amqp10ConsumerProperties {

	/**
	 * What the address is, {@code queue} or {@code topic}; {@code none} leaves it to the
	 * broker. The receivers of a queue share its messages, whatever their group; on a
	 * topic each group has a subscription of its own.
	 */
	private AddressType addressType = AddressType.QUEUE;

	/**
	 * Whether the subscription to a topic outlives the connection, and the address is
	 * durable where the broker makes it on first use. Without it what is published while
	 * the gateway is away is lost.
	 */
	private boolean durable = true;

	/**
	 * Whether the instances of a group share their subscription to a topic.
	 */
	private boolean shared = true;

	/**
	 * How many messages the broker may send that are not settled, 1 to 65535. Never more
	 * than the gateway's limit of events in flight.
	 */
	private int credit = 1000;

	/**
	 * Which messages keep their order: all of the address ({@code address}), those with
	 * one group-id ({@code group}), or none.
	 */
	private Order order = Order.ADDRESS;

	private boolean ofChannel;

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

	public boolean isShared() {
		return this.shared;
	}

	public void setShared(boolean shared) {
		this.shared = shared;
	}

	public int getCredit() {
		return this.credit;
	}

	public void setCredit(int credit) {
		if (credit < 1 || credit > 65_535) {
			throw new IllegalArgumentException("credit of a consumer is '" + credit + "', expected 1 to 65535");
		}
		this.credit = credit;
	}

	/**
	 * Whether the address holds a channel; set by the bridge.
	 */
	boolean ofChannel() {
		return this.ofChannel;
	}

	/**
	 * Reads a channel, whatever the user's properties say of the address.
	 */
	void readChannel() {
		this.ofChannel = true;
		this.addressType = AddressType.TOPIC;
		this.durable = true;
		this.shared = true;
		this.order = Order.GROUP;
	}

	public Order getOrder() {
		return this.order;
	}

	public void setOrder(Order order) {
		this.order = order;
	}

	/**
	 * Which messages are delivered in the order of arrival.
	 */
	public enum Order {

		/** All that come from the address. */
		ADDRESS,

		/** Those with one group-id; those without one in any order. */
		GROUP,

		/** None. */
		NONE

	}

}
