package io.meshbridge.rules;

/**
 * The {@code event} block of a route does not make an event of this message. The text
 * names the attribute and the placeholder.
 */
public final class WrapException extends Exception {

	public WrapException(String message) {
		super(message);
	}

}
