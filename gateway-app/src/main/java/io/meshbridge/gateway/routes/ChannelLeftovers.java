package io.meshbridge.gateway.routes;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.meshbridge.bridge.channel.ChannelStatus;
import io.meshbridge.bridge.channel.ChannelStore;
import io.meshbridge.rules.Endpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Tells of channels that still hold events and that no route names any more, such as the
 * own channel of a route that was removed or renamed.
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

	/** Channels of the table that is active. */
	private volatile Set<String> named = Set.of();

	ChannelLeftovers(ObjectProvider<ChannelStore> store) {
		this.store = store;
	}

	/**
	 * Looks as soon as the store answers; returns at once.
	 */
	void lookFor(Set<Endpoint.AtChannel> inUse) {
		Set<String> names = inUse.stream().map(Endpoint.AtChannel::name).collect(Collectors.toSet());
		this.named = names;
		if (this.store.getIfAvailable() != null) {
			this.thread.execute(() -> look(names, new HashSet<>()));
		}
	}

	/**
	 * @param told channels that this table's line is out for
	 */
	private void look(Set<String> inUse, Set<String> told) {
		if (!inUse.equals(this.named)) {
			// A later table is looked at instead.
			return;
		}
		try {
			List<ChannelStatus> channels = this.store.getObject().channels();
			channels.stream()
				.filter((channel) -> !inUse.contains(channel.name()) && isLeft(channel) && told.add(channel.name()))
				.forEach(ChannelLeftovers::tell);
			if (channels.stream().map(ChannelStatus::problem).anyMatch(Objects::nonNull)) {
				again(inUse, told);
			}
		}
		catch (RuntimeException ex) {
			logger.debug("what is in the channels is not known yet", ex);
			again(inUse, told);
		}
	}

	private void again(Set<String> inUse, Set<String> told) {
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
