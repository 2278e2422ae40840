package io.meshbridge.bridge.preview;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A message as a protocol carries it.
 *
 * @param properties everything beside the body, by the protocol's own names, in order
 * @param body {@code null} where the message has none
 */
public record WireMessage(Map<String, String> properties, byte @Nullable [] body) {
}
