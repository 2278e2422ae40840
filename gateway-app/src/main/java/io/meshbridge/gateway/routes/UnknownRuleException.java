package io.meshbridge.gateway.routes;

/**
 * There is no such route, or no such revision.
 */
public final class UnknownRuleException extends RuntimeException {

	UnknownRuleException(String message) {
		super(message);
	}

}
