package io.meshbridge.bridge;

import org.jspecify.annotations.Nullable;

/**
 * One protocol message on its way in, to be settled exactly once, from any thread, with
 * {@link #accept()} or {@link #refuse(Throwable)}. Settling a second time has no effect.
 */
public interface InboundMessage {

	/**
	 * What was found in it.
	 */
	Content content();

	/**
	 * Messages with equal keys are delivered in the order of arrival; {@code null} when
	 * the protocol promises no order for this one. The value has a proper {@code equals}.
	 */
	@Nullable Object orderKey();

	/**
	 * The key a keyed protocol stores beside the data, handed on unchanged to targets
	 * that have one too.
	 */
	default byte @Nullable [] recordKey() {
		return null;
	}

	/**
	 * Size on the wire, in bytes: data and attributes, without framing.
	 */
	int sizeBytes();

	/**
	 * Tells the broker that every target, or its dead letter sink, holds the event.
	 */
	void accept();

	/**
	 * Hands the message back so that it comes again, or answers the waiting sender.
	 * @param reason why nobody took it
	 */
	void refuse(Throwable reason);

}
