package io.meshbridge.bridge;

import java.time.Duration;

import io.cloudevents.CloudEvent;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way out.
 *
 * @param event as it shall arrive
 * @param recordKey key for protocols that store one beside the data, or {@code null}
 * @param mode how the event is laid out in the message
 * @param timeout after which an unconfirmed send counts as failed
 */
public record Outbound(CloudEvent event, byte @Nullable [] recordKey, ContentMode mode, Duration timeout) {
}
