package io.meshbridge.bridge;

import io.cloudevents.CloudEvent;

/**
 * What an inbound message holds.
 */
public sealed interface Content {

	/**
	 * A CloudEvent in any content mode.
	 */
	record Event(CloudEvent event) implements Content {
	}

	/**
	 * A message that is no CloudEvent and is wrapped by the route's {@code event} block.
	 */
	record Plain(PlainMessage message) implements Content {
	}

	/**
	 * A message that claims to be a CloudEvent and is not a valid one.
	 *
	 * @param message the message as it came
	 * @param reason what is wrong with it
	 */
	record Unreadable(PlainMessage message, UnreadableMessageException reason) implements Content {
	}

}
