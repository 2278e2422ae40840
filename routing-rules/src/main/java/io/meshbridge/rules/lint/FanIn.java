package io.meshbridge.rules.lint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.meshbridge.rules.DeliveryPolicy;
import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.Route;

/**
 * {@code order}: several routes bring events to one target. Order is kept for each key of
 * each route, so between the routes it is lost.
 */
final class FanIn {

	private static final String CHECK = "order";

	private final List<Route> routes;

	private final WrittenRoutes written;

	FanIn(List<Route> routes, WrittenRoutes written) {
		this.routes = routes;
		this.written = written;
	}

	void find(Consumer<Finding> findings) {
		Map<Endpoint, List<Way>> ways = new LinkedHashMap<>();
		for (Route route : this.routes) {
			for (int i = 0; i < route.to().size(); i++) {
				if (route.to().get(i).delivery().order() == DeliveryPolicy.Order.KEY) {
					ways.computeIfAbsent(route.to().get(i).endpoint(), (endpoint) -> new ArrayList<>())
						.add(new Way(route, this.written.target(route, i)));
				}
			}
		}
		ways.forEach((endpoint, all) -> all.subList(1, all.size()).forEach((way) -> {
			Route first = all.get(0).route();
			String both = "'" + endpoint + "' gets events of route '" + first.id() + "' too, and ";
			if (way.route().from().equals(first.from())) {
				findings.accept(way.spot()
					.warning(CHECK, both + "both read '" + first.from() + "': of one key, an event of this route may"
							+ " overtake one of the other that is tried again; expected one route with both filters"
							+ " under 'any', or 'order: none'"));
			}
			else {
				findings.accept(way.spot()
					.note(CHECK, both + "the order of a key holds for each route by itself; expected one source where"
							+ " that matters, such as a channel that both send to, or 'order: none'"));
			}
		}));
	}

	/**
	 * A target of a route.
	 */
	private record Way(Route route, Spot spot) {
	}

}
