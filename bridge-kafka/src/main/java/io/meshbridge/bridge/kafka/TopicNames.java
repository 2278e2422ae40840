package io.meshbridge.bridge.kafka;

import java.util.regex.Pattern;

import io.meshbridge.bridge.channel.ChannelNames;
import org.jspecify.annotations.Nullable;

/**
 * Channels as Kafka topics.
 */
public final class TopicNames implements ChannelNames {

	private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

	@Override
	public String binderType() {
		return "kafka";
	}

	@Override
	public @Nullable String wrongName(String destination, String group) {
		return (TOPIC.matcher(destination).matches() && !destination.matches("\\.{1,2}")) ? null
				: "is no name of a topic, expected 1 to 249 letters, digits, '.', '_' or '-'";
	}

}
