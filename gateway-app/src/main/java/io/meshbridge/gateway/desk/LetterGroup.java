package io.meshbridge.gateway.desk;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Letters that failed at one target of one route in the same way.
 *
 * @param route whose events they are; {@code null} for what is no dead letter
 * @param target that did not take them
 * @param code of their last failure
 * @param reason of their last failure, with an ellipsis for what differs: numbers and
 * what is quoted
 * @param count how many there are
 * @param first time of the oldest
 * @param last time of the newest
 */
public record LetterGroup(@Nullable String route, @Nullable String target, @Nullable String code,
		@Nullable String reason, long count, Instant first, Instant last) {
}
