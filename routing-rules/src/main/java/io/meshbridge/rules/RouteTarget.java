package io.meshbridge.rules;

import java.util.Locale;

import io.meshbridge.rules.transform.Transform;
import org.jspecify.annotations.Nullable;

/**
 * One target of a route.
 *
 * @param endpoint where events go
 * @param structured whether the whole event goes into the body; else its attributes
 * become headers
 * @param key attribute whose value becomes the record key of keyed protocols;
 * {@code null} to hand on the key that the event came with
 * @param transform makes what this target gets, after that of the route; {@code null} for
 * no other than that
 * @param delay how long it keeps an event before anybody gets it, where it is the channel
 * of a route; {@code null} for not at all
 * @param delivery what to do when the target does not take an event
 */
public record RouteTarget(Endpoint endpoint, boolean structured, @Nullable String key, @Nullable Transform transform,
		@Nullable Delay delay, DeliveryPolicy delivery) {

	private static final int LONGEST_NAME = 60;

	/**
	 * A target that gets its events at once.
	 */
	public RouteTarget(Endpoint endpoint, boolean structured, @Nullable String key, DeliveryPolicy delivery) {
		this(endpoint, structured, key, null, null, delivery);
	}

	/**
	 * This target at one of the destinations that its endpoint stands for.
	 */
	public RouteTarget at(Endpoint destination) {
		return new RouteTarget(destination, this.structured, this.key, this.transform, this.delay, this.delivery);
	}

	/**
	 * Who reads a route's own channel for this target. It depends on the endpoint alone,
	 * so that events stay with their target when others come and go.
	 */
	String group() {
		String text = this.endpoint.toString();
		String readable = text.replaceAll("[^A-Za-z0-9]+", "-");
		return Route.DEFAULT_GROUP + "." + readable.substring(0, Math.min(readable.length(), LONGEST_NAME)) + "."
				+ String.format(Locale.ROOT, "%08x", text.hashCode());
	}

}
