package io.meshbridge.rules.transform;

import org.jspecify.annotations.Nullable;

/**
 * Knows what the text of an attribute may hold.
 */
@FunctionalInterface
public interface AttributeCheck {

	/**
	 * What is wrong with a text, if anything.
	 */
	@Nullable String wrong(String text);

}
