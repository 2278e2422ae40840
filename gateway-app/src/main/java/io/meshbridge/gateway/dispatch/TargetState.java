package io.meshbridge.gateway.dispatch;

import org.jspecify.annotations.Nullable;

/**
 * Whether a target takes events, as an operator sees it.
 *
 * @param name {@code up}, {@code out}, or {@code probing} while the gateway looks whether
 * it is back
 * @param problem what the target failed with, or {@code null} while it is up
 */
public record TargetState(String name, @Nullable String problem) {

	static final TargetState UP = new TargetState("up", null);

}
