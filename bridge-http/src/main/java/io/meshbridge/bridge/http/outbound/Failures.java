package io.meshbridge.bridge.http.outbound;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;

import javax.net.ssl.SSLException;

import io.meshbridge.bridge.SendException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.PrematureCloseException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;

/**
 * Says of a failed post whether it can work later, in the way of Knative (<a href=
 * "https://github.com/knative/specs/blob/main/specs/eventing/data-plane.md#event-acknowledgement-and-delivery-retry">Data
 * Plane Contract, Event Acknowledgement and Delivery Retry</a>).
 */
final class Failures {

	private static final Set<Integer> RETRIED = Set.of(404, 408, 409, 429);

	/** No request was written, so no event can be at fault. */
	private static final Set<String> NOT_CONNECTED = Set.of("CONNECT_TIMEOUT", "UNKNOWN_HOST", "TLS",
			"NO_ROUTE_TO_HOST", "CONNECTION_REFUSED", "POOL_FULL");

	private final Clock clock;

	Failures(Clock clock) {
		this.clock = clock;
	}

	/**
	 * For an answer other than 2xx.
	 * @param retryAfter value of that header
	 * @param body beginning of the body as text
	 */
	SendException answered(TargetUrl url, int status, @Nullable String retryAfter, String body) {
		String reason = HttpResponseStatus.valueOf(status).reasonPhrase();
		String message = url + ": answered " + status + " " + reason + (body.isEmpty() ? "" : ": " + body);
		String code = Integer.toString(status);
		if (status < 500 && !RETRIED.contains(status)) {
			boolean redirect = status >= 300 && status < 400;
			return SendException.permanent(code, redirect ? message + " (redirects are not followed)" : message, null);
		}
		Duration pause = (status == 429 || status == 503) ? pause(retryAfter) : null;
		return (pause == null) ? SendException.transientFailure(code, message, null)
				: SendException.retryAfter(code, message, pause);
	}

	/**
	 * Reads {@code Retry-After}, in seconds or as a date.
	 * @return {@code null} when there is none that can be read
	 */
	private @Nullable Duration pause(@Nullable String retryAfter) {
		if (retryAfter == null) {
			return null;
		}
		String text = retryAfter.strip();
		if (text.matches("[0-9]{1,9}")) {
			return Duration.ofSeconds(Long.parseLong(text));
		}
		try {
			Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
			Duration left = Duration.between(this.clock.instant(), until);
			return left.isNegative() ? Duration.ZERO : left;
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

	/**
	 * For when there was no answer.
	 */
	SendException unanswered(TargetUrl url, Throwable failure) {
		String code = code(failure);
		String message = url + ": " + describe(failure);
		return NOT_CONNECTED.contains(code) ? SendException.unreachable(code, message, failure)
				: SendException.transientFailure(code, message, failure);
	}

	private static String code(Throwable failure) {
		if (failure instanceof ConnectTimeoutException) {
			return "CONNECT_TIMEOUT";
		}
		if (failure instanceof UnknownHostException) {
			return "UNKNOWN_HOST";
		}
		if (failure instanceof SSLException) {
			return "TLS";
		}
		if (failure instanceof NoRouteToHostException) {
			return "NO_ROUTE_TO_HOST";
		}
		if (failure instanceof ConnectException) {
			return "CONNECTION_REFUSED";
		}
		if (failure instanceof PoolAcquirePendingLimitException) {
			return "POOL_FULL";
		}
		return (failure instanceof PrematureCloseException || failure instanceof IOException) ? "CONNECTION_LOST"
				: "NOT_SENT";
	}

	private static String describe(Throwable failure) {
		String text = failure.getMessage();
		return (text == null) ? failure.getClass().getSimpleName().toLowerCase(Locale.ROOT) : text;
	}

	SendException timedOut(TargetUrl url, Duration timeout) {
		return SendException.transientFailure("TIMEOUT", url + ": no answer within " + timeout.toMillis() + " ms",
				null);
	}

}
