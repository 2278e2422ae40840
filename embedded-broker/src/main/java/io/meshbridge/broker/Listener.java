package io.meshbridge.broker;

import java.util.ArrayList;
import java.util.List;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;

/**
 * A protocol that clients may speak to the broker.
 *
 * @param protocol its name for people
 * @param artemisProtocol its name for Artemis
 * @param key its name in {@code meshbridge.embedded-broker}
 * @param urlProperty names another broker for the gateway's binder of this protocol
 * @param port it listens on
 */
record Listener(String protocol, String artemisProtocol, String key, String urlProperty, int port) {

	/**
	 * The ones that are wanted; empty when the broker shall not run.
	 * @param binder of the environment
	 */
	static List<Listener> wanted(Binder binder) {
		Boolean broker = binder.bind("meshbridge.embedded-broker.enabled", Boolean.class).orElse(null);
		if (Boolean.FALSE.equals(broker)) {
			return List.of();
		}
		List<Listener> wanted = new ArrayList<>();
		for (Listener listener : List.of(of(binder, "MQTT", "MQTT", "mqtt", "meshbridge.mqtt.url", 1883),
				of(binder, "AMQP 1.0", "AMQP", "amqp", "meshbridge.amqp10.url", 5672))) {
			boolean byDefault = broker != null || !listener.hasOtherBroker(binder);
			if (binder.bind("meshbridge.embedded-broker." + listener.key + ".enabled", Boolean.class)
				.orElse(byDefault)) {
				wanted.add(listener);
			}
		}
		return wanted;
	}

	private static Listener of(Binder binder, String protocol, String artemisProtocol, String key, String urlProperty,
			int defaultPort) {
		int port = binder.bind("meshbridge.embedded-broker." + key + ".port", Integer.class).orElse(defaultPort);
		return new Listener(protocol, artemisProtocol, key, urlProperty, port);
	}

	private boolean hasOtherBroker(Binder binder) {
		return binder.bind(this.urlProperty, Bindable.listOf(String.class))
			.orElse(List.of())
			.stream()
			.anyMatch((url) -> !url.isBlank());
	}

}
