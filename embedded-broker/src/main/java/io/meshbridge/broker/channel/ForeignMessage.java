package io.meshbridge.broker.channel;

import java.util.LinkedHashMap;
import java.util.Map;

import io.meshbridge.bridge.PlainMessage;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.jspecify.annotations.Nullable;

/**
 * A message of a channel that did not come from this gateway.
 */
final class ForeignMessage implements PlainMessage {

	private final String id;

	private final String channel;

	private final @Nullable String contentType;

	private final byte @Nullable [] data;

	private final Map<String, String> headers = new LinkedHashMap<>();

	ForeignMessage(ICoreMessage message, String channel, @Nullable String contentType, byte @Nullable [] data) {
		// The journal's number of the message, the same each time it is delivered.
		this.id = String.valueOf(message.getMessageID());
		this.channel = channel;
		this.contentType = contentType;
		this.data = data;
		for (SimpleString name : message.getPropertyNames()) {
			this.headers.put(name.toString(), String.valueOf(message.getObjectProperty(name)));
		}
	}

	@Override
	public String id() {
		return this.id;
	}

	@Override
	public String source() {
		return "/channel/" + this.channel;
	}

	@Override
	public @Nullable String subject() {
		return null;
	}

	@Override
	public @Nullable String contentType() {
		return this.contentType;
	}

	@Override
	public byte @Nullable [] data() {
		return this.data;
	}

	@Override
	public @Nullable String property(String name) {
		if (name.equals("topic")) {
			return this.channel;
		}
		return name.startsWith("header.") ? this.headers.get(name.substring("header.".length())) : null;
	}

	@Override
	public Map<String, String> headers() {
		return this.headers;
	}

}
