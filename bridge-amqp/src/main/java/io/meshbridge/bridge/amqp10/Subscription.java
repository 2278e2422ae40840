package io.meshbridge.bridge.amqp10;

import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Modified;
import org.apache.qpid.protonj2.types.messaging.Rejected;
import org.apache.qpid.protonj2.types.messaging.Released;
import org.apache.qpid.protonj2.types.messaging.Source;
import org.apache.qpid.protonj2.types.messaging.TerminusDurability;
import org.apache.qpid.protonj2.types.messaging.TerminusExpiryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * How a source attaches to its address. For topics the words are those that JMS clients
 * use (<a href=
 * "https://docs.oasis-open.org/amqp-bindmap/jms/v1.0/amqp-bindmap-jms-v1.0.html">AMQP JMS
 * Mapping, 6.2 and 6.3</a>): capabilities {@code shared} and {@code global}, and the name
 * of the subscription as the name of the link.
 *
 * @param name of the subscription, or {@code null} for a link that nobody comes back to
 * @param type of the address
 * @param durable whether the terminus outlives the connection
 * @param shared whether several receivers may use it at a time
 */
record Subscription(@Nullable String name, AddressType type, boolean durable, boolean shared) {

	/** Brokers cut a subscription's name off here. */
	static final char END_OF_NAME = '|';

	private static final Symbol SHARED = Symbol.valueOf("shared");

	private static final Symbol GLOBAL = Symbol.valueOf("global");

	static Subscription of(@Nullable String group, String address, Amqp10ConsumerProperties properties) {
		boolean topic = properties.getAddressType() == AddressType.TOPIC;
		return new Subscription((topic && group != null) ? name(group, address) : null, properties.getAddressType(),
				properties.isDurable() && (group != null || !topic), properties.isShared());
	}

	/**
	 * The subscription of a group to a topic, that instances share and that stays.
	 */
	static Subscription ofGroup(String group, String address) {
		return new Subscription(name(group, address), AddressType.TOPIC, true, true);
	}

	/**
	 * The address is a part of it, since to Artemis a name stands for one subscription,
	 * whatever its topic is.
	 */
	private static String name(String group, String address) {
		return group + "@" + address;
	}

	/**
	 * Whether it belongs to the container that made it, so that only a connection of the
	 * same container id finds it again.
	 */
	boolean ownedByContainer() {
		return this.name != null && this.durable && !this.shared;
	}

	/**
	 * Name for a link. Brokers cut a subscription's name off at the bar; what follows
	 * keeps the links of one container apart.
	 */
	String linkName() {
		if (this.name == null) {
			return "meshbridge-" + Amqp10Broker.random();
		}
		return ownedByContainer() ? this.name : this.name + END_OF_NAME + Amqp10Broker.random();
	}

	Source source(String address) {
		Source source = new Source().setAddress(address)
			.setDefaultOutcome(Released.getInstance())
			.setOutcomes(Accepted.DESCRIPTOR_SYMBOL, Rejected.DESCRIPTOR_SYMBOL, Released.DESCRIPTOR_SYMBOL,
					Modified.DESCRIPTOR_SYMBOL);
		source.setDurable(this.durable ? TerminusDurability.UNSETTLED_STATE : TerminusDurability.NONE);
		if (this.name != null && this.durable) {
			source.setExpiryPolicy(TerminusExpiryPolicy.NEVER);
		}
		Symbol type = this.type.capability();
		if (this.name != null && type != null && this.shared) {
			source.setCapabilities(type, SHARED, GLOBAL);
		}
		else if (type != null) {
			source.setCapabilities(type);
		}
		return source;
	}

}
