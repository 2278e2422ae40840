package io.meshbridge.bridge.amqp10;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How the gateway connects to an AMQP 1.0 broker. For more than one broker, each goes
 * into {@code spring.cloud.stream.binders.NAME.environment}.
 *
 * @param url addresses of the broker, tried in order: {@code amqp://} or {@code amqps://}
 * (TLS), default ports 5672 and 5671. Default: the embedded broker,
 * {@code amqp://127.0.0.1:5672}
 * @param username user name; none by default
 * @param password password; none by default
 * @param token OAuth 2.0 bearer token for SASL XOAUTH2, together with the user name; none
 * by default
 * @param sasl SASL mechanisms that may be used: {@code PLAIN}, {@code EXTERNAL},
 * {@code ANONYMOUS}, {@code XOAUTH2}, {@code SCRAM-SHA-256}, {@code SCRAM-SHA-512}; the
 * broker's order counts. Default: {@code XOAUTH2} with a token, else PLAIN and SCRAM with
 * a user name, else {@code ANONYMOUS}
 * @param sslBundle name of the SSL bundle ({@code spring.ssl.bundle}) for
 * {@code amqps://}, with a key for {@code EXTERNAL}; by default the JVM's trust store
 * @param verifyHost whether the broker's certificate must be for its host name
 * @param virtualHost host name that the broker is told, for brokers that tell virtual
 * hosts apart by it (RabbitMQ: {@code vhost:NAME}); by default that of the URL
 * @param containerId prefix of the container ids. The gateway's
 * {@code meshbridge.instance-id} follows
 * @param idleTimeout longest silence on a connection, 1 s to 18 h; a broker that says
 * nothing for as long counts as gone
 * @param connectTimeout for each address, login included, and for each answer while a
 * link is set up, from 1 s
 * @param reconnectDelay pause before the first attempt to connect again; it doubles from
 * attempt to attempt
 * @param reconnectMaxDelay longest pause between attempts
 * @param maxInFlight how many messages of one target may be without the broker's answer,
 * from 1; the broker may grant less credit
 * @param maxMessageSize largest message to send, headers included, for brokers that do
 * not say their own limit. Default: what the broker says
 */
@ConfigurationProperties("meshbridge.amqp10")
public record Amqp10BrokerProperties(@DefaultValue List<String> url, @Nullable String username,
		@Nullable String password, @Nullable String token, @DefaultValue List<String> sasl, @Nullable String sslBundle,
		@DefaultValue("true") boolean verifyHost, @Nullable String virtualHost,
		@DefaultValue("meshbridge") String containerId, @DefaultValue("30s") Duration idleTimeout,
		@DefaultValue("5s") Duration connectTimeout, @DefaultValue("1s") Duration reconnectDelay,
		@DefaultValue("30s") Duration reconnectMaxDelay, @DefaultValue("1000") int maxInFlight,
		@Nullable DataSize maxMessageSize) {

	private static final Set<String> MECHANISMS = Set.of("PLAIN", "EXTERNAL", "ANONYMOUS", "XOAUTH2", "SCRAM-SHA-1",
			"SCRAM-SHA-256", "SCRAM-SHA-512");

	public Amqp10BrokerProperties {
		url = List.copyOf(url);
		sasl = List.copyOf(sasl);
		url.forEach(BrokerAddress::of);
		for (String mechanism : sasl) {
			require(MECHANISMS.contains(mechanism), "sasl", mechanism,
					"PLAIN, EXTERNAL, ANONYMOUS, XOAUTH2, " + "SCRAM-SHA-1, SCRAM-SHA-256 or SCRAM-SHA-512");
		}
		if (token != null && (username == null || username.isEmpty())) {
			throw new IllegalArgumentException(
					"meshbridge.amqp10.token is set without a user name, expected meshbridge.amqp10.username too");
		}
		require(!containerId.isBlank(), "container-id", containerId, "a prefix for container ids");
		require(between(idleTimeout, 1, 65_535), "idle-timeout", idleTimeout, "1 s to 65535 s");
		require(between(connectTimeout, 1, 600), "connect-timeout", connectTimeout, "1 s to 10 min");
		require(reconnectDelay.toMillis() > 0, "reconnect-delay", reconnectDelay, "1 ms at least");
		require(reconnectMaxDelay.compareTo(reconnectDelay) >= 0, "reconnect-max-delay", reconnectMaxDelay,
				"at least the reconnect-delay of " + reconnectDelay);
		require(maxInFlight >= 1, "max-in-flight", maxInFlight, "1 at least");
		require(maxMessageSize == null || maxMessageSize.toBytes() > 0, "max-message-size",
				String.valueOf(maxMessageSize), "1 byte at least");
	}

	private static boolean between(Duration value, long minSeconds, long maxSeconds) {
		return value.toSeconds() >= minSeconds && value.toSeconds() <= maxSeconds;
	}

	private static void require(boolean condition, String property, Object value, String expected) {
		if (!condition) {
			throw new IllegalArgumentException(
					"meshbridge.amqp10." + property + " is '" + value + "', expected " + expected);
		}
	}

	/**
	 * The same with another address, if none is given, and with the login for it, unless
	 * the user has one.
	 */
	Amqp10BrokerProperties orUrl(String otherUrl, @Nullable String otherName, @Nullable String otherPassword) {
		if (!this.url.isEmpty()) {
			return this;
		}
		boolean login = this.username != null || !this.sasl.isEmpty();
		return new Amqp10BrokerProperties(List.of(otherUrl), login ? this.username : otherName,
				login ? this.password : otherPassword, this.token, this.sasl, this.sslBundle, this.verifyHost,
				this.virtualHost, this.containerId, this.idleTimeout, this.connectTimeout, this.reconnectDelay,
				this.reconnectMaxDelay, this.maxInFlight, this.maxMessageSize);
	}

	List<BrokerAddress> addresses() {
		return this.url.stream().map(BrokerAddress::of).toList();
	}

	/**
	 * The mechanisms that may be used. With a user name never {@code ANONYMOUS} unless it
	 * is listed: a broker that offers both would let us in as nobody.
	 */
	Set<String> mechanisms() {
		if (!this.sasl.isEmpty()) {
			return Set.copyOf(this.sasl);
		}
		if (this.token != null) {
			return Set.of("XOAUTH2");
		}
		return (this.username != null) ? Set.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512") : Set.of("ANONYMOUS");
	}

	long maxMessageBytes() {
		return (this.maxMessageSize == null) ? Long.MAX_VALUE : this.maxMessageSize.toBytes();
	}

	@Override
	public String toString() {
		return "Amqp10BrokerProperties[url=" + addresses() + ", sasl=" + mechanisms() + "]";
	}

}
