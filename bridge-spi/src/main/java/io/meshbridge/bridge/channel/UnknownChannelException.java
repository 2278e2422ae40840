package io.meshbridge.bridge.channel;

/**
 * There is no channel of this name.
 */
public final class UnknownChannelException extends RuntimeException {

	public UnknownChannelException(String channel) {
		super("there is no channel '" + channel + "'");
	}

	public UnknownChannelException(String channel, String group) {
		super("channel '" + channel + "' has no group '" + group + "'");
	}

}
