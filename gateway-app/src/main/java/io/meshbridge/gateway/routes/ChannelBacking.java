package io.meshbridge.gateway.routes;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.meshbridge.bridge.binding.Bindings;
import io.meshbridge.bridge.channel.ChannelBroker;
import io.meshbridge.gateway.GatewayProperties;
import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.Location;
import io.meshbridge.rules.Problem;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteTable;
import io.meshbridge.rules.Setting;
import org.jspecify.annotations.Nullable;

/**
 * Checks that channels can be where {@code meshbridge.channels} puts them.
 */
final class ChannelBacking {

	private static final String BACKING = "meshbridge.channels.backing";

	private static final String PREFIX = "meshbridge.channels.prefix";

	private final GatewayProperties.Channels channels;

	private final Bindings bindings;

	ChannelBacking(GatewayProperties.Channels channels, Bindings bindings) {
		this.channels = channels;
		this.bindings = bindings;
	}

	/**
	 * What is wrong with the settings, before any route is looked at.
	 * @param binders names that routes may use
	 */
	List<Problem> check(EnvironmentSettings settings, Set<String> binders) {
		String backing = this.channels.backing();
		if (backing.equals(GatewayProperties.Channels.EMBEDDED)) {
			return List.of();
		}
		Set<String> able = new TreeSet<>(Set.of(GatewayProperties.Channels.EMBEDDED));
		binders.stream().filter((name) -> this.bindings.channelBroker(name) != null).forEach(able::add);
		if (!binders.contains(backing)) {
			return List.of(Problem.unknownValue(location(settings, BACKING), BACKING, backing, able));
		}
		ChannelBroker broker = this.bindings.channelBroker(backing);
		if (broker == null) {
			return List.of(new Problem(location(settings, BACKING), BACKING,
					"'" + backing + "' is a binder of type '" + this.bindings.binderType(backing)
							+ "', which can't hold channels; expected one of " + String.join(", ", able)));
		}
		String wrong = wrongName(broker, "x", Route.DEFAULT_GROUP);
		return (wrong == null) ? List.of()
				: List.of(new Problem(location(settings, PREFIX), PREFIX, "'" + this.channels.prefix()
						+ "' begins no name at '" + backing + "': '" + destination("x") + "' " + wrong));
	}

	private static Location location(EnvironmentSettings settings, String name) {
		Setting setting = settings.tree(name);
		return (setting != null) ? setting.location() : new Location("environment", 0, 0);
	}

	/**
	 * The channels of a table that can't be there under their names.
	 */
	List<Problem> check(RouteTable table) {
		ChannelBroker broker = this.bindings.channelBroker(this.channels.backing());
		if (broker == null) {
			return List.of();
		}
		List<Problem> problems = new ArrayList<>();
		for (Route route : table.inStages().routes()) {
			if (route.to().stream().anyMatch((target) -> target.delay() != null)) {
				problems.add(new Problem(route.location(), "route " + route.id(),
						"'delay' and 'deliver-at' need channels in the embedded broker, and " + BACKING + " is '"
								+ this.channels.backing() + "', which has no clock"));
			}
			for (Endpoint.AtChannel channel : channels(route)) {
				String group = channel.equals(route.from()) ? route.group() : Route.DEFAULT_GROUP;
				String wrong = wrongName(broker, channel.name(), group);
				if (wrong != null) {
					problems.add(new Problem(route.location(), "route " + route.id(), "'" + channel + "' is '"
							+ destination(channel.name()) + "' at '" + this.channels.backing() + "', which " + wrong));
				}
			}
		}
		return problems;
	}

	private static Set<Endpoint.AtChannel> channels(Route route) {
		Set<@Nullable Endpoint> all = new LinkedHashSet<>();
		all.add(route.from());
		route.to().forEach((target) -> all.add(target.endpoint()));
		all.add(route.replyTo());
		all.add(route.delivery().deadLetterSink());
		Set<Endpoint.AtChannel> channels = new LinkedHashSet<>();
		for (Endpoint endpoint : all) {
			if (endpoint instanceof Endpoint.AtChannel channel) {
				channels.add(channel);
			}
		}
		return channels;
	}

	private @Nullable String wrongName(ChannelBroker broker, String channel, String group) {
		return broker.wrongName(destination(channel), this.channels.group(channel, group));
	}

	private String destination(String channel) {
		return this.channels.destination(channel);
	}

}
