package io.meshbridge.bridge;

import org.jspecify.annotations.Nullable;

/**
 * A bean of the application that clients connect to. What it says is told to the operator
 * when the gateway has started.
 */
public interface Listener {

	/**
	 * What clients find and where, for example {@code MQTT on 127.0.0.1:1883}, with the
	 * actual port; {@code null} while it does not listen.
	 */
	@Nullable String listensOn();

}
