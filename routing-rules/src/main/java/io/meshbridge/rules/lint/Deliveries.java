package io.meshbridge.rules.lint;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import io.meshbridge.rules.EndpointCatalog;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteTarget;

/**
 * {@code dead-letter-sink}: an event that its target refuses for good has nowhere to go.
 * {@code key}: a record key for a protocol that has none.
 */
final class Deliveries {

	private static final String SINK = "dead-letter-sink";

	private static final Set<String> WITHOUT_KEYS = Set.of("http", "mqtt", "rabbit", "amqp10");

	private final WrittenRoutes written;

	private final EndpointCatalog catalog;

	Deliveries(WrittenRoutes written, EndpointCatalog catalog) {
		this.written = written;
		this.catalog = catalog;
	}

	void find(List<Route> routes, Consumer<Finding> findings) {
		for (Route route : routes) {
			for (int i = 0; i < route.to().size(); i++) {
				RouteTarget target = route.to().get(i);
				Spot spot = this.written.target(route, i);
				if (target.delivery().deadLetterSink() == null && !this.written.hasDeliveryKey(route, i, SINK)) {
					findings.accept(spot.warning(SINK,
							"an event that '" + target.endpoint() + "' refuses for good is held and tried again,"
									+ " and those of its key wait behind it; expected a dead-letter-sink, or 'none'"
									+ " to say that this is meant"));
				}
				String type = this.catalog.typeOf(target.endpoint());
				if (target.key() != null && WITHOUT_KEYS.contains(type)) {
					findings.accept(spot.warning("key", "'key' has no effect: '" + target.endpoint()
							+ "' is reached over " + type + ", whose messages have no record key"));
				}
			}
		}
	}

}
