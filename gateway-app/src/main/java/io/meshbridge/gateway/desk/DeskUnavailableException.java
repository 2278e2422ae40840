package io.meshbridge.gateway.desk;

/**
 * The desk can't be asked at the moment; the message says why. Letters stay in their
 * sinks.
 */
public final class DeskUnavailableException extends RuntimeException {

	DeskUnavailableException(String message, Throwable cause) {
		super(message, cause);
	}

	DeskUnavailableException(String message) {
		super(message);
	}

}
