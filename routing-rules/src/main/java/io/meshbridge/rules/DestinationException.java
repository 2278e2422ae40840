package io.meshbridge.rules;

/**
 * An event names no destination that it may go to. The text says which it names.
 */
public final class DestinationException extends Exception {

	public DestinationException(String message) {
		super(message);
	}

}
