package io.meshbridge.bridge.mqtt;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How the gateway connects to an MQTT broker. For more than one broker, each goes into
 * {@code spring.cloud.stream.binders.NAME.environment}.
 *
 * @param url addresses of the broker, tried in order: {@code tcp://} or {@code mqtt://},
 * {@code ssl://} or {@code mqtts://}, {@code ws://}, {@code wss://}. Default: the
 * embedded broker, {@code tcp://127.0.0.1:1883}
 * @param username user name; none by default
 * @param password password; none by default
 * @param sslBundle name of the SSL bundle ({@code spring.ssl.bundle}) for {@code ssl://}
 * and {@code wss://}; by default the JVM's trust store
 * @param version of the protocol, {@code 5} or {@code 3.1.1}
 * @param clientId prefix of the client ids. The gateway's {@code meshbridge.instance-id}
 * and a name for the binding follow, so that a restarted gateway finds its sessions again
 * @param keepAlive longest silence on a connection, 1 s to 18 h; a broker that does not
 * answer for as long counts as gone
 * @param sessionExpiry how long the broker keeps the messages of a gateway that is away
 * (MQTT 5; a broker of version 3.1.1 decides by itself), in whole seconds
 * @param connectTimeout for the connection and for each answer while it is set up, from 1
 * s
 * @param reconnectDelay pause before the first attempt to connect again; it doubles from
 * attempt to attempt
 * @param reconnectMaxDelay longest pause between attempts
 * @param maxInFlight how many publishes may be unconfirmed, 1 to 65535; the broker may
 * set a lower limit
 * @param maxPacketSize largest packet to publish, headers included. A broker of version 5
 * says its own limit; one of version 3.1.1 can't, and may drop in silence what is larger,
 * so set it here. Default and upper bound are the protocol's 256 MB
 */
@ConfigurationProperties("meshbridge.mqtt")
public record MqttBrokerProperties(@DefaultValue List<String> url, @Nullable String username, @Nullable String password,
		@Nullable String sslBundle, @DefaultValue("5") String version, @DefaultValue("meshbridge") String clientId,
		@DefaultValue("30s") Duration keepAlive, @DefaultValue("7d") Duration sessionExpiry,
		@DefaultValue("5s") Duration connectTimeout, @DefaultValue("1s") Duration reconnectDelay,
		@DefaultValue("30s") Duration reconnectMaxDelay, @DefaultValue("1000") int maxInFlight,
		@Nullable DataSize maxPacketSize) {

	public MqttBrokerProperties {
		url = List.copyOf(url);
		url.forEach(MqttBrokerProperties::clientUrl);
		MqttVersion.of(version);
		require(!clientId.isBlank(), "client-id", clientId, "a prefix for client ids");
		require(between(keepAlive, 1, 65_535), "keep-alive", keepAlive, "1 s to 65535 s");
		require(between(sessionExpiry, 1, 0xffff_ffffL), "session-expiry", sessionExpiry, "1 s to 4294967295 s");
		require(between(connectTimeout, 1, 600), "connect-timeout", connectTimeout, "1 s to 10 min");
		require(reconnectDelay.toMillis() > 0, "reconnect-delay", reconnectDelay, "1 ms at least");
		require(reconnectMaxDelay.compareTo(reconnectDelay) >= 0, "reconnect-max-delay", reconnectMaxDelay,
				"at least the reconnect-delay of " + reconnectDelay);
		require(maxInFlight >= 1 && maxInFlight <= 65_535, "max-in-flight", maxInFlight, "1 to 65535");
	}

	private static boolean between(Duration value, long minSeconds, long maxSeconds) {
		return value.toSeconds() >= minSeconds && value.toSeconds() <= maxSeconds;
	}

	private static void require(boolean condition, String property, Object value, String expected) {
		if (!condition) {
			throw new IllegalArgumentException(
					"meshbridge.mqtt." + property + " is '" + value + "', expected " + expected);
		}
	}

	/**
	 * The same with another address, if none is given, and with the login for it, unless
	 * the user has one.
	 */
	MqttBrokerProperties orUrl(String otherUrl, @Nullable String otherName, @Nullable String otherPassword) {
		if (!this.url.isEmpty()) {
			return this;
		}
		boolean login = this.username != null;
		return new MqttBrokerProperties(List.of(otherUrl), login ? this.username : otherName,
				login ? this.password : otherPassword, this.sslBundle, this.version, this.clientId, this.keepAlive,
				this.sessionExpiry, this.connectTimeout, this.reconnectDelay, this.reconnectMaxDelay, this.maxInFlight,
				this.maxPacketSize);
	}

	MqttVersion mqttVersion() {
		return MqttVersion.of(this.version);
	}

	long maxPacketBytes() {
		return (this.maxPacketSize == null) ? Packet.PROTOCOL_LIMIT : this.maxPacketSize.toBytes();
	}

	/**
	 * The addresses with the schemes that the client knows, without user-info.
	 */
	List<String> clientUrls() {
		return this.url.stream().map(MqttBrokerProperties::clientUrl).toList();
	}

	private static String clientUrl(String url) {
		URI uri;
		try {
			uri = URI.create(url.trim());
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("meshbridge.mqtt.url is no URL: " + ex.getMessage(), ex);
		}
		String scheme = String.valueOf(uri.getScheme());
		String known = switch (scheme) {
			case "mqtt", "tcp" -> "tcp";
			case "mqtts", "ssl", "tls" -> "ssl";
			case "ws", "wss" -> scheme;
			default -> throw new IllegalArgumentException(
					"meshbridge.mqtt.url has the scheme '" + scheme + "', expected tcp, mqtt, ssl, mqtts, ws or wss");
		};
		if (uri.getHost() == null) {
			throw new IllegalArgumentException(
					"meshbridge.mqtt.url '" + ConnectionSettings.withoutUserInfo(url) + "' has no host");
		}
		int port = (uri.getPort() >= 0) ? uri.getPort() : switch (known) {
			case "ssl" -> 8883;
			case "ws" -> 80;
			case "wss" -> 443;
			default -> 1883;
		};
		return known + "://" + uri.getHost() + ":" + port + ((uri.getRawPath() == null) ? "" : uri.getRawPath());
	}

	@Override
	public String toString() {
		return "MqttBrokerProperties[url=" + clientUrls() + ", version=" + this.version + "]";
	}

}
