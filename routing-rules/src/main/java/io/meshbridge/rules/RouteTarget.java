package io.meshbridge.rules;

import org.jspecify.annotations.Nullable;

/**
 * One target of a route.
 *
 * @param endpoint where events go
 * @param structured whether the whole event goes into the body; else its attributes
 * become headers
 * @param key attribute whose value becomes the record key of keyed protocols;
 * {@code null} to hand on the key that the event came with
 * @param delivery what to do when the target does not take an event
 */
public record RouteTarget(Endpoint endpoint, boolean structured, @Nullable String key, DeliveryPolicy delivery) {
}
