package io.meshbridge.rules;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The routes that hold at one time, by where their events come from. Immutable; may be
 * used by any number of threads.
 */
public final class RouteTable {

	private final List<Route> routes;

	private final Map<SourceKey, List<Route>> bySource;

	private RouteTable(List<Route> routes) {
		this.routes = List.copyOf(routes);
		Map<SourceKey, List<Route>> bySource = new LinkedHashMap<>();
		for (Route route : this.routes) {
			bySource.computeIfAbsent(new SourceKey(route.from(), route.group()), (key) -> new ArrayList<>()).add(route);
		}
		bySource.replaceAll((key, list) -> List.copyOf(list));
		this.bySource = Collections.unmodifiableMap(bySource);
	}

	/**
	 * A table of these routes.
	 */
	public static RouteTable of(List<Route> routes) {
		return new RouteTable(routes);
	}

	/**
	 * This table with each route in its {@link Route#stages() stages}.
	 */
	public RouteTable inStages() {
		return new RouteTable(this.routes.stream().flatMap((route) -> route.stages().stream()).toList());
	}

	/**
	 * All routes in the order of writing.
	 */
	public List<Route> routes() {
		return this.routes;
	}

	/**
	 * What has to be read, in the order of the routes.
	 */
	public Set<SourceKey> sources() {
		return this.bySource.keySet();
	}

	/**
	 * The routes that an event of this source may take, in the order of writing; empty
	 * when there is none.
	 */
	public List<Route> routesFrom(SourceKey source) {
		return this.bySource.getOrDefault(source, List.of());
	}

}
