package io.meshbridge.broker;

import org.apache.activemq.artemis.core.security.CheckType;

/**
 * What clients may do to which addresses. Those that begin with a dollar belong to the
 * broker, and clients may read the groups of a channel, nothing else; so do the addresses
 * by which an Artemis is managed.
 */
final class ReservedAddresses {

	private static final String CHANNELS = "$channel.";

	private static final String MANAGEMENT = "activemq.";

	private ReservedAddresses() {
	}

	/**
	 * Whether a client may do it.
	 * @param address as Artemis has it: levels are separated by dots, and the name of a
	 * queue may follow two colons
	 * @param amqp whether the client speaks AMQP 1.0; MQTT's wildcards never match a
	 * dollar, those of Artemis do
	 */
	static boolean allows(CheckType action, String address, boolean amqp) {
		switch (action) {
			case MANAGE, VIEW, EDIT -> {
				return false;
			}
			case CONSUME, BROWSE -> {
				return address.startsWith(CHANNELS) || !reserved(address);
			}
			case CREATE_ADDRESS, CREATE_DURABLE_QUEUE, CREATE_NON_DURABLE_QUEUE -> {
				return !reserved(address) && !(amqp && matchesChannels(address));
			}
			default -> {
				return !reserved(address);
			}
		}
	}

	/**
	 * Whether a topic of MQTT belongs to the broker.
	 */
	static boolean reservedTopic(String topic) {
		return topic.startsWith("$") || topic.replace('/', '.').startsWith(MANAGEMENT);
	}

	private static boolean reserved(String address) {
		return address.startsWith("$") || address.startsWith(MANAGEMENT);
	}

	private static boolean matchesChannels(String address) {
		return address.startsWith("#") || address.startsWith("*");
	}

}
