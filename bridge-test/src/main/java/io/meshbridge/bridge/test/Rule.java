package io.meshbridge.bridge.test;

/**
 * The rules every bridge must keep. {@link BridgeContract} has one test for each; the
 * table in {@code docs/bridges/README.md} says the same.
 */
public enum Rule {

	/** Binary content mode. */
	R01("every sample event survives binary mode"),

	/** Structured content mode. */
	R02("every sample event survives structured mode"),

	/** Extensions. */
	R03("extension names and values stay as they are"),

	/** Kinds of data. */
	R04("null, empty and non-UTF-8 data stay distinct"),

	/** Messages without CloudEvents attributes. */
	R05("a plain message becomes a valid event with a stable id"),

	/** Messages with broken CloudEvents attributes. */
	R06("an unreadable message raises an error that says why, never null"),

	/** Confirmation. */
	R07("a send completes only after the broker accepted"),

	/** Settlement. */
	R08("a refused message is redelivered"),

	/** Settlement across a gateway restart. */
	R09("an unsettled message survives a gateway restart"),

	/** Classification of failures. */
	R10("an unknown or forbidden destination is permanent and named"),

	/** Late broker. */
	R11("a broker that is down at start is used when it comes"),

	/** Broker restart. */
	R12("a broker restart loses nothing"),

	/** Order. */
	R13("order is kept within the protocol's unit"),

	/** Sharing. */
	R14("two instances of one group get each message once"),

	/** Flow control. */
	R15("a paused source holds its messages until it is resumed"),

	/** Shutdown. */
	R16("a stop drains what is in flight"),

	/** Limits. */
	R17("a payload over the limit is permanent and names the limit in bytes"),

	/** Aborted sends. */
	R18("an interrupted or cancelled send is a failure");

	private final String sentence;

	Rule(String sentence) {
		this.sentence = sentence;
	}

	/**
	 * What the rule demands.
	 */
	public String sentence() {
		return this.sentence;
	}

}
