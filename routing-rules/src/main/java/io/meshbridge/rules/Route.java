package io.meshbridge.rules;

import java.util.List;

import io.meshbridge.rules.filter.Filter;

/**
 * One rule: events from here that match this go there.
 *
 * @param id unique name
 * @param from where events come from
 * @param group who shares the events of {@code from}: each goes to one member of a group
 * @param event makes an event of a message that is none
 * @param filter says which events match
 * @param to targets, at least one; each gets every event that matches
 * @param accept when the source hears that an event is taken
 * @param delivery what to do when a target does not take an event
 * @param location where the route is written
 */
public record Route(String id, Endpoint from, String group, EventTemplate event, Filter filter, List<RouteTarget> to,
		Accept accept, DeliveryPolicy delivery, Location location) {

	public Route {
		to = List.copyOf(to);
	}

}
