package io.meshbridge.rules;

/**
 * What is read once, however many routes read it.
 *
 * @param from where events come from
 * @param group who shares them
 */
public record SourceKey(Endpoint from, String group) {
}
