package io.meshbridge.rules.lint;

import java.util.List;
import java.util.function.Consumer;

import io.meshbridge.rules.Route;

/**
 * {@code never}: a route that no event can take. {@code sql-types}: an expression with
 * something in it that always fails, or always gives the same.
 */
final class Filters {

	private static final String FILTERS = "filters";

	private final WrittenRoutes written;

	Filters(WrittenRoutes written) {
		this.written = written;
	}

	void find(List<Route> routes, Consumer<Finding> findings) {
		for (Route route : routes) {
			String contradiction = route.filter().contradiction();
			if (contradiction != null) {
				findings.accept(this.written.key(route, FILTERS)
					.warning("never", "no event can match: " + contradiction
							+ "; expected conditions that one event can fulfil, or 'any' where one of them is enough"));
			}
			for (String error : route.filter().typeErrors()) {
				findings.accept(this.written.key(route, FILTERS).warning("sql-types", error));
			}
		}
	}

}
