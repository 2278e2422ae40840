package io.meshbridge.bridge.rabbit;

import java.nio.charset.StandardCharsets;

import io.meshbridge.bridge.channel.ChannelNames;
import org.jspecify.annotations.Nullable;

/**
 * Channels as exchanges of RabbitMQ, with a queue for each group.
 */
public final class QueueNames implements ChannelNames {

	@Override
	public String binderType() {
		return "rabbit";
	}

	@Override
	public @Nullable String wrongName(String destination, String group) {
		if (destination.startsWith(ProducerSettings.PREDECLARED)) {
			return "begins with '" + ProducerSettings.PREDECLARED + "', which RabbitMQ keeps for itself";
		}
		int bytes = Math.max(group.getBytes(StandardCharsets.UTF_8).length,
				RabbitChannel.longestName(destination).getBytes(StandardCharsets.UTF_8).length);
		return (bytes > RabbitTarget.SHORT_STRING_BYTES) ? "makes a queue with a name of " + bytes
				+ " bytes, expected at most " + RabbitTarget.SHORT_STRING_BYTES + " with prefix and group" : null;
	}

}
