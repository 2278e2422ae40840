package io.meshbridge.bridge.mqtt;

/**
 * A broker can't be reached, or refuses a connection or a subscription. The message names
 * the broker, without credentials.
 */
final class ConnectionException extends Exception {

	ConnectionException(String message, Throwable cause) {
		super(message, cause);
	}

	ConnectionException(String message) {
		super(message);
	}

}
