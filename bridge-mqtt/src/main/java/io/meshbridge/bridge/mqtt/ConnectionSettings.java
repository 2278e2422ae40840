package io.meshbridge.bridge.mqtt;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

import javax.net.SocketFactory;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * How one client connects.
 *
 * @param urls brokers, tried in order
 * @param version of the protocol
 * @param clientId the session's name at the broker
 * @param cleanStart whether an old session is discarded
 * @param sessionExpiry how long the broker keeps the session of a client that is away
 * @param receiveMaximum how many messages the broker may send without a PUBACK
 * @param keepAlive longest silence
 * @param connectTimeout for each answer of the broker while connecting
 * @param username or {@code null}
 * @param password or {@code null}
 * @param socketFactory for TLS, or {@code null} for the platform's
 * @param logger of the component that connects
 */
record ConnectionSettings(List<String> urls, MqttVersion version, String clientId, boolean cleanStart,
		Duration sessionExpiry, int receiveMaximum, Duration keepAlive, Duration connectTimeout,
		@Nullable String username, @Nullable String password, @Nullable SocketFactory socketFactory, Logger logger) {

	ConnectionSettings {
		urls = List.copyOf(urls);
	}

	Connection open(Connection.Listener listener) throws ConnectionException {
		return (this.version == MqttVersion.V5) ? new Mqtt5Connection(this, listener)
				: new Mqtt3Connection(this, listener);
	}

	/**
	 * The brokers' addresses without user-info, for messages.
	 */
	String describe() {
		return this.urls.stream().map(ConnectionSettings::withoutUserInfo).collect(Collectors.joining(","));
	}

	static String withoutUserInfo(String url) {
		String userInfo = URI.create(url).getRawUserInfo();
		return (userInfo == null) ? url : url.replace(userInfo + "@", "");
	}

	/**
	 * How long to wait for a connection: each of the brokers gets its time, and so does
	 * the answer to CONNECT.
	 */
	Duration connectWait() {
		return this.connectTimeout.multipliedBy(this.urls.size()).plusMillis(500);
	}

	@Override
	public String toString() {
		return this.clientId + "@" + describe();
	}

}
