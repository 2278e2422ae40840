package io.meshbridge.rules;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.meshbridge.rules.filter.Filter;
import org.jspecify.annotations.Nullable;

/**
 * One rule: events from here that match this go there.
 *
 * @param id unique name
 * @param from where events come from
 * @param group who shares the events of {@code from}: each goes to one member of a group
 * @param event makes an event of a message that is none
 * @param filter says which events match
 * @param to targets, at least one; each gets every event that matches
 * @param replyTo where a target's answer goes that is an event itself; {@code null} to
 * take no notice of answers
 * @param accept when the source hears that an event is taken
 * @param deduplicate how long an event is remembered by its {@code source} and
 * {@code id}, so that another one with the same is not delivered again; {@code null} for
 * not at all
 * @param delay how long the route's own channel keeps its events; {@code null} for not at
 * all
 * @param delivery what its targets have in common, unless they say otherwise
 * @param location where the route is written
 * @param revision fingerprint of the rule as it is written: 12 hexadecimal digits
 */
public record Route(String id, Endpoint from, String group, EventTemplate event, Filter filter, List<RouteTarget> to,
		@Nullable Endpoint replyTo, Accept accept, @Nullable Duration deduplicate, @Nullable Delay delay,
		DeliveryPolicy delivery, Location location, String revision) {

	/** The group of a route that names none. */
	public static final String DEFAULT_GROUP = "meshbridge";

	public Route {
		to = List.copyOf(to);
	}

	/**
	 * Whether this is the second stage of a route, whose events came through the first.
	 */
	public boolean readsOwnChannel() {
		return this.from.equals(Endpoint.AtChannel.ofRoute(this.id));
	}

	/**
	 * Whether another one says the same, though maybe at another place of its file.
	 */
	public boolean saysTheSame(Route other) {
		// What is not compared has no defaults elsewhere, so the revision tells.
		return this.revision.equals(other.revision) && this.id.equals(other.id) && this.from.equals(other.from)
				&& this.group.equals(other.group) && this.to.equals(other.to) && this.delivery.equals(other.delivery)
				&& this.accept == other.accept;
	}

	/**
	 * Whether another one takes the same events of its source, and makes the same of
	 * them.
	 */
	public boolean takesTheSame(Route other) {
		return this.event.equals(other.event) && this.filter.toString().equals(other.filter.toString());
	}

	/**
	 * The route in steps, each of which reads one source: itself, or, where it accepts
	 * durably, its way into a channel of its own and from there the way to each of its
	 * targets. These are groups of the channel, so none waits for another.
	 */
	public List<Route> stages() {
		if (this.accept != Accept.DURABLE) {
			return List.of(this);
		}
		Endpoint.AtChannel own = Endpoint.AtChannel.ofRoute(this.id);
		DeliveryPolicy storing = this.delivery.storing();
		List<Route> stages = new ArrayList<>();
		stages.add(new Route(this.id, this.from, this.group, this.event, this.filter,
				List.of(new RouteTarget(own, false, null, this.delay, storing)), null, this.accept, this.deduplicate,
				null, storing, this.location, this.revision));
		for (RouteTarget target : this.to) {
			stages
				.add(new Route(this.id, own, target.group(), EventTemplate.DEFAULT, Filter.EVERYTHING, List.of(target),
						this.replyTo, Accept.DELIVERED, null, null, this.delivery, this.location, this.revision));
		}
		return List.copyOf(stages);
	}

}
