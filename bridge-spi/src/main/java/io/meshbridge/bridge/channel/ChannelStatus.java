package io.meshbridge.bridge.channel;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A channel as an operator sees it.
 *
 * @param name of the channel
 * @param depth events that a group has not read yet, of all groups together, or that wait
 * for the first group; {@code null} where only the broker knows
 * @param oldestAge how long the oldest of them has waited; {@code null} when there is
 * none, or only the broker knows
 * @param in events stored since the gateway started, if known
 * @param out events read and settled since the gateway started, each once per group, if
 * known
 * @param groups who reads it
 * @param problem why this is not known at the moment, or {@code null}
 */
public record ChannelStatus(String name, @Nullable Long depth, @Nullable Duration oldestAge, @Nullable Long in,
		@Nullable Long out, List<Group> groups, @Nullable String problem) {

	public ChannelStatus {
		groups = List.copyOf(groups);
	}

	/**
	 * The events that one group has before it.
	 *
	 * @param name of the group
	 * @param depth events not settled yet; {@code null} where only the broker knows
	 * @param readers who read at the moment; {@code null} where only the broker knows
	 */
	public record Group(String name, @Nullable Long depth, @Nullable Integer readers) {
	}

}
