package io.meshbridge.bridge.amqp10;

import java.util.Set;

import io.meshbridge.bridge.SendException;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Modified;
import org.apache.qpid.protonj2.types.messaging.Rejected;
import org.apache.qpid.protonj2.types.messaging.Released;
import org.apache.qpid.protonj2.types.transport.DeliveryState;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;
import org.jspecify.annotations.Nullable;

/**
 * Tells failures that go away from those that don't (<a href=
 * "https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-transport-v1.0-os.html#type-amqp-error">AMQP
 * 1.0, 2.8.15 to 2.8.18</a>, and <a href=
 * "https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-messaging-v1.0-os.html#section-delivery-state">3.4
 * Delivery State</a>).
 */
final class Conditions {

	static final String TOO_LARGE = "amqp:link:message-size-exceeded";

	/** The destination is at fault, for every message. */
	private static final Set<String> OF_DESTINATION = Set.of("amqp:not-found", "amqp:unauthorized-access",
			"amqp:not-allowed", "amqp:invalid-field", "amqp:not-implemented");

	/** The message is at fault. */
	private static final Set<String> OF_MESSAGE = Set.of(TOO_LARGE, "amqp:decode-error");

	private Conditions() {
	}

	static @Nullable String name(@Nullable ErrorCondition error) {
		return (error == null || error.getCondition() == null) ? null : error.getCondition().toString();
	}

	/**
	 * Condition and text, as in {@code amqp:not-found (no such address)}.
	 */
	static String describe(@Nullable ErrorCondition error) {
		String name = name(error);
		if (error == null || name == null) {
			return "no reason given";
		}
		String text = error.getDescription();
		return (text == null || text.isBlank()) ? name : name + " (" + text + ")";
	}

	/**
	 * What an outcome means for a send.
	 * @param state the broker's; {@code null} when it settled without one
	 * @return {@code null} for success
	 */
	static @Nullable SendException failure(String address, @Nullable DeliveryState state) {
		if (state instanceof Accepted) {
			return null;
		}
		if (state instanceof Rejected rejected) {
			return rejected(address, rejected.getError());
		}
		if (state instanceof Released) {
			return SendException.transientFailure("RELEASED", address + ": the broker gave the message back (released)",
					null);
		}
		if (state instanceof Modified modified) {
			return SendException.transientFailure("MODIFIED", address + ": the broker gave the message back (modified, "
					+ (modified.isDeliveryFailed() ? "delivery failed" : "delivery not failed") + ")", null);
		}
		return SendException.transientFailure("UNKNOWN_OUTCOME",
				address + ": the broker settled the message without an outcome that we know: " + state, null);
	}

	private static SendException rejected(String address, @Nullable ErrorCondition error) {
		String name = name(error);
		String message = address + ": the broker rejected the message: " + describe(error);
		// A rejected message is "invalid and unprocessable" where no condition says
		// otherwise; but a condition of the broker's own may as well be a full disk.
		boolean permanent = name == null || OF_DESTINATION.contains(name) || OF_MESSAGE.contains(name);
		return permanent ? SendException.permanent(code(name, "REJECTED"), message, null)
				: SendException.transientFailure(code(name, "REJECTED"), message, null);
	}

	/**
	 * No link to the address, or no longer.
	 * @param alone whether one message only was under way, so that what the broker says
	 * of a message is said of this one
	 */
	static SendException lost(String address, ConnectionException reason, boolean alone) {
		String name = reason.condition();
		String message = address + ": " + reason.getMessage();
		boolean permanent = name != null && (OF_DESTINATION.contains(name) || (alone && OF_MESSAGE.contains(name)));
		return permanent ? SendException.permanent(code(name, "REFUSED"), message, reason)
				: SendException.transientFailure(code(name, "CONNECTION_LOST"), message, reason);
	}

	private static String code(@Nullable String condition, String other) {
		return (condition != null) ? condition : other;
	}

}
