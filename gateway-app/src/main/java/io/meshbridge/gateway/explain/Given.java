package io.meshbridge.gateway.explain;

import java.util.Map;

import io.cloudevents.CloudEvent;
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
	record Message(Map<String, String> properties, byte @Nullable [] data) implements Given {

		@Override
		public @Nullable String key() {
			return this.properties.get("key");
		}

	}

}
