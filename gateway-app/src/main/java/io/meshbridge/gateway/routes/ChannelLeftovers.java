package io.meshbridge.gateway.routes;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.meshbridge.bridge.channel.ChannelStatus;
import io.meshbridge.bridge.channel.ChannelStore;
import io.meshbridge.rules.Endpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Tells of events that nobody reads any more: in channels that no route names, such as
 * the own channel of a route that was removed, and in the groups of targets that a route
 * does not have any more. Such a group goes when it holds nothing.
 */
@Component
class ChannelLeftovers implements DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(ChannelLeftovers.class);

	/** Whether a broker is there is soon known, and asking it is cheap. */
	private static final Duration AGAIN = Duration.ofSeconds(15);

	private final ObjectProvider<ChannelStore> store;

	private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "channel-leftovers");
		thread.setDaemon(true);
		return thread;
	});

	/** Groups by channel, of the table that is active; written under this. */
	private volatile Map<String, Set<String>> named = Map.of();

	ChannelLeftovers(ObjectProvider<ChannelStore> store) {
		this.store = store;
	}

	/**
	 * From now on these are no leftovers. To be said before they are made.
	 */
	synchronized void inUse(Map<Endpoint.AtChannel, Set<String>> channels) {
		Map<String, Set<String>> names = new HashMap<>();
		channels.forEach((channel, groups) -> names.put(channel.name(), Set.copyOf(groups)));
		this.named = names;
	}

	/**
	 * Looks as soon as the store answers; returns at once.
	 */
	void look() {
		Map<String, Set<String>> names = this.named;
		if (this.store.getIfAvailable() != null) {
			this.thread.execute(() -> look(names, new HashSet<>()));
		}
	}

	/**
	 * @param told channels and groups that this table's line is out for
	 */
	private void look(Map<String, Set<String>> inUse, Set<String> told) {
		if (!inUse.equals(this.named)) {
			// A later table is looked at instead.
			return;
		}
		try {
			List<ChannelStatus> channels = this.store.getObject().channels();
			for (ChannelStatus channel : channels) {
				Set<String> readers = inUse.get(channel.name());
				if (readers == null) {
					if (isLeft(channel) && told.add(channel.name())) {
						tell(channel);
					}
				}
				else if (new Endpoint.AtChannel(channel.name()).ofRoute()) {
					channel.groups()
						.stream()
						.filter((group) -> !readers.contains(group.name())
								&& told.add(channel.name() + "/" + group.name()))
						.forEach((group) -> tellOrRemove(channel.name(), group));
				}
			}
			if (channels.stream().map(ChannelStatus::problem).anyMatch(Objects::nonNull)) {
				again(inUse, told);
			}
		}
		catch (RuntimeException ex) {
			logger.debug("what is in the channels is not known yet", ex);
			again(inUse, told);
		}
	}

	/**
	 * Other gateways that share the channel may read the group, so only what is ours
	 * alone goes.
	 */
	private void tellOrRemove(String channel, ChannelStatus.Group group) {
		if (group.depth() == null || group.readers() == null || group.readers() > 0) {
			return;
		}
		if (group.depth() > 0) {
			logger.warn(
					"channel '{}': group '{}' holds {} events for a target that its route does not have any more, and "
							+ "goes on holding what comes in: bring the target back, give them to another one with POST "
							+ "/admin/channels/{}/groups/{}/move?to=GROUP, or throw them away with DELETE "
							+ "/admin/channels/{}/groups/{}?confirm={}",
					channel, group.name(), group.depth(), channel, group.name(), channel, group.name(), group.name());
			return;
		}
		try {
			synchronized (this) {
				if (this.named.getOrDefault(channel, Set.of()).contains(group.name())) {
					// A new table has made it again.
					return;
				}
				this.store.getObject().deleteGroup(channel, group.name());
			}
			logger.info("channel '{}': removed group '{}', which is empty and has no target any more", channel,
					group.name());
		}
		catch (UnsupportedOperationException ex) {
			logger.debug("channel '{}': group '{}' is empty and has no target any more", channel, group.name(), ex);
		}
	}

	private void again(Map<String, Set<String>> inUse, Set<String> told) {
		this.thread.schedule(() -> look(inUse, told), AGAIN.toSeconds(), TimeUnit.SECONDS);
	}

	/**
	 * Whether it holds events, and no other gateway reads them.
	 */
	private static boolean isLeft(ChannelStatus channel) {
		return channel.depth() != null && channel.depth() > 0
				&& channel.groups().stream().noneMatch((group) -> group.readers() != null && group.readers() > 0);
	}

	private static void tell(ChannelStatus channel) {
		logger.warn(
				"channel '{}' holds {} events and no route names it: bring back the route that read it, or "
						+ "throw them away with DELETE /admin/channels/{}?confirm={}",
				channel.name(), channel.depth(), channel.name(), channel.name());
	}

	@Override
	public void destroy() {
		this.thread.shutdownNow();
	}

}
