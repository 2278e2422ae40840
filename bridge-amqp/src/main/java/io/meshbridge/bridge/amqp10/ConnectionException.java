package io.meshbridge.bridge.amqp10;

import org.apache.qpid.protonj2.types.transport.ErrorCondition;
import org.jspecify.annotations.Nullable;

/**
 * There is no connection, or no link on it, or there is one no longer. The message names
 * the broker and says what it answered.
 */
final class ConnectionException extends Exception {

	private final @Nullable String condition;

	private ConnectionException(String message, @Nullable String condition, @Nullable Throwable cause) {
		super(message, cause);
		this.condition = condition;
	}

	static ConnectionException of(String message) {
		return new ConnectionException(message, null, null);
	}

	static ConnectionException of(String message, Throwable cause) {
		return new ConnectionException(message, null, cause);
	}

	/**
	 * The broker said why.
	 * @param error as it came; {@code null} where the broker gave none
	 */
	static ConnectionException answered(String message, @Nullable ErrorCondition error) {
		String condition = Conditions.name(error);
		return new ConnectionException(message + ": " + Conditions.describe(error), condition, null);
	}

	/**
	 * The broker's error condition, or {@code null} when it said nothing.
	 */
	@Nullable String condition() {
		return this.condition;
	}

	/**
	 * The exception of this type in a chain of causes, or a new one.
	 */
	static ConnectionException in(Throwable failure) {
		return (failure instanceof ConnectionException known) ? known
				: new ConnectionException(String.valueOf(failure.getMessage()), null, failure);
	}

}
