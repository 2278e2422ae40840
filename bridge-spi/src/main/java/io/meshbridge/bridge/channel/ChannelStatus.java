package io.meshbridge.bridge.channel;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A channel as an operator sees it.
 *
 * @param name of the channel
 * @param depth events that a group has not read yet, of all groups together
 * @param oldestAge how long the oldest of them has waited; {@code null} when there is
 * none
 * @param in events stored since the gateway started
 * @param out events read and settled since the gateway started, each once per group
 * @param groups who reads it
 */
public record ChannelStatus(String name, long depth, @Nullable Duration oldestAge, long in, long out,
		List<Group> groups) {

	public ChannelStatus {
		groups = List.copyOf(groups);
	}

	/**
	 * The events that one group has before it.
	 *
	 * @param name of the group
	 * @param depth events not settled yet
	 * @param readers who read at the moment
	 */
	public record Group(String name, long depth, int readers) {
	}

}
