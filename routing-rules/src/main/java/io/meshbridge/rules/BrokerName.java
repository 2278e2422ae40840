package io.meshbridge.rules;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What may stand after {@code kafka:} and {@code rabbit:}.
 */
final class BrokerName {

	/** Of short strings, such as names of queues and exchanges, in AMQP 0-9-1. */
	private static final int SHORT_STRING_BYTES = 255;

	private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");

	private BrokerName() {
	}

	/**
	 * What is wrong with the topic that events are sent to, if anything.
	 */
	static @Nullable String wrongAsTopic(String topic) {
		return TOPIC.matcher(topic).matches() ? null
				: "names no topic, expected 1 to 249 letters, digits, '.', '_' or '-' after the binder";
	}

	/**
	 * What is wrong with the topics that are read, with commas between them, if anything.
	 */
	static @Nullable String wrongAsTopics(String topics) {
		for (String topic : topics.split(",", -1)) {
			if (wrongAsTopic(topic.strip()) != null) {
				return "names no topic, expected 1 to 249 letters, digits, '.', '_' or '-' after the binder, or several"
						+ " such names with commas between them";
			}
		}
		return null;
	}

	/**
	 * What is wrong with the name of an exchange or a queue, if anything.
	 */
	static @Nullable String wrongAsQueue(String name) {
		int bytes = name.getBytes(StandardCharsets.UTF_8).length;
		return (bytes <= SHORT_STRING_BYTES) ? null : "has a name of " + bytes
				+ " bytes, which AMQP 0-9-1 has no room for, expected " + SHORT_STRING_BYTES + " at most";
	}

}
