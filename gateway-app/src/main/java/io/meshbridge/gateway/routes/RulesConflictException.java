package io.meshbridge.gateway.routes;

/**
 * Rules can't be changed in this way, whatever they say; its message tells why, and what
 * can be done.
 */
public final class RulesConflictException extends RuntimeException {

	RulesConflictException(String message) {
		super(message);
	}

	RulesConflictException(String message, Throwable cause) {
		super(message, cause);
	}

}
