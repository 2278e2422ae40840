package io.meshbridge.gateway.explain;

import io.cloudevents.CloudEvent;
import io.meshbridge.rules.MessageProperties;
import org.jspecify.annotations.Nullable;

/**
 * What comes in.
 */
public sealed interface Given {

	/**
	 * The key it came with, of protocols that have one.
	 */
	@Nullable String key();

	/**
	 * An event.
	 */
	record Event(CloudEvent event, @Nullable String key) implements Given {
	}

	/**
	 * A message that is no event.
	 *
	 * @param properties what is known of it, by the names of placeholders in
	 * {@code event} blocks
	 */
	record Message(MessageProperties properties, byte @Nullable [] data) implements Given {

		@Override
		public @Nullable String key() {
			return this.properties.get("key");
		}

	}

}
