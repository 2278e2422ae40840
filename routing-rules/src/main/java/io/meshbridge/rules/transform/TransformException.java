package io.meshbridge.rules.transform;

import org.jspecify.annotations.Nullable;

/**
 * A transform makes no event of this one. The text says which step failed and why.
 */
public final class TransformException extends Exception {

	public TransformException(String message) {
		super(message);
	}

	public TransformException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
