package io.meshbridge.bridge.channel;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link io.meshbridge.bridge.Bridge Bridge} also is when brokers of its kind can
 * hold durable channels: what is written to a destination is kept for each group that has
 * read it, or is a required group of one who writes to it, until that group has it.
 * <p>
 * The methods ask the broker, take as long as its client waits, and throw any
 * {@link RuntimeException} when it does not answer. Groups are named as in
 * {@link io.meshbridge.bridge.SourceSpec SourceSpec}. What names may be says a
 * {@link ChannelNames} of the same binder type. Thread-safe.
 */
public interface ChannelBroker {

	/**
	 * Groups that have to be there before the first event is sent to a channel that no
	 * route here reads; empty where the broker keeps such events for whoever comes first.
	 * @param fallback group to keep them for
	 */
	default Set<String> keepers(String fallback) {
		return Set.of();
	}

	/**
	 * Destinations at the broker whose names begin with a prefix, whoever made them;
	 * empty where it can't tell.
	 */
	default Set<String> destinations(String binderName, String prefix) {
		return Set.of();
	}

	/**
	 * What is in a channel.
	 * @param groups those that are known; the broker may know more
	 * @param prefix what the names of all groups of this channel begin with
	 */
	Contents contents(String binderName, String destination, Set<String> groups, String prefix);

	/**
	 * Removes all events of a channel, for all groups.
	 * @return how many there were, as far as the broker says
	 * @throws UnsupportedOperationException when the protocol has no way
	 */
	long purge(String binderName, String destination, Set<String> groups, String prefix);

	/**
	 * Removes a channel with all its events.
	 * @throws ChannelInUseException when somebody reads it, here or elsewhere
	 * @throws UnsupportedOperationException when the protocol has no way
	 */
	void delete(String binderName, String destination, Set<String> groups, String prefix);

	/**
	 * What a broker says of a channel.
	 *
	 * @param depth events that a group has not settled yet, of all groups together, or
	 * that wait for the first group; {@code null} when it can't tell
	 * @param oldestAge how long the oldest of them has waited; {@code null} when there is
	 * none, or it can't tell
	 * @param groups who reads it
	 */
	record Contents(@Nullable Long depth, @Nullable Duration oldestAge, List<ChannelStatus.Group> groups) {

		public Contents {
			groups = List.copyOf(groups);
		}

	}

}
