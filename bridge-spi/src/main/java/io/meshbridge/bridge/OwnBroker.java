package io.meshbridge.bridge;

import org.jspecify.annotations.Nullable;

/**
 * How the gateway's own binders reach the embedded broker. A bean of the application
 * where that broker runs; thread-safe.
 */
public interface OwnBroker {

	/**
	 * Where binders of a type connect, and as whom.
	 * @param binderType such as {@code mqtt}
	 * @return {@code null} when the broker does not listen for their protocol
	 */
	@Nullable Entrance entrance(String binderType);

	/**
	 * A listener that the gateway may use. Never encrypted: it can be reached from this
	 * machine only, or is the same for everyone.
	 *
	 * @param host name or address, without brackets
	 * @param port it listens on
	 * @param username made up for this run of the gateway
	 * @param password made up for this run of the gateway
	 */
	record Entrance(String host, int port, String username, String password) {

		/**
		 * The address as a URL without the login.
		 */
		public String url(String scheme) {
			return scheme + "://" + (this.host.contains(":") ? "[" + this.host + "]" : this.host) + ":" + this.port;
		}

		@Override
		public String toString() {
			return this.host + ":" + this.port;
		}

	}

}
