package io.meshbridge.rules.transform;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Text with placeholders for attributes, such as {@code {subject}}, and for what is in
 * JSON data, such as {@code {data.order.id}}. Immutable.
 */
public interface Template {

	/**
	 * Fills in the values of an event.
	 * @param values gives the value of a placeholder, or {@code null}
	 * @return {@code null} when a placeholder has no value
	 */
	@Nullable String fill(Function<String, @Nullable String> values);

	/**
	 * Whether it names something in the data.
	 */
	boolean readsData();

}
