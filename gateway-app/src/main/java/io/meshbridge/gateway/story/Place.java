package io.meshbridge.gateway.story;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Where an event is now on its way from a route to one of its targets.
 *
 * @param route id of the route
 * @param target endpoint
 * @param state {@code delivered}, {@code dead-lettered}, {@code given-back},
 * {@code in-flight}, {@code retrying}, {@code waiting} for a target that is out,
 * {@code held}, {@code in-channel}, or {@code interrupted} by the end of the process
 * @param since when it got there
 * @param deliveries how often the target took it; more than once for duplicates
 * @param channel endpoint of the channel that it is in
 * @param sink endpoint of the dead letter sink that it is in
 * @param detail the same as a sentence
 */
public record Place(String route, String target, String state, @Nullable Instant since, long deliveries,
		@Nullable String channel, @Nullable String sink, String detail) {
}
