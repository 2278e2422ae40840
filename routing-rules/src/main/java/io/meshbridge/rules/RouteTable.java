package io.meshbridge.rules;

import java.util.List;
import java.util.Set;

/** stub */
public final class RouteTable {

	public static RouteTable of(List<Route> routes) {
		return new RouteTable();
	}

	public List<Route> routes() {
		return List.of();
	}

	public Set<SourceKey> sources() {
		return Set.of();
	}

	public List<Route> routesFrom(SourceKey key) {
		return List.of();
	}

}
