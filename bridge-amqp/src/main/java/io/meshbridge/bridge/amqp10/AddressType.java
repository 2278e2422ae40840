package io.meshbridge.bridge.amqp10;

import org.apache.qpid.protonj2.types.Symbol;
import org.jspecify.annotations.Nullable;

/**
 * What the broker is told of an address, as a terminus capability. Brokers that make
 * addresses on first use make what is asked for.
 */
public enum AddressType {

	/** Nothing: the broker knows, or its default counts. */
	NONE(null),

	/** Each message goes to one receiver. */
	QUEUE("queue"),

	/** Each message goes to every subscription. */
	TOPIC("topic");

	private final @Nullable Symbol capability;

	AddressType(@Nullable String capability) {
		this.capability = (capability == null) ? null : Symbol.valueOf(capability);
	}

	@Nullable Symbol capability() {
		return this.capability;
	}

}
