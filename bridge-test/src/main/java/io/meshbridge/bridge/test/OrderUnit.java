package io.meshbridge.bridge.test;

/**
 * Which messages keep their order on the way in.
 *
 * @param kind what has one order
 * @param text name of the unit in the protocol's own words; for {@link Kind#NONE} the
 * reason, which the run prints
 */
public record OrderUnit(Kind kind, String text) {

	/**
	 * Messages with the same key keep their order, others overtake each other. Each names
	 * its key to the gateway, as {@code InboundMessage.orderKey()}.
	 */
	public static OrderUnit key(String name) {
		return new OrderUnit(Kind.KEY, name);
	}

	/**
	 * All messages of one destination keep their order. The bridge names the same order
	 * key for all of them, or none where one that fails is not to hold back the others.
	 */
	public static OrderUnit destination(String name) {
		return new OrderUnit(Kind.DESTINATION, name);
	}

	/**
	 * Messages arrive in any order.
	 */
	public static OrderUnit none(String reason) {
		return new OrderUnit(Kind.NONE, reason);
	}

	/**
	 * What has one order.
	 */
	public enum Kind {

		/** A key that each message carries. */
		KEY,

		/** The queue or topic as a whole. */
		DESTINATION,

		/** Nothing. */
		NONE

	}

}
