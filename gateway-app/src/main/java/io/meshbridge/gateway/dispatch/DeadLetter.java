package io.meshbridge.gateway.dispatch;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.SendException;
import io.meshbridge.gateway.bindings.EventSender;
import org.jspecify.annotations.Nullable;

/**
 * An event that its target did not take: the event as it was, and what happened to it in
 * extension attributes.
 *
 * @param event unchanged
 * @param route id of the route, {@code dlroute}
 * @param target the endpoint, {@code dltarget}
 * @param attempts how often it was tried, {@code dlattempts}
 * @param code the protocol's code of the last failure, {@code dlcode}
 * @param reason text of the last failure, {@code dlreason}, at most 1024 bytes
 * @param failures the attempts, {@code dlhistory}, where there were several
 * @param revision of the rule, {@code dlrevision}; {@code null} for a reply
 * @param orderKey what the event is kept in order by, {@code dlkey}, or {@code null}
 * @param replays how often it was a dead letter before, {@code dlreplays}
 * @param replyTo where it should have gone when it is a reply of the target,
 * {@code dlreplyto}; else {@code null}
 */
record DeadLetter(CloudEvent event, String route, String target, int attempts, String code, String reason,
		FailedAttempts failures, @Nullable String revision, @Nullable Object orderKey, int replays,
		@Nullable String replyTo) {

	private static final int MAX_TEXT_BYTES = 1024;

	private static final List<String> NOT_ALWAYS_THERE = List.of("dlhistory", "dlrevision", "dlkey", "dlreplays",
			"dlreplyto");

	/**
	 * What becomes of an event that its target did not take.
	 */
	static DeadLetter of(Leg leg, Shipment shipment, SendException cause) {
		return new DeadLetter(shipment.event.event(), leg.route(), leg.binding().toString(), shipment.attempts,
				cause.code(), String.valueOf(cause.getMessage()), shipment.failures, leg.revision(), shipment.orderKey,
				shipment.event.replays(), null);
	}

	/**
	 * What becomes of a reply that its channel did not take.
	 */
	static DeadLetter ofReply(CloudEvent reply, String route, EventSender target, EventSender replyTo,
			Shipment answered, SendException cause) {
		return new DeadLetter(reply, route, target.toString(), answered.attempts, cause.code(),
				String.valueOf(cause.getMessage()), new FailedAttempts(), null, null, 0, replyTo.toString());
	}

	/**
	 * The event that goes to the sink.
	 * @param nowNanos now, on the clock that the attempts were timed by
	 */
	CloudEvent toEvent(Instant now, long nowNanos) {
		CloudEventBuilder letter = CloudEventBuilder.from(this.event);
		// Of an event that was read from a dead letter sink.
		NOT_ALWAYS_THERE.forEach(letter::withoutExtension);
		letter.withExtension("dlroute", this.route)
			.withExtension("dltarget", this.target)
			.withExtension("dlattempts", this.attempts)
			.withExtension("dlcode", this.code)
			.withExtension("dlreason", cut(this.reason, MAX_TEXT_BYTES))
			.withExtension("dltime", now.atOffset(ZoneOffset.UTC));
		String history = this.failures.toJson(now, nowNanos);
		if (history != null) {
			letter.withExtension("dlhistory", history);
		}
		if (this.revision != null) {
			letter.withExtension("dlrevision", this.revision);
		}
		if (this.orderKey != null) {
			letter.withExtension("dlkey", cut(keyText(this.orderKey), MAX_TEXT_BYTES));
		}
		if (this.replays > 0) {
			letter.withExtension("dlreplays", this.replays);
		}
		if (this.replyTo != null) {
			letter.withExtension("dlreplyto", this.replyTo);
		}
		return letter.build();
	}

	private static String keyText(Object key) {
		if (!(key instanceof ByteBuffer bytes)) {
			return key.toString();
		}
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
		}
		catch (CharacterCodingException ex) {
			return StandardCharsets.ISO_8859_1.decode(Base64.getEncoder().encode(bytes.duplicate())).toString();
		}
	}

	/**
	 * Leaves out what CloudEvents strings must not hold, and ends at a whole character.
	 */
	static String cut(String text, int mostBytes) {
		StringBuilder kept = new StringBuilder();
		int bytes = 0;
		for (int i = 0; i < text.length();) {
			int codePoint = text.codePointAt(i);
			i += Character.charCount(codePoint);
			int printable = (Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE)
					? ' ' : codePoint;
			bytes += Character.toString(printable).getBytes(StandardCharsets.UTF_8).length;
			if (bytes > mostBytes) {
				break;
			}
			kept.appendCodePoint(printable);
		}
		return kept.toString();
	}

}
