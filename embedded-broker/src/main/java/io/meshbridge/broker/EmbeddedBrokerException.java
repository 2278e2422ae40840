package io.meshbridge.broker;

import org.jspecify.annotations.Nullable;

/**
 * The embedded broker can't run. Says what the operator can do about it.
 */
final class EmbeddedBrokerException extends RuntimeException {

	private final String problem;

	private final String action;

	EmbeddedBrokerException(String problem, String action, @Nullable Throwable cause) {
		super(problem + " " + action, cause);
		this.problem = problem;
		this.action = action;
	}

	String problem() {
		return this.problem;
	}

	String action() {
		return this.action;
	}

}
