package io.meshbridge.rules;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Turns configuration into routes, or into the list of everything that is wrong with it.
 */
public final class RouteCompiler {

	public RouteCompiler(EndpointCatalog catalog) {
	}

	/**
	 * Compiles a table. All of it takes effect, or nothing.
	 * @param routes the {@code routes} lists of all files
	 * @param delivery the {@code delivery} block with the defaults of every route, if any
	 * @throws RulesException with every problem of the input
	 */
	public List<Route> compile(List<Setting> routes, @Nullable Setting delivery) {
		throw new RulesException(List.of());
	}

}
