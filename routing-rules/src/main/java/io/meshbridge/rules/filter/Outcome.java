package io.meshbridge.rules.filter;

/**
 * What a filter says of an event. Filters are put together by Kleene's logic: an error
 * counts only where the answer hangs on it, so it does not matter who is asked first.
 */
public enum Outcome {

	/** The event matches. */
	TRUE,

	/** The event does not match. */
	FALSE,

	/** It can't be said, such as of data that is no JSON; the event does not match. */
	ERROR;

	static Outcome of(boolean matches) {
		return matches ? TRUE : FALSE;
	}

	Outcome negated() {
		return switch (this) {
			case TRUE -> FALSE;
			case FALSE -> TRUE;
			case ERROR -> ERROR;
		};
	}

}
