package io.meshbridge.bridge.http.outbound;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The client that posts to HTTP targets. How long a target may take to answer is part of
 * the route's delivery.
 *
 * @param maxConnections Most connections to one host and port that are open at a time, at
 * least one.
 * @param maxPending Most requests to one host and port that wait for a connection; one
 * more fails with POOL_FULL and is tried again like any failed one. At least one.
 * @param connectTimeout How long making a connection may take. More than zero.
 * @param maxIdleTime How long an unused connection is kept. Shorter than the targets keep
 * theirs, or requests meet connections that are just being closed. More than zero.
 * @param maxHeaderSize Limit for the content type and the attributes of an event in
 * binary mode. A larger event fails at once with HEADER_TOO_LARGE.
 * @param legacyHeaders Whether attribute values are written as plain UTF-8 instead of
 * percent-encoded, for targets that don't decode them.
 * @param sslBundle Name of the Spring SSL bundle (spring.ssl.bundle.*) with the trusted
 * certificates and the client's own. By default those of the Java runtime are trusted.
 */
@ConfigurationProperties("meshbridge.http.client")
public record HttpClientProperties(@DefaultValue("64") int maxConnections, @DefaultValue("10000") int maxPending,
		@DefaultValue("5s") Duration connectTimeout, @DefaultValue("20s") Duration maxIdleTime,
		@DefaultValue("16KB") DataSize maxHeaderSize, @DefaultValue("false") boolean legacyHeaders,
		@Nullable String sslBundle) {

	public HttpClientProperties {
		require(maxConnections > 0, "max-connections", maxConnections, "one or more");
		require(maxPending > 0, "max-pending", maxPending, "one or more");
		require(connectTimeout.toMillis() > 0, "connect-timeout", connectTimeout, "more than zero");
		require(maxIdleTime.toMillis() > 0, "max-idle-time", maxIdleTime, "more than zero");
		require(maxHeaderSize.toBytes() > 0 && maxHeaderSize.toMegabytes() <= 16, "max-header-size", maxHeaderSize,
				"1B to 16MB");
	}

	private static void require(boolean holds, String name, Object value, String expected) {
		if (!holds) {
			throw new IllegalArgumentException(
					"meshbridge.http.client." + name + ": '" + value + "' is not allowed, expected " + expected);
		}
	}

}
