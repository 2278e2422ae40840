package io.meshbridge.bridge.mqtt;

import java.util.Map;

import io.meshbridge.bridge.SendException;
import org.jspecify.annotations.Nullable;

/**
 * What the reason codes of MQTT 5 mean for a publish (<a href=
 * "https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901124">MQTT 5,
 * 3.4.2.1 PUBACK Reason Code</a>).
 */
final class ReasonCodes {

	/** From here on a reason code is a failure. */
	static final int FAILURE = 0x80;

	/** Accepted, and nobody is subscribed. */
	static final int NO_MATCHING_SUBSCRIBERS = 0x10;

	private static final Map<Integer, String> NAMES = Map.ofEntries(
			Map.entry(NO_MATCHING_SUBSCRIBERS, "NO_MATCHING_SUBSCRIBERS"), Map.entry(0x80, "UNSPECIFIED_ERROR"),
			Map.entry(0x83, "IMPLEMENTATION_SPECIFIC_ERROR"), Map.entry(0x84, "UNSUPPORTED_PROTOCOL_VERSION"),
			Map.entry(0x85, "CLIENT_IDENTIFIER_NOT_VALID"), Map.entry(0x86, "BAD_USER_NAME_OR_PASSWORD"),
			Map.entry(0x87, "NOT_AUTHORIZED"), Map.entry(0x88, "SERVER_UNAVAILABLE"), Map.entry(0x89, "SERVER_BUSY"),
			Map.entry(0x8A, "BANNED"), Map.entry(0x8B, "SERVER_SHUTTING_DOWN"), Map.entry(0x8D, "KEEP_ALIVE_TIMEOUT"),
			Map.entry(0x8E, "SESSION_TAKEN_OVER"), Map.entry(0x8F, "TOPIC_FILTER_INVALID"),
			Map.entry(0x90, "TOPIC_NAME_INVALID"), Map.entry(0x91, "PACKET_IDENTIFIER_IN_USE"),
			Map.entry(0x93, "RECEIVE_MAXIMUM_EXCEEDED"), Map.entry(0x95, "PACKET_TOO_LARGE"),
			Map.entry(0x97, "QUOTA_EXCEEDED"), Map.entry(0x98, "ADMINISTRATIVE_ACTION"),
			Map.entry(0x99, "PAYLOAD_FORMAT_INVALID"), Map.entry(0x9A, "RETAIN_NOT_SUPPORTED"),
			Map.entry(0x9B, "QOS_NOT_SUPPORTED"), Map.entry(0x9E, "SHARED_SUBSCRIPTIONS_NOT_SUPPORTED"),
			Map.entry(0xA1, "SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED"),
			Map.entry(0xA2, "WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED"));

	private ReasonCodes() {
	}

	/**
	 * Why a publish with this reason code failed.
	 */
	static SendException failure(String topic, int code) {
		String message = "%s: the broker refused the message: %s".formatted(topic, describe(code));
		return switch (code) {
			case NO_MATCHING_SUBSCRIBERS, 0x87, 0x90, 0x95, 0x99, 0x9A, 0x9B ->
				SendException.permanent(name(code), message, null);
			default -> SendException.transientFailure(name(code), message, null);
		};
	}

	/**
	 * The broker may or may not have the message.
	 */
	static SendException connectionLost(String where, String reason, @Nullable Throwable cause) {
		return SendException.transientFailure("CONNECTION_LOST", where + ": no PUBACK: " + reason, cause);
	}

	/**
	 * Name and number, as in {@code NOT_AUTHORIZED (0x87)}.
	 */
	static String describe(int code) {
		return "%s (0x%02x)".formatted(name(code), code);
	}

	private static String name(int code) {
		return NAMES.getOrDefault(code, "REASON_" + code);
	}

}
