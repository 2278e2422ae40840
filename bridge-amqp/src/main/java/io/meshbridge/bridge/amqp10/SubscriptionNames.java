package io.meshbridge.bridge.amqp10;

import io.meshbridge.bridge.channel.ChannelNames;
import org.jspecify.annotations.Nullable;

/**
 * Channels as AMQP 1.0 topics, with a subscription for each group.
 */
public final class SubscriptionNames implements ChannelNames {

	@Override
	public String binderType() {
		return Amqp10Bridge.TYPE;
	}

	@Override
	public @Nullable String wrongName(String destination, String group) {
		return (group.indexOf(Subscription.END_OF_NAME) < 0) ? null : "is read by a group with a '"
				+ Subscription.END_OF_NAME + "' in its name, where brokers cut the name of a subscription off";
	}

}
