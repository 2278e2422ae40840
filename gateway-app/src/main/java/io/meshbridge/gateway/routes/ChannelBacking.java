package io.meshbridge.gateway.routes;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.meshbridge.bridge.channel.ChannelNames;
import io.meshbridge.gateway.GatewayProperties;
import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.EndpointCatalog;
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

	private static final Map<String, ChannelNames> NAMES = ServiceLoader.load(ChannelNames.class)
		.stream()
		.map(ServiceLoader.Provider::get)
		.collect(Collectors.toUnmodifiableMap(ChannelNames::binderType, Function.identity()));

	private final GatewayProperties.Channels channels;

	private final EndpointCatalog catalog;

	/**
	 * @param catalog with the binders that may be named
	 */
	ChannelBacking(GatewayProperties.Channels channels, EndpointCatalog catalog) {
		this.channels = channels;
		this.catalog = catalog;
	}

	/**
	 * What is wrong with the settings, before any route is looked at.
	 */
	List<Problem> check(EnvironmentSettings settings) {
		String backing = this.channels.backing();
		if (backing.equals(GatewayProperties.Channels.EMBEDDED)) {
			return List.of();
		}
		Set<String> able = new TreeSet<>(Set.of(GatewayProperties.Channels.EMBEDDED));
		this.catalog.binders().stream().filter((name) -> names(name) != null).forEach(able::add);
		if (!this.catalog.binders().contains(backing)) {
			return List.of(Problem.unknownValue(location(settings, BACKING), BACKING, backing, able));
		}
		ChannelNames names = names(backing);
		if (names == null) {
			return List.of(new Problem(location(settings, BACKING), BACKING,
					"'" + backing + "' is a binder of type '" + this.catalog.typeOf(backing)
							+ "', which can't hold channels; expected one of " + String.join(", ", able)));
		}
		String wrong = wrongName(names, "x", Route.DEFAULT_GROUP);
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
		ChannelNames names = names(this.channels.backing());
		if (names == null) {
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
				String wrong = wrongName(names, channel.name(), group);
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

	private @Nullable ChannelNames names(String binder) {
		return NAMES.get(this.catalog.typeOf(binder));
	}

	private @Nullable String wrongName(ChannelNames names, String channel, String group) {
		return names.wrongName(destination(channel), this.channels.group(channel, group));
	}

	private String destination(String channel) {
		return this.channels.destination(channel);
	}

}
