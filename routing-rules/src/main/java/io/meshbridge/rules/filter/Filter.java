package io.meshbridge.rules.filter;

import io.cloudevents.CloudEvent;

/**
 * Says whether an event matches. An attribute that is missing, and an expression that
 * can't be evaluated, do not match.
 */
@FunctionalInterface
public interface Filter {

	/**
	 * Whether the event matches. Never throws.
	 */
	boolean matches(CloudEvent event);

}
