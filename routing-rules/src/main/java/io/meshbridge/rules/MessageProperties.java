package io.meshbridge.rules;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a message that is no event. Every message has {@code id} (the same on
 * each redelivery), {@code source}, {@code binder}; some have {@code subject},
 * {@code content-type}, {@code topic}, {@code topic[n]} (its levels, counted from 0),
 * {@code key}, {@code header.x} and {@code path.x}.
 */
@FunctionalInterface
public interface MessageProperties {

	/**
	 * The value of one property, or {@code null} when the message has none of that name.
	 */
	@Nullable String get(String name);

}
