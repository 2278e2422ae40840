package io.meshbridge.rules.lint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.Route;
import org.jspecify.annotations.Nullable;

/**
 * {@code loop}: events that come back to where they were, through other routes and
 * brokers. Filters may end such a circle, which can't be seen here.
 */
final class Loops {

	private static final String CHECK = "loop";

	private final List<Route> routes;

	private final WrittenRoutes written;

	private final Map<Route, List<Step>> steps = new HashMap<>();

	Loops(List<Route> routes, WrittenRoutes written, Reach reach) {
		this.routes = routes;
		this.written = written;
		// Thousands of routes share few endpoints, so each pair of these is looked at
		// once.
		Map<Endpoint, List<Route>> readers = routes.stream()
			.collect(Collectors.groupingBy(Route::from, LinkedHashMap::new, Collectors.toList()));
		Map<Endpoint, List<Route>> led = new HashMap<>();
		for (Route route : routes) {
			List<Step> from = new ArrayList<>();
			for (Way way : ways(route)) {
				led.computeIfAbsent(way.endpoint(), (target) -> readers(target, readers, reach))
					.forEach((next) -> from.add(new Step(way, next)));
			}
			this.steps.put(route, from);
		}
	}

	private static List<Route> readers(Endpoint target, Map<Endpoint, List<Route>> readers, Reach reach) {
		return readers.entrySet()
			.stream()
			.filter((source) -> reach.leads(target, source.getKey()))
			.flatMap((source) -> source.getValue().stream())
			.toList();
	}

	private List<Way> ways(Route route) {
		List<Way> ways = new ArrayList<>();
		for (int i = 0; i < route.to().size(); i++) {
			Spot spot = this.written.target(route, i);
			ways.add(new Way(route, route.to().get(i).endpoint(), spot));
			Endpoint sink = route.to().get(i).delivery().deadLetterSink();
			if (sink != null) {
				ways.add(new Way(route, sink, spot));
			}
		}
		if (route.replyTo() != null) {
			ways.add(new Way(route, route.replyTo(), this.written.key(route, "reply-to")));
		}
		return ways;
	}

	void find(Consumer<Finding> findings) {
		Set<Route> told = new HashSet<>();
		for (Route route : this.routes) {
			List<Way> circle = told.contains(route) ? null : circle(route);
			if (circle != null) {
				circle.forEach((way) -> told.add(way.route()));
				Way last = circle.get(circle.size() - 1);
				findings.accept(last.spot()
					.warning(CHECK, "events may run in circles: " + text(circle) + "; expected an endpoint that leads"
							+ " out, or a filter that lets no event pass twice"));
			}
		}
	}

	/**
	 * The shortest way from a route back to it.
	 */
	private @Nullable List<Way> circle(Route start) {
		Map<Route, Step> cameBy = new HashMap<>();
		Deque<Route> open = new ArrayDeque<>(List.of(start));
		while (!open.isEmpty()) {
			Route route = open.remove();
			for (Step step : this.steps.getOrDefault(route, List.of())) {
				if (step.next().equals(start)) {
					return back(start, step, cameBy);
				}
				if (cameBy.putIfAbsent(step.next(), step) == null) {
					open.add(step.next());
				}
			}
		}
		return null;
	}

	private static List<Way> back(Route start, Step last, Map<Route, Step> cameBy) {
		List<Way> circle = new ArrayList<>(List.of(last.way()));
		Route route = last.way().route();
		while (!route.equals(start)) {
			Way way = Objects.requireNonNull(cameBy.get(route)).way();
			circle.add(way);
			route = way.route();
		}
		Collections.reverse(circle);
		return circle;
	}

	private static String text(List<Way> circle) {
		StringBuilder text = new StringBuilder();
		circle.forEach((way) -> text.append(way.route().id()).append(" -> ").append(way.endpoint()).append(" -> "));
		return text.append(circle.get(0).route().id()).toString();
	}

	/**
	 * A way out of a route.
	 */
	private record Way(Route route, Endpoint endpoint, Spot spot) {
	}

	/**
	 * A way out of one route and into the next.
	 */
	private record Step(Way way, Route next) {
	}

}
