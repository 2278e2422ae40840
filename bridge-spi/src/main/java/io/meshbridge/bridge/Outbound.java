package io.meshbridge.bridge;

import java.time.Duration;
import java.time.Instant;

import io.cloudevents.CloudEvent;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way out.
 *
 * @param event as it shall arrive
 * @param recordKey key for protocols that store one beside the data, or {@code null}
 * @param orderKey what the event is kept in order by, or {@code null}; for a target that
 * stores events and hands them in again
 * @param mode how the event is laid out in the message
 * @param timeout after which an unconfirmed send counts as failed
 * @param replyTo who takes the target's answer where that is an event, or {@code null};
 * for targets whose protocol has answers
 * @param notBefore when a channel may hand the event in again, or {@code null} for at
 * once; for channels of the embedded broker
 */
public record Outbound(CloudEvent event, byte @Nullable [] recordKey, @Nullable Object orderKey, ContentMode mode,
		Duration timeout, @Nullable ReplyTo replyTo, @Nullable Instant notBefore) {

	/**
	 * An event whose answer nobody wants.
	 */
	public Outbound(CloudEvent event, byte @Nullable [] recordKey, @Nullable Object orderKey, ContentMode mode,
			Duration timeout) {
		this(event, recordKey, orderKey, mode, timeout, null, null);
	}

	/**
	 * An event that is handed in again at once where it is stored.
	 */
	public Outbound(CloudEvent event, byte @Nullable [] recordKey, @Nullable Object orderKey, ContentMode mode,
			Duration timeout, @Nullable ReplyTo replyTo) {
		this(event, recordKey, orderKey, mode, timeout, replyTo, null);
	}

	/**
	 * An event that is kept in order by nothing, and whose answer nobody wants.
	 */
	public Outbound(CloudEvent event, byte @Nullable [] recordKey, ContentMode mode, Duration timeout) {
		this(event, recordKey, null, mode, timeout, null, null);
	}

}
