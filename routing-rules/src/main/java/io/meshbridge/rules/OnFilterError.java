package io.meshbridge.rules;

/**
 * What becomes of an event when it can't be said whether a route's filters match.
 */
public enum OnFilterError {

	/** The route does not take it; other routes may. */
	SKIP,

	/** The route takes it to its dead letter sink. */
	DEAD_LETTER

}
