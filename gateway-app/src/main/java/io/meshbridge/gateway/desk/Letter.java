package io.meshbridge.gateway.desk;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A dead letter on the desk, without its event.
 *
 * @param number place among all letters, in the order in which they came to the desk
 * @param route whose event it is; {@code null} for what was found in a sink and is no
 * dead letter
 * @param target that did not take it
 * @param code of the last failure
 * @param reason text of the last failure
 * @param attempts how often the target was tried
 * @param time when it was given up; else when it came to the desk
 * @param id of the event
 * @param source of the event
 * @param type of the event
 * @param sink where it was found
 * @param revision of the rule at that time
 * @param replays how often it had been sent again before
 * @param replyTo where it should have gone when it is the reply of the target
 * @param edited whether it was changed here
 * @param size of attributes and data, in bytes
 */
public record Letter(long number, @Nullable String route, @Nullable String target, @Nullable String code,
		@Nullable String reason, int attempts, Instant time, String id, String source, String type, String sink,
		@Nullable String revision, int replays, @Nullable String replyTo, boolean edited, long size) {

	/**
	 * Whether its data is a message that could not be read, so that it is no event yet.
	 */
	public boolean unreadable() {
		return "UNREADABLE".equals(this.code) || "NOT_WRAPPED".equals(this.code);
	}

	/**
	 * Whether it failed before its route sent it to any target, so that none has it.
	 */
	public boolean untried() {
		return this.attempts == 0 && (unreadable() || "TOO_LARGE".equals(this.code));
	}

	/**
	 * Whether nobody wanted the event any more.
	 */
	public boolean expired() {
		return "EXPIRED".equals(this.code);
	}

}
