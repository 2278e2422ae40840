package io.meshbridge.gateway.story;

import org.jspecify.annotations.Nullable;

/**
 * The way of an active route to one of its targets, as it is now.
 *
 * @param route id of the route
 * @param source binding that it reads
 * @param from endpoint that it reads
 * @param target endpoint that it sends to
 * @param outage why the target takes nothing at the moment; {@code null} if it does
 */
public record LiveLeg(String route, String source, String from, String target, @Nullable String outage) {
}
