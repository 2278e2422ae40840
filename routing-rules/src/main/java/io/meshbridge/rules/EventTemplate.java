package io.meshbridge.rules;

import io.cloudevents.CloudEvent;
import org.jspecify.annotations.Nullable;

/**
 * The {@code event} block of a route: makes an event of a message that is none.
 */
public final class EventTemplate {

	/**
	 * Wraps a message.
	 * @param data the message's data, handed on byte for byte; {@code null} for none
	 * @throws WrapException when a placeholder of a required attribute has no value, or
	 * what comes out is no valid event
	 */
	public CloudEvent wrap(MessageProperties message, byte @Nullable [] data) throws WrapException {
		throw new WrapException("to be written");
	}

}
