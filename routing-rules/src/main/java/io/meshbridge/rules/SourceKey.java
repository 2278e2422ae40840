package io.meshbridge.rules;

/** stub */
public record SourceKey(Endpoint from, String group) {
}
