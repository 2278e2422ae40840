package io.meshbridge.bridge.channel;

import java.util.List;
import java.util.Set;

/**
 * Where durable channels are kept. A channel holds every event for each group that reads
 * it, and while no group ever read it, for the first one that will. Thread-safe.
 */
public interface ChannelStore {

	/**
	 * The binder that reads and writes the channels.
	 */
	String binderName();

	/**
	 * A channel as that binder names it.
	 */
	String destination(String channel);

	/**
	 * A group of a channel as that binder names it.
	 */
	default String group(String channel, String group) {
		return group;
	}

	/**
	 * Makes a channel that keeps events for these groups, beside those it has, from now
	 * on. Does nothing for what is there already.
	 * @param groups may be empty
	 * @throws IllegalStateException when the store can't
	 */
	void declare(String channel, Set<String> groups);

	/**
	 * Groups whose subscriptions the binder has to make, if they are not there, before it
	 * sends the first event to this channel; as the binder names them.
	 */
	default Set<String> requiredGroups(String channel) {
		return Set.of();
	}

	/**
	 * What is there, by name. Where that is up to a broker, it may take some seconds, and
	 * what it does not say in time is unknown.
	 */
	List<ChannelStatus> channels();

	/**
	 * Removes all events of a channel.
	 * @return how many groups' events went
	 * @throws UnknownChannelException when there is no such channel
	 * @throws UnsupportedOperationException when that is up to the broker's own tools
	 * @throws IllegalStateException when the store can't now
	 */
	long purge(String channel);

	/**
	 * Removes a channel with all its events; it is made anew when a route names it.
	 * @throws UnknownChannelException when there is no such channel
	 * @throws ChannelInUseException when somebody reads it
	 * @throws UnsupportedOperationException when that is up to the broker's own tools
	 * @throws IllegalStateException when the store can't now
	 */
	void delete(String channel);

	/**
	 * Removes a group of a channel with the events that it has not read.
	 * @return how many events went
	 * @throws UnknownChannelException when there is no such channel or group
	 * @throws ChannelInUseException when somebody reads it
	 * @throws UnsupportedOperationException when that is up to the broker's own tools
	 * @throws IllegalStateException when the store can't now
	 */
	default long deleteGroup(String channel, String group) {
		throw new UnsupportedOperationException(
				"group '" + group(channel, group) + "' is removed with the tools of the broker");
	}

	/**
	 * Moves the events that a group has not read to another one of the channel, behind
	 * those that wait there.
	 * @return how many events went
	 * @throws UnknownChannelException when there is no such channel or group
	 * @throws ChannelInUseException when somebody reads it
	 * @throws UnsupportedOperationException when that is up to the broker's own tools
	 * @throws IllegalStateException when the store can't now
	 */
	default long moveGroup(String channel, String group, String to) {
		throw new UnsupportedOperationException(
				"events of group '" + group(channel, group) + "' are moved with the tools of the broker");
	}

}
