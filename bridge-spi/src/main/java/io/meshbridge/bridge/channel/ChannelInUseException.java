package io.meshbridge.bridge.channel;

/**
 * A channel can't be removed, since somebody reads it at the moment.
 */
public final class ChannelInUseException extends RuntimeException {

	/**
	 * Says who reads it.
	 */
	public ChannelInUseException(String message) {
		super(message);
	}

}
