package io.meshbridge.bench;

import java.util.Locale;

/**
 * One of those that are compared.
 */
enum Side {

	/** What one writes by hand: the yardstick. */
	RAW,

	/** The gateway. */
	GATEWAY,

	/** Apache Camel, where the bench was asked for it. */
	CAMEL;

	/**
	 * What reports call it.
	 */
	String label() {
		return name().toLowerCase(Locale.ROOT);
	}

}
