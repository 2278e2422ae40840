package io.meshbridge.bridge;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A target did not take an event. The message names the destination and what it answered.
 */
public final class SendException extends Exception {

	private final boolean permanent;

	private final String code;

	private final @Nullable Duration retryAfter;

	private final boolean unreachable;

	private SendException(boolean permanent, String code, String message, @Nullable Throwable cause,
			@Nullable Duration retryAfter, boolean unreachable) {
		super(message, cause);
		this.permanent = permanent;
		this.unreachable = unreachable;
		this.code = code;
		this.retryAfter = retryAfter;
	}

	/**
	 * Trying again can't help: the event itself or the destination is at fault.
	 * @param code the protocol's own code, for example {@code 404} or {@code NO_ROUTE}
	 */
	public static SendException permanent(String code, String message, @Nullable Throwable cause) {
		return new SendException(true, code, message, cause, null, false);
	}

	/**
	 * It may work later.
	 * @param code the protocol's own code, for example {@code 503} or {@code TIMEOUT}
	 */
	public static SendException transientFailure(String code, String message, @Nullable Throwable cause) {
		return new SendException(false, code, message, cause, null, false);
	}

	/**
	 * Nobody is there: the event did not leave, so it can't be at fault. It may work
	 * later.
	 * @param code the protocol's own code, for example {@code CONNECTION_REFUSED}
	 */
	public static SendException unreachable(String code, String message, @Nullable Throwable cause) {
		return new SendException(false, code, message, cause, null, true);
	}

	/**
	 * It may work later, and the target said when.
	 */
	public static SendException retryAfter(String code, String message, Duration retryAfter) {
		return new SendException(false, code, message, null, retryAfter, false);
	}

	/**
	 * Whether another attempt is pointless.
	 */
	public boolean permanent() {
		return this.permanent;
	}

	/**
	 * Whether the event did not get to the target at all.
	 */
	public boolean unreachable() {
		return this.unreachable;
	}

	/**
	 * The protocol's own code.
	 */
	public String code() {
		return this.code;
	}

	/**
	 * How long the target asked to be left alone, or {@code null}.
	 */
	public @Nullable Duration retryAfter() {
		return this.retryAfter;
	}

}
