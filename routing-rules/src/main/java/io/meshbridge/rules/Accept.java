package io.meshbridge.rules;

/**
 * When the source of a route hears that its event is taken.
 */
public enum Accept {

	/** As soon as a durable channel holds the event. */
	DURABLE,

	/** When every target, or its dead letter sink, holds the event. */
	DELIVERED

}
