package io.meshbridge.rules.lint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.EndpointCatalog;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteTarget;
import io.meshbridge.rules.filter.Filter;
import org.jspecify.annotations.Nullable;

/**
 * {@code twice}: a target that gets the same events by two routes.
 */
final class Twice {

	private static final String CHECK = "twice";

	/** Each way to a target is compared with so many before it, since that takes time. */
	private static final int MOST_COMPARED = 200;

	private final List<Route> routes;

	private final WrittenRoutes written;

	private final EndpointCatalog catalog;

	Twice(List<Route> routes, WrittenRoutes written, EndpointCatalog catalog) {
		this.routes = routes;
		this.written = written;
		this.catalog = catalog;
	}

	void find(Consumer<Finding> findings) {
		Map<Endpoint, List<Way>> ways = new LinkedHashMap<>();
		for (Route route : this.routes) {
			// One that no event takes is told of as such.
			if (route.filter().contradiction() == null) {
				for (int i = 0; i < route.to().size(); i++) {
					ways.computeIfAbsent(route.to().get(i).endpoint(), (endpoint) -> new ArrayList<>())
						.add(new Way(route, route.to().get(i), this.written.target(route, i)));
				}
			}
		}
		ways.values().forEach((all) -> {
			for (int i = 1; i < all.size(); i++) {
				find(all.get(i), all.subList(Math.max(0, i - MOST_COMPARED), i), findings);
			}
		});
	}

	private void find(Way way, List<Way> before, Consumer<Finding> findings) {
		for (Way other : before) {
			Finding finding = other.sendsTheSame(way) ? finding(way, other) : null;
			if (finding != null) {
				findings.accept(finding);
				return;
			}
		}
	}

	private @Nullable Finding finding(Way way, Way other) {
		Endpoint from = way.route().from();
		if (from.equals(other.route().from())) {
			return way.isWithin(other) ? all(way, other) : other.isWithin(way) ? all(other, way) : null;
		}
		if (meet(from, other.route().from())
				&& Filter.all(List.of(way.route().filter(), other.route().filter())).contradiction() == null) {
			return way.spot()
				.warning(CHECK,
						"'" + from + "' and '" + other.route().from() + "' of route '" + other.route().id()
								+ "' let some messages in twice, and both routes send to '" + way.target().endpoint()
								+ "'; expected topics that don't overlap, filters that exclude each other, or"
								+ " another target");
		}
		return null;
	}

	private static Finding all(Way narrow, Way wide) {
		return narrow.spot()
			.warning(CHECK,
					"'" + narrow.target().endpoint() + "' gets every event of this route from route '"
							+ wide.route().id() + "' too, which reads '" + wide.route().from()
							+ "' as well; expected filters that exclude each other, or this target at one of them");
	}

	/**
	 * Whether a message can come in over two sources.
	 */
	private boolean meet(Endpoint one, Endpoint other) {
		return one instanceof Endpoint.AtBinder a && other instanceof Endpoint.AtBinder b
				&& a.binder().equals(b.binder()) && this.catalog.typeOf(a.binder()).equals("mqtt")
				&& topicsMeet(a.destination().split("/", -1), b.destination().split("/", -1), 0);
	}

	/**
	 * Whether there is a topic that fits two topic filters.
	 */
	private static boolean topicsMeet(String[] one, String[] other, int level) {
		if (isRest(one, level) || isRest(other, level)) {
			return true;
		}
		if (level >= one.length || level >= other.length) {
			return one.length == other.length;
		}
		boolean same = one[level].equals(other[level]) || one[level].equals("+") || other[level].equals("+");
		return same && topicsMeet(one, other, level + 1);
	}

	private static boolean isRest(String[] levels, int level) {
		return level < levels.length && levels[level].equals("#");
	}

	/**
	 * A target of a route.
	 */
	private record Way(Route route, RouteTarget target, Spot spot) {

		/**
		 * Whether an event that takes both arrives as the same.
		 */
		boolean sendsTheSame(Way other) {
			return !this.route.equals(other.route) && Objects.equals(this.route.transform(), other.route.transform())
					&& Objects.equals(this.target.transform(), other.target.transform());
		}

		/**
		 * Whether each event that takes this takes the other way too.
		 */
		boolean isWithin(Way other) {
			return this.route.event().equals(other.route.event())
					&& (other.route.schema() == null || other.route.schema().equals(this.route.schema()))
					&& this.route.filter().implies(other.route.filter());
		}

	}

}
