package io.meshbridge.gateway.bindings;

import org.jspecify.annotations.Nullable;

/**
 * What an operator sees of a binding.
 *
 * @param name unique among the bindings of its kind
 * @param kind which way events go
 * @param state whether events flow
 * @param paused whether an operator holds a source back, also one that is still waiting
 * for its broker; {@code null} for a target
 * @param problem why events don't flow, for example which target is out, or {@code null}
 * @param binder name of the binder that serves it
 * @param destination as the binder understands it
 * @param group who shares the events of a source; {@code null} for a target
 */
public record BindingStatus(String name, Kind kind, State state, @Nullable Boolean paused, @Nullable String problem,
		String binder, String destination, @Nullable String group) {

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

		/** Bound, and held back by an operator or since all its targets are out. */
		PAUSED,

		/** Given up, since no route needs it or the gateway stops. */
		CLOSED

	}

}
