package io.meshbridge.gateway.desk;

import java.time.Instant;

/**
 * Something that an operator did with letters.
 *
 * @param who the address it was asked from
 * @param what {@code edit}, {@code replay} or {@code discard}
 * @param letters how many
 * @param selection which
 */
public record AuditEntry(long number, Instant time, String who, String what, long letters, String selection) {
}
