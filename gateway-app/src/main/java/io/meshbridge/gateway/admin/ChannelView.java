package io.meshbridge.gateway.admin;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import io.meshbridge.bridge.channel.ChannelStatus;
import io.meshbridge.gateway.bindings.ChannelTraffic;
import org.jspecify.annotations.Nullable;

/**
 * A channel as the admin API shows it. What is not known is left out.
 *
 * @param name of the channel
 * @param depth events that a group has not read yet, of all groups together
 * @param oldestAge how long the oldest of them has waited
 * @param in events stored since the gateway started
 * @param out events read and settled since the gateway started, each once per group
 * @param inPerSecond events stored by this gateway, per second over the last minute
 * @param outPerSecond events read and settled by this gateway, per second over the last
 * minute
 * @param groups who reads it
 * @param problem why what is in it is not known at the moment
 */
record ChannelView(String name, @Nullable Long depth, @Nullable Duration oldestAge, long in, long out,
		double inPerSecond, double outPerSecond, List<ChannelStatus.Group> groups, @Nullable String problem) {

	static ChannelView of(ChannelStatus channel, ChannelTraffic.Rates rates) {
		return new ChannelView(channel.name(), channel.depth(), channel.oldestAge(),
				Objects.requireNonNullElse(channel.in(), rates.in()),
				Objects.requireNonNullElse(channel.out(), rates.out()), rates.inPerSecond(), rates.outPerSecond(),
				channel.groups(), channel.problem());
	}

}
