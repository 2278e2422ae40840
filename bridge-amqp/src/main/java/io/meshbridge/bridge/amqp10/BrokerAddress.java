package io.meshbridge.bridge.amqp10;

import java.net.URI;
import java.util.Locale;

/**
 * Where a broker listens.
 *
 * @param tls whether the connection is encrypted from the first byte on
 */
record BrokerAddress(String host, int port, boolean tls) {

	private static final int PORT = 5672;

	private static final int TLS_PORT = 5671;

	/**
	 * Reads a URL; user-info in it is left out.
	 * @throws IllegalArgumentException when it is none, with the reason
	 */
	static BrokerAddress of(String url) {
		URI uri;
		try {
			uri = URI.create(url.trim());
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("meshbridge.amqp10.url is no URL: " + ex.getMessage(), ex);
		}
		String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
		if (!scheme.equals("amqp") && !scheme.equals("amqps")) {
			throw new IllegalArgumentException(
					"meshbridge.amqp10.url has the scheme '" + uri.getScheme() + "', expected amqp or amqps");
		}
		String host = uri.getHost();
		if (host == null) {
			throw new IllegalArgumentException(
					"meshbridge.amqp10.url has no host, expected for example '" + scheme + "://broker.example.com'");
		}
		if (host.startsWith("[")) {
			host = host.substring(1, host.length() - 1);
		}
		boolean tls = scheme.equals("amqps");
		return new BrokerAddress(host, (uri.getPort() >= 0) ? uri.getPort() : (tls ? TLS_PORT : PORT), tls);
	}

	@Override
	public String toString() {
		return (this.tls ? "amqps://" : "amqp://") + (this.host.contains(":") ? "[" + this.host + "]" : this.host) + ":"
				+ this.port;
	}

}
