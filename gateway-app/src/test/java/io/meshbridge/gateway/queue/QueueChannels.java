package io.meshbridge.gateway.queue;

import java.util.List;
import java.util.Set;

import io.meshbridge.bridge.channel.ChannelStatus;
import io.meshbridge.bridge.channel.ChannelStore;

/**
 * Durable channels in queues, one for each group.
 */
public class QueueChannels implements ChannelStore {

	private final Queues queues;

	public QueueChannels(Queues queues) {
		this.queues = queues;
	}

	@Override
	public String binderName() {
		return "queue";
	}

	@Override
	public String destination(String channel) {
		return "channel/" + channel;
	}

	@Override
	public void declare(String channel, Set<String> groups) {
		groups.forEach((group) -> this.queues.copy(destination(channel), group));
	}

	@Override
	public List<ChannelStatus> channels() {
		return List.of();
	}

	@Override
	public long purge(String channel) {
		throw new UnsupportedOperationException(channel);
	}

	@Override
	public void delete(String channel) {
		throw new UnsupportedOperationException(channel);
	}

}
