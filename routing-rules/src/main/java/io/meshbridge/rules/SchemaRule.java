package io.meshbridge.rules;

import io.meshbridge.rules.transform.Transform;

/**
 * What the data of a route's events must be like.
 *
 * @param check fails for data that is not; changes nothing
 * @param reject whether a sender that waits for the answer is told so; else, and where
 * nobody waits, the event goes to the dead letter sink
 */
public record SchemaRule(Transform check, boolean reject) {
}
