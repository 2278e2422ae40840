package io.meshbridge.gateway.bindings;

import org.jspecify.annotations.Nullable;

/**
 * What an operator sees of a binding.
 *
 * @param name unique among the bindings of its kind
 * @param kind which way events go
 * @param binder name of the binder that serves it
 * @param destination as the binder understands it
 * @param group who shares the events of a source; {@code null} for a target
 * @param state whether events flow
 * @param problem why they don't, or {@code null}
 */
public record BindingStatus(String name, Kind kind, String binder, String destination, @Nullable String group,
		State state, @Nullable String problem) {

	/**
	 * Which way events go.
	 */
	public enum Kind {

		/** Into the gateway. */
		SOURCE,

		/** Out of the gateway. */
		TARGET

	}

	/**
	 * Whether events flow.
	 */
	public enum State {

		/** The broker is not there or refuses; the gateway keeps trying. */
		WAITING,

		/** Bound to the broker. */
		BOUND,

		/** Bound, and held back by an operator. */
		PAUSED,

		/** Given up, since no route needs it or the gateway stops. */
		CLOSED

	}

}
