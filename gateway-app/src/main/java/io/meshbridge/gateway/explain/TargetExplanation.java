package io.meshbridge.gateway.explain;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.preview.WireMessage;
import io.meshbridge.rules.RouteTarget;
import org.jspecify.annotations.Nullable;

/**
 * What one target of a route would get.
 *
 * @param endpoint where it goes
 * @param event what is sent; {@code null} when nothing is
 * @param message the same as its protocol carries it; {@code null} when nothing is sent,
 * or nobody can tell
 * @param problem why nothing is sent; {@code null} when something is
 */
public record TargetExplanation(RouteTarget target, String endpoint, @Nullable CloudEvent event,
		@Nullable WireMessage message, @Nullable String problem) {
}
