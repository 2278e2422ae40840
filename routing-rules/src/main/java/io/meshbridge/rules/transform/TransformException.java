package io.meshbridge.rules.transform;

import org.jspecify.annotations.Nullable;

/**
 * A transform makes no event of this one. The text says which step failed and why.
 */
public final class TransformException extends Exception {

	private final boolean inPassing;

	private final boolean unfit;

	public TransformException(String message) {
		this(message, null);
	}

	public TransformException(String message, @Nullable Throwable cause) {
		this(message, cause, false, false);
	}

	private TransformException(String message, @Nullable Throwable cause, boolean inPassing, boolean unfit) {
		super(message, cause);
		this.inPassing = inPassing;
		this.unfit = unfit;
	}

	/**
	 * Something that is needed is not there; it may work later.
	 */
	public static TransformException inPassing(String message, @Nullable Throwable cause) {
		return new TransformException(message, cause, true, false);
	}

	/**
	 * The same failure, of a step.
	 * @param unfit whether the step only looks whether the data fits
	 */
	TransformException of(String step, boolean unfit) {
		return new TransformException(step + ": " + getMessage(), getCause(), this.inPassing, unfit);
	}

	/**
	 * Whether it may work later.
	 */
	public boolean inPassing() {
		return this.inPassing;
	}

	/**
	 * Whether it is the data that does not fit its schema.
	 */
	public boolean unfit() {
		return this.unfit;
	}

}
