package io.meshbridge.rules.lint;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import io.meshbridge.rules.DeliveryPolicy;
import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteTarget;

/**
 * {@code unread}: a channel that only grows. {@code unfed}: a channel that stays empty.
 */
final class Channels {

	private final List<Route> routes;

	private final WrittenRoutes written;

	Channels(List<Route> routes, WrittenRoutes written) {
		this.routes = routes;
		this.written = written;
	}

	void find(Consumer<Finding> findings) {
		Set<Endpoint> read = new HashSet<>();
		// The dead letter desk reads it.
		read.add(DeliveryPolicy.DEAD_LETTERS);
		Set<Endpoint> fed = new HashSet<>();
		for (Route route : this.routes) {
			read.add(route.from());
			for (RouteTarget target : route.to()) {
				fed.add(target.endpoint());
				Endpoint sink = target.delivery().deadLetterSink();
				if (sink != null) {
					fed.add(sink);
					read.add(sink);
				}
			}
			if (route.replyTo() != null) {
				fed.add(route.replyTo());
			}
		}
		for (Route route : this.routes) {
			if (route.from() instanceof Endpoint.AtChannel channel && !fed.contains(channel)) {
				findings.accept(this.written.key(route, "from")
					.note("unfed", "no route here sends to '" + channel + "', so this route gets events only if another"
							+ " gateway does"));
			}
			for (int i = 0; i < route.to().size(); i++) {
				unread(route.to().get(i).endpoint(), this.written.target(route, i), read, findings);
			}
			if (route.replyTo() != null) {
				unread(route.replyTo(), this.written.key(route, "reply-to"), read, findings);
			}
		}
	}

	private static void unread(Endpoint endpoint, Spot spot, Set<Endpoint> read, Consumer<Finding> findings) {
		if (endpoint instanceof Endpoint.AtChannel && !read.contains(endpoint)) {
			findings.accept(spot.warning("unread",
					"no route here reads '" + endpoint
							+ "', so it grows for ever unless another gateway does; expected a route with 'from: "
							+ endpoint + "'"));
		}
	}

}
