package io.meshbridge.bridge;

import java.time.Duration;

/**
 * The gateway holds as many events of this binding as it may, or the binding is paused.
 */
public final class OverloadException extends Exception {

	private final Duration retryAfter;

	public OverloadException(String message, Duration retryAfter) {
		super(message);
		this.retryAfter = retryAfter;
	}

	/**
	 * When the sender should try again.
	 */
	public Duration retryAfter() {
		return this.retryAfter;
	}

}
