package io.meshbridge.gateway.bindings;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import io.meshbridge.bridge.channel.ChannelStatus;
import io.meshbridge.bridge.channel.ChannelStore;
import io.meshbridge.bridge.channel.UnknownChannelException;
import io.meshbridge.gateway.GatewayProperties;
import io.meshbridge.rules.Route;

/**
 * Durable channels on the broker of a binder, where several gateways share them: topics
 * of Kafka, exchanges of RabbitMQ with a queue for each group, addresses of AMQP 1.0.
 * What is in them only the broker knows.
 */
final class BinderChannels implements ChannelStore {

	private final GatewayProperties.Channels properties;

	/** Groups by channel; guarded by this. */
	private final Map<String, Set<String>> channels = new TreeMap<>();

	BinderChannels(GatewayProperties.Channels properties) {
		this.properties = properties;
	}

	@Override
	public String binderName() {
		return this.properties.backing();
	}

	@Override
	public String destination(String channel) {
		return this.properties.prefix() + channel;
	}

	@Override
	public synchronized void declare(String channel, Set<String> groups) {
		this.channels.computeIfAbsent(channel, (missing) -> new TreeSet<>()).addAll(groups);
	}

	/**
	 * A channel that nobody reads yet keeps its events for the group that routes have
	 * unless they name another.
	 */
	@Override
	public synchronized Set<String> requiredGroups(String channel) {
		Set<String> groups = this.channels.getOrDefault(channel, Set.of());
		return groups.isEmpty() ? Set.of(Route.DEFAULT_GROUP) : Set.copyOf(groups);
	}

	@Override
	public synchronized List<ChannelStatus> channels() {
		return this.channels.entrySet()
			.stream()
			.map((channel) -> new ChannelStatus(channel.getKey(), null, null, null, null,
					channel.getValue().stream().map((group) -> new ChannelStatus.Group(group, null, null)).toList()))
			.toList();
	}

	@Override
	public long purge(String channel) {
		throw notOurs(channel);
	}

	@Override
	public void delete(String channel) {
		throw notOurs(channel);
	}

	private synchronized RuntimeException notOurs(String channel) {
		return this.channels.containsKey(channel)
				? new UnsupportedOperationException("channel '" + channel + "' is '" + destination(channel)
						+ "' at binder '" + binderName() + "'; use the tools of its broker")
				: new UnknownChannelException(channel);
	}

}
