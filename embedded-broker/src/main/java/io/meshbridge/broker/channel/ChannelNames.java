package io.meshbridge.broker.channel;

import org.jspecify.annotations.Nullable;

/**
 * Channels by the names they have in Artemis: an address for the channel, and a queue
 * beneath it for each group. Addresses with a dollar are not seen by MQTT subscribers to
 * {@code #}.
 */
final class ChannelNames {

	private static final String PREFIX = "$channel.";

	/** In neither a channel's nor a group's name. */
	private static final char SEPARATOR = '/';

	private ChannelNames() {
	}

	static String address(String channel) {
		return PREFIX + channel;
	}

	static String queue(String channel, String group) {
		return PREFIX + channel + SEPARATOR + group;
	}

	/**
	 * The channel of an address, or {@code null} when it belongs to none.
	 */
	static @Nullable String channel(String address) {
		return address.startsWith(PREFIX) ? address.substring(PREFIX.length()) : null;
	}

	/**
	 * Whether a queue holds the events of a group.
	 */
	static boolean isGroup(String queue) {
		return queue.startsWith(PREFIX) && queue.indexOf(SEPARATOR) > 0;
	}

	/**
	 * The group of a channel's queue.
	 */
	static String group(String queue) {
		return queue.substring(queue.indexOf(SEPARATOR) + 1);
	}

}
