package io.meshbridge.gateway.desk;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.format.Attributes;
import io.meshbridge.gateway.dispatch.RawEvent;
import org.jspecify.annotations.Nullable;

/**
 * What a message in a dead letter sink holds, as it is stored.
 *
 * @param fingerprint the same for each copy of one dead letter; {@code null} for what is
 * none
 * @param letter without a number
 * @param bytes the event
 * @param recordKey the record key that the event came with, or {@code null}
 */
record Arrival(@Nullable UUID fingerprint, Letter letter, byte[] bytes, byte @Nullable [] recordKey) {

	/** Stands where a letter is not stored yet. */
	static final long NO_NUMBER = 0;

	static Arrival of(InboundMessage message, String sink, Instant now) {
		Content content = message.content();
		CloudEvent event;
		String problem = null;
		if (content instanceof Content.Event found) {
			event = found.event();
		}
		else if (content instanceof Content.Unreadable unreadable) {
			event = RawEvent.of(unreadable.message());
			problem = unreadable.reason().getMessage();
		}
		else if (content instanceof Content.Plain plain) {
			event = RawEvent.of(plain.message());
			problem = "the message is no event";
		}
		else {
			throw new IllegalStateException("a message is an event, plain or unreadable");
		}
		byte[] bytes = EventBytes.write(event);
		Letter letter = letter(event, problem, sink, bytes.length, now);
		return new Arrival((letter.route() == null) ? null : fingerprint(bytes), letter, bytes, message.recordKey());
	}

	private static Letter letter(CloudEvent event, @Nullable String problem, String sink, int size, Instant now) {
		String route = Attributes.text(event, "dlroute");
		if (route == null) {
			return new Letter(NO_NUMBER, null, null, null, problem, 0, now, event.getId(), event.getSource().toString(),
					event.getType(), sink, null, 0, null, false, size);
		}
		return new Letter(NO_NUMBER, route, Attributes.text(event, "dltarget"), Attributes.text(event, "dlcode"),
				Attributes.text(event, "dlreason"), number(event, "dlattempts"), time(event, now), event.getId(),
				event.getSource().toString(), event.getType(), sink, Attributes.text(event, "dlrevision"),
				number(event, "dlreplays"), Attributes.text(event, "dlreplyto"), false, size);
	}

	/** Protocols without types make text of it. */
	private static int number(CloudEvent event, String name) {
		String text = Attributes.text(event, name);
		return (text != null && text.matches("[0-9]{1,9}")) ? Integer.parseInt(text) : 0;
	}

	private static Instant time(CloudEvent event, Instant now) {
		String text = Attributes.text(event, "dltime");
		try {
			return (text == null) ? now : OffsetDateTime.parse(text).toInstant();
		}
		catch (DateTimeException ex) {
			return now;
		}
	}

	/**
	 * A letter has the time of its failure in it, so two that are equal byte for byte are
	 * one that came twice.
	 */
	private static UUID fingerprint(byte[] bytes) {
		try {
			ByteBuffer hash = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes));
			return new UUID(hash.getLong(), hash.getLong());
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java has SHA-256", ex);
		}
	}

}
