package io.meshbridge.gateway.dispatch;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.OffsetDateTime;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;

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
 */
record DeadLetter(CloudEvent event, String route, String target, int attempts, String code, String reason) {

	private static final int MAX_REASON_BYTES = 1024;

	/**
	 * The event that goes to the sink.
	 */
	CloudEvent toEvent(Clock clock) {
		return CloudEventBuilder.from(this.event)
			.withExtension("dlroute", this.route)
			.withExtension("dltarget", this.target)
			.withExtension("dlattempts", this.attempts)
			.withExtension("dlcode", this.code)
			.withExtension("dlreason", cut(this.reason))
			.withExtension("dltime", OffsetDateTime.now(clock))
			.build();
	}

	/**
	 * Leaves out what CloudEvents strings must not hold, and ends at a whole character.
	 */
	static String cut(String text) {
		StringBuilder kept = new StringBuilder();
		int bytes = 0;
		for (int i = 0; i < text.length();) {
			int codePoint = text.codePointAt(i);
			i += Character.charCount(codePoint);
			int printable = (Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE)
					? ' ' : codePoint;
			bytes += Character.toString(printable).getBytes(StandardCharsets.UTF_8).length;
			if (bytes > MAX_REASON_BYTES) {
				break;
			}
			kept.appendCodePoint(printable);
		}
		return kept.toString();
	}

}
