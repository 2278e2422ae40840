package io.meshbridge.bridge.test.memory;

import java.util.HashMap;
import java.util.Map;

import io.meshbridge.bridge.PlainMessage;
import org.jspecify.annotations.Nullable;

/**
 * A message of the broker in memory, seen without CloudEvents.
 */
record MemoryPlain(String id, String topic, MemoryMessage message) implements PlainMessage {

	@Override
	public String source() {
		return "/memory/" + this.topic;
	}

	@Override
	public @Nullable String subject() {
		return null;
	}

	@Override
	public @Nullable String contentType() {
		return this.message.contentType();
	}

	@Override
	public byte @Nullable [] data() {
		return this.message.body();
	}

	@Override
	public @Nullable String property(String name) {
		return name.equals("topic") ? this.topic : null;
	}

	@Override
	public Map<String, String> headers() {
		Map<String, String> headers = new HashMap<>();
		this.message.headers().forEach((name, value) -> headers.put(name, value.toString()));
		return headers;
	}

}
