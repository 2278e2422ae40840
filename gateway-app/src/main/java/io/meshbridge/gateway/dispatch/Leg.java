package io.meshbridge.gateway.dispatch;

import java.util.concurrent.atomic.AtomicReference;

import io.meshbridge.gateway.bindings.EventSender;
import io.meshbridge.rules.RouteTarget;

/**
 * The last part of an event's path: from a route to one of its targets. Its
 * {@code toString} is how logs name it.
 *
 * @param route id of the route
 * @param target as the rule has it
 * @param binding the open target
 * @param rule revision of the rule, which may change where this leg does not
 */
public record Leg(String route, RouteTarget target, EventSender binding, AtomicReference<String> rule) {

	/**
	 * A leg of the rule with this revision.
	 */
	public Leg(String route, RouteTarget target, EventSender binding, String revision) {
		this(route, target, binding, new AtomicReference<>(revision));
	}

	/**
	 * Fingerprint of the rule as it is now.
	 */
	public String revision() {
		return this.rule.get();
	}

	@Override
	public String toString() {
		return this.route + " to " + this.binding;
	}

}
