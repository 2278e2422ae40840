package io.meshbridge.rules.transform;

/**
 * A step uses more than it may. Crosses the JSONata engine, hence unchecked.
 */
final class OverLimitException extends RuntimeException {

	OverLimitException(String message) {
		super(message, null, false, false);
	}

}
