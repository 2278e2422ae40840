package io.meshbridge.bridge.rabbit;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import io.meshbridge.bridge.SendException;
import org.jspecify.annotations.Nullable;

/**
 * Tells failures that go away from those that don't
 * (<a href= "https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf">AMQP 0-9-1, section
 * 1.2, constants</a>).
 *
 * @param exchange that is published to; empty for the default exchange
 */
record PublishFailures(String exchange) {

	/** What RabbitMQ says since 3.8 when it refuses a body. */
	private static final Pattern TOO_LARGE = Pattern
		.compile("message size (\\d+) is larger than configured max size (\\d+)");

	private static final Map<Integer, String> NAMES = Map.ofEntries(Map.entry(AMQP.CONTENT_TOO_LARGE, "TOO_LARGE"),
			Map.entry(AMQP.NO_CONSUMERS, "NO_CONSUMERS"), Map.entry(AMQP.NO_ROUTE, "NO_ROUTE"),
			Map.entry(AMQP.CONNECTION_FORCED, "CONNECTION_FORCED"), Map.entry(AMQP.INVALID_PATH, "INVALID_PATH"),
			Map.entry(AMQP.ACCESS_REFUSED, "ACCESS_REFUSED"), Map.entry(AMQP.NOT_FOUND, "NOT_FOUND"),
			Map.entry(AMQP.RESOURCE_LOCKED, "RESOURCE_LOCKED"),
			Map.entry(AMQP.PRECONDITION_FAILED, "PRECONDITION_FAILED"), Map.entry(AMQP.FRAME_ERROR, "FRAME_ERROR"),
			Map.entry(AMQP.SYNTAX_ERROR, "SYNTAX_ERROR"), Map.entry(AMQP.COMMAND_INVALID, "COMMAND_INVALID"),
			Map.entry(AMQP.CHANNEL_ERROR, "CHANNEL_ERROR"), Map.entry(AMQP.UNEXPECTED_FRAME, "UNEXPECTED_FRAME"),
			Map.entry(AMQP.RESOURCE_ERROR, "RESOURCE_ERROR"), Map.entry(AMQP.NOT_ALLOWED, "NOT_ALLOWED"),
			Map.entry(AMQP.NOT_IMPLEMENTED, "NOT_IMPLEMENTED"), Map.entry(AMQP.INTERNAL_ERROR, "INTERNAL_ERROR"));

	private String where() {
		return this.exchange.isEmpty() ? "default exchange" : "exchange '" + this.exchange + "'";
	}

	/**
	 * The broker handed the message back.
	 */
	SendException returned(int code, String text, String routingKey) {
		String name = NAMES.getOrDefault(code, Integer.toString(code));
		String what = (code == AMQP.NO_ROUTE)
				? "no queue is bound for routing key '" + routingKey + "', expected a binding, or an alternate exchange"
				: "returned with " + code + " " + text + " for routing key '" + routingKey + "'";
		return SendException.permanent(name, where() + ": " + what, null);
	}

	/**
	 * The broker could not take responsibility for the message.
	 */
	SendException nacked() {
		return SendException.transientFailure("NACK", where() + ": the broker refused to take the message (basic.nack)",
				null);
	}

	/**
	 * No confirmation came in time.
	 * @param blocked why the broker takes nothing from publishers, if it said so
	 */
	SendException overdue(@Nullable String blocked) {
		return SendException.transientFailure("TIMEOUT", where() + ": no confirmation in time"
				+ ((blocked != null) ? "; the broker has blocked publishers: " + blocked : ""), null);
	}

	/**
	 * A message before it was given up, so this one may not be stored before that comes
	 * again.
	 * @param blocked why the broker takes nothing from publishers, if it said so
	 */
	SendException aborted(@Nullable String blocked) {
		return SendException.transientFailure("ABORTED",
				where() + ": given up together with an earlier message that was not confirmed in time"
						+ ((blocked != null) ? "; the broker has blocked publishers: " + blocked : ""),
				null);
	}

	/**
	 * There is no connection to be had.
	 */
	SendException unconnected(Exception cause) {
		Throwable root = cause;
		while (root.getCause() != null && !(root instanceof PossibleAuthenticationFailureException)) {
			root = root.getCause();
		}
		if (root instanceof AuthenticationFailureException || root instanceof PossibleAuthenticationFailureException) {
			return SendException.transientFailure("LOGIN_REFUSED",
					where() + ": the broker refused to log us in: " + root.getMessage(), cause);
		}
		return SendException.transientFailure("CONNECTION_LOST", where() + ": can't connect: " + root, cause);
	}

	/**
	 * The channel or its connection is gone.
	 * @param bodyBytes size of the message that had not been confirmed
	 */
	SendException lost(Throwable cause, int bodyBytes) {
		if (cause instanceof ShutdownSignalException shutdown) {
			Method reason = shutdown.getReason();
			if (reason instanceof AMQP.Channel.Close close) {
				return closed(close.getReplyCode(), close.getReplyText(), cause, bodyBytes);
			}
			if (reason instanceof AMQP.Connection.Close close) {
				return SendException.transientFailure("CONNECTION_LOST", where() + ": the connection was closed with "
						+ close.getReplyCode() + " " + close.getReplyText() + " before a confirmation came", cause);
			}
		}
		return SendException.transientFailure("CONNECTION_LOST",
				where() + ": the connection was lost before a confirmation came: " + cause.getMessage(), cause);
	}

	private SendException closed(int code, String text, Throwable cause, int bodyBytes) {
		String name = NAMES.getOrDefault(code, Integer.toString(code));
		String message = where() + ": the broker closed the channel with " + code + " " + text;
		Matcher size = TOO_LARGE.matcher(text);
		if (code == AMQP.PRECONDITION_FAILED && size.find() && bodyBytes > Long.parseLong(size.group(2))) {
			return tooLarge(bodyBytes, Long.parseLong(size.group(2)), "the broker's max_message_size");
		}
		boolean permanent = code == AMQP.NOT_FOUND || code == AMQP.ACCESS_REFUSED;
		return permanent ? SendException.permanent(name, message, cause)
				: SendException.transientFailure(name, message, cause);
	}

	/**
	 * The body is over a limit.
	 */
	SendException tooLarge(int bodyBytes, long limitBytes, String limitName) {
		return SendException.permanent("TOO_LARGE",
				where() + ": message of %,d bytes exceeds the limit of %,d bytes (%s)".formatted(bodyBytes, limitBytes,
						limitName),
				null);
	}

	/**
	 * AMQP has no room for a part of the event.
	 */
	SendException notRepresentable(String what, @Nullable Throwable cause) {
		return SendException.permanent("NOT_REPRESENTABLE", where() + ": " + what, cause);
	}

	/**
	 * The binding ended before a confirmation came.
	 */
	SendException ended() {
		return SendException.transientFailure("CLOSED", where() + ": the binding ended before a confirmation came",
				null);
	}

	/**
	 * The calling thread was to stop what it does.
	 */
	SendException interrupted() {
		return SendException.transientFailure("INTERRUPTED", where() + ": the sending thread is interrupted", null);
	}

}
