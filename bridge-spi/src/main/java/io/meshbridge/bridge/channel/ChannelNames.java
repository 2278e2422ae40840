package io.meshbridge.bridge.channel;

import org.jspecify.annotations.Nullable;

/**
 * What brokers of one kind ask of the names of durable channels. Found by
 * {@link java.util.ServiceLoader}, since rules are checked where no gateway runs too.
 * Stateless.
 */
public interface ChannelNames {

	/**
	 * The binder type whose brokers can hold channels.
	 */
	String binderType();

	/**
	 * Why there can be no channel that is read by this group.
	 * @param group as in {@link io.meshbridge.bridge.SourceSpec SourceSpec}
	 * @return what is wrong with the name and what is expected, to follow the name in a
	 * sentence; {@code null} when it is fine
	 */
	@Nullable String wrongName(String destination, String group);

}
