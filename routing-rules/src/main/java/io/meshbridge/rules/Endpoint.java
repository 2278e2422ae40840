package io.meshbridge.rules;

import java.net.URI;

/**
 * What {@code from}, {@code to} and {@code dead-letter-sink} name. The text form, as
 * written by the user, is its {@code toString}.
 */
public sealed interface Endpoint {

	/**
	 * {@code binder:destination}.
	 */
	record AtBinder(String binder, String destination) implements Endpoint {

		@Override
		public String toString() {
			return this.binder + ":" + this.destination;
		}
	}

	/**
	 * An {@code http} or {@code https} URL.
	 */
	record AtUrl(URI url) implements Endpoint {

		@Override
		public String toString() {
			return this.url.toString();
		}
	}

	/**
	 * A durable channel, {@code channel:name}.
	 */
	record AtChannel(String name) implements Endpoint {

		/** What stands before the colon. */
		public static final String PREFIX = "channel";

		/** What the names of channels begin with that belong to a route. */
		static final String OF_ROUTE = "route.";

		/**
		 * The channel that a route keeps for what it has accepted.
		 */
		static AtChannel ofRoute(String routeId) {
			return new AtChannel(OF_ROUTE + routeId);
		}

		/**
		 * Whether it holds what a route has accepted.
		 */
		public boolean ofRoute() {
			return this.name.startsWith(OF_ROUTE);
		}

		@Override
		public String toString() {
			return PREFIX + ":" + this.name;
		}
	}

	/**
	 * A binding under {@code spring.cloud.stream.bindings}.
	 */
	record AtBinding(String name) implements Endpoint {

		@Override
		public String toString() {
			return this.name;
		}
	}

	/**
	 * A destination with placeholders, which each event fills.
	 */
	record AtTemplate(String text, DynamicEndpoint dynamic) implements Endpoint {

		@Override
		public String toString() {
			return this.text;
		}
	}

}
