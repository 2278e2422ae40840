package io.meshbridge.gateway.dispatch;

import io.meshbridge.gateway.bindings.EventSender;
import io.meshbridge.rules.RouteTarget;

/**
 * The last part of an event's path: from a route to one of its targets. Its
 * {@code toString} is how logs name it.
 *
 * @param route id of the route
 * @param target as the rule has it
 * @param binding the open target
 * @param revision of the rule
 */
public record Leg(String route, RouteTarget target, EventSender binding, String revision) {

	@Override
	public String toString() {
		return this.route + " to " + this.binding;
	}

}
