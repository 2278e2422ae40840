package io.meshbridge.bridge.test.memory;

import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * What the broker keeps.
 */
record MemoryMessage(String id, Map<String, Object> headers, @Nullable String contentType, @Nullable String key,
		byte @Nullable [] body) {

	static MemoryMessage of(Map<String, Object> headers, @Nullable String contentType, @Nullable String key,
			byte @Nullable [] body) {
		return new MemoryMessage(UUID.randomUUID().toString(), headers, contentType, key, body);
	}

}
