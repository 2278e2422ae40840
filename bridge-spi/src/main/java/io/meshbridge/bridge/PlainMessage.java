package io.meshbridge.bridge;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A protocol message seen without CloudEvents: its data and what the protocol says about
 * it.
 */
public interface PlainMessage {

	/**
	 * An id that is the same each time the broker delivers this message.
	 */
	String id();

	/**
	 * Where it came from, as a URI reference, for example {@code /kafka/readings}.
	 */
	String source();

	/**
	 * What within the source it is about, for example the MQTT topic; {@code null} when
	 * the protocol has nothing to say.
	 */
	@Nullable String subject();

	/**
	 * Media type of the data as the sender gave it.
	 */
	@Nullable String contentType();

	/**
	 * The data, byte for byte; {@code null} when there was none, which is not the same as
	 * empty.
	 */
	byte @Nullable [] data();

	/**
	 * The value of a placeholder: {@code topic}, {@code topic[1]}, {@code key},
	 * {@code header.x}, {@code path.id}.
	 * @return {@code null} when this message has no such thing
	 */
	@Nullable String property(String name);

	/**
	 * The protocol's headers as text, for the dead letter of an unreadable message.
	 */
	Map<String, String> headers();

}
