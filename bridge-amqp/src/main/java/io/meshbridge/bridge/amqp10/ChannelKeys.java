package io.meshbridge.bridge.amqp10;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import io.meshbridge.bridge.Outbound;
import org.apache.qpid.protonj2.types.Binary;
import org.jspecify.annotations.Nullable;

/**
 * The keys that an event had before it was stored in a channel. What it is kept in order
 * by is the group-id: a broker that knows message groups gives those of one to one
 * receiver at a time, so they stay in order though several gateways read.
 */
final class ChannelKeys {

	private static final String RECORD_KEY = "meshbridge-recordkey";

	private ChannelKeys() {
	}

	/**
	 * The message with the keys in it.
	 */
	static AmqpMessage put(Outbound outbound, AmqpMessage message) {
		String group = text(outbound.orderKey());
		byte[] recordKey = outbound.recordKey();
		if (group == null && recordKey != null) {
			group = latin(recordKey);
		}
		if (group != null) {
			message.properties().setGroupId(group);
		}
		return (recordKey == null) ? message : message.with(RECORD_KEY, new Binary(recordKey));
	}

	private static @Nullable String text(@Nullable Object key) {
		if (key instanceof ByteBuffer buffer) {
			byte[] bytes = new byte[buffer.remaining()];
			buffer.duplicate().get(bytes);
			return latin(bytes);
		}
		return (key instanceof String text) ? text : null;
	}

	/** Each byte a character, for a key need not be text. */
	private static String latin(byte[] bytes) {
		return new String(bytes, StandardCharsets.ISO_8859_1);
	}

	static byte @Nullable [] recordKey(AmqpMessage message) {
		return (message.applicationProperties().get(RECORD_KEY) instanceof Binary key) ? key.asByteArray() : null;
	}

}
