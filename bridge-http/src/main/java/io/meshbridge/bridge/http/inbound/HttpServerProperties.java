package io.meshbridge.bridge.http.inbound;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The event server: where it listens and what it puts up with.
 *
 * @param enabled Whether the port is opened when the gateway starts, so that unknown
 * paths are answered with 404 from then on. When false it is opened with the first route
 * that reads from HTTP.
 * @param address Address or host name to listen on. Loopback unless opened; 0.0.0.0 for
 * all.
 * @param port Port to listen on, 0 to 65535; 0 takes any free one, which is logged.
 * @param sslBundle Name of the Spring SSL bundle (spring.ssl.bundle.*) to serve TLS with.
 * None by default: plain HTTP.
 * @param responseTimeout How long a request may wait for the targets before it is
 * answered with 503. More than zero.
 * @param drainTimeout How long unbinding and stopping wait for requests that are not
 * answered yet. Zero for not at all.
 * @param requestTimeout How long a sender may take to hand over a request. More than
 * zero.
 * @param idleTimeout How long a connection is kept open without a request. More than
 * zero.
 * @param retryAfter What senders are told to wait after a 503 when nobody knows better;
 * 12 times as long when a target refuses for good. In whole seconds, at least one.
 * @param maxHeaderSize Limit for the request line and for all headers of a request, each.
 * @param webhookAllowedRate Requests per minute that are granted in the webhook
 * handshake, or * for any number. Not enforced.
 */
@ConfigurationProperties("meshbridge.http")
public record HttpServerProperties(@DefaultValue("true") boolean enabled, @DefaultValue("127.0.0.1") String address,
		@DefaultValue("8080") int port, @Nullable String sslBundle, @DefaultValue("60s") Duration responseTimeout,
		@DefaultValue("10s") Duration drainTimeout, @DefaultValue("30s") Duration requestTimeout,
		@DefaultValue("60s") Duration idleTimeout, @DefaultValue("5s") Duration retryAfter,
		@DefaultValue("64KB") DataSize maxHeaderSize, @DefaultValue("*") String webhookAllowedRate) {

	public HttpServerProperties {
		require(port >= 0 && port <= 65535, "port", port, "0 to 65535");
		require(positive(responseTimeout), "response-timeout", responseTimeout, "more than zero");
		require(!drainTimeout.isNegative(), "drain-timeout", drainTimeout, "zero or more");
		require(positive(requestTimeout), "request-timeout", requestTimeout, "more than zero");
		require(positive(idleTimeout), "idle-timeout", idleTimeout, "more than zero");
		require(retryAfter.toSeconds() >= 1, "retry-after", retryAfter, "one second or more");
		require(maxHeaderSize.toBytes() >= 1024 && maxHeaderSize.toMegabytes() <= 16, "max-header-size", maxHeaderSize,
				"1KB to 16MB");
		require(webhookAllowedRate.matches("\\*|[1-9][0-9]{0,8}"), "webhook-allowed-rate", webhookAllowedRate,
				"requests per minute, or *");
	}

	private static boolean positive(Duration duration) {
		return !duration.isNegative() && !duration.isZero();
	}

	private static void require(boolean holds, String name, Object value, String expected) {
		if (!holds) {
			throw new IllegalArgumentException(
					"meshbridge.http." + name + ": '" + value + "' is not allowed, expected " + expected);
		}
	}

}
