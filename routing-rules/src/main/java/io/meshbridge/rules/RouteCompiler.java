package io.meshbridge.rules;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Turns configuration into routes, or into the list of everything that is wrong with it.
 * Immutable; may be used by any number of threads.
 */
public final class RouteCompiler {

	private final EndpointCatalog catalog;

	public RouteCompiler(EndpointCatalog catalog) {
		this.catalog = catalog;
	}

	/**
	 * Compiles a table. All of it takes effect, or nothing.
	 * @param routes the {@code routes} lists of all files
	 * @param delivery the {@code delivery} block with the defaults of every route, if any
	 * @return the routes in the order of writing
	 * @throws RulesException with every problem of the input
	 */
	public List<Route> compile(List<Setting> routes, @Nullable Setting delivery) {
		Findings findings = new Findings();
		EndpointReader endpoints = new EndpointReader(this.catalog);
		DeliveryReader deliveries = new DeliveryReader(endpoints);
		DeliveryPolicy defaults = deliveries.read(
				(delivery != null) ? new Place(findings, "delivery", delivery.location(), delivery) : null,
				this.catalog.channels() ? DeliveryPolicy.DEFAULT.withDeadLetterSink(DeliveryPolicy.DEAD_LETTERS)
						: DeliveryPolicy.DEFAULT);
		RouteReader reader = new RouteReader(this.catalog, endpoints, deliveries, defaults);
		List<Route> table = new ArrayList<>();
		for (Setting list : routes) {
			for (Place place : new Place(findings, "routes", list.location(), list).items()) {
				Route route = reader.read(place);
				if (route != null) {
					table.add(route);
				}
			}
		}
		findings.throwIfAny();
		return List.copyOf(table);
	}

}
