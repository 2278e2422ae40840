package io.meshbridge.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/**
 * A protocol that clients may speak to the broker.
 *
 * @param protocol its name for people
 * @param artemisProtocol its name for Artemis
 * @param key its name in {@code meshbridge.embedded-broker}
 * @param binderType type of the gateway's binders for it
 * @param port it listens on
 * @param needed whether the gateway must not start without it; else it is left out where
 * another program has its port, as RabbitMQ has that of AMQP
 */
record BrokerListener(String protocol, String artemisProtocol, String key, String binderType, int port,
		boolean needed) {

	private static final String ENABLED = "meshbridge.embedded-broker.enabled";

	private static final String BINDERS = "spring.cloud.stream.binders";

	/**
	 * The ones that are wanted.
	 * @param binder of the environment
	 */
	static List<BrokerListener> wanted(Binder binder) {
		boolean always = binder.bind(ENABLED, Boolean.class).orElse(false);
		List<BrokerListener> wanted = new ArrayList<>();
		for (BrokerListener listener : List.of(of(binder, "MQTT", "MQTT", "mqtt", "mqtt", 1883, true),
				of(binder, "AMQP 1.0", "AMQP", "amqp", "amqp10", 5672, false))) {
			boolean byDefault = always || !listener.hasOtherBroker(binder);
			if (binder.bind(listener.property("enabled"), Boolean.class).orElse(byDefault)) {
				wanted.add(listener);
			}
		}
		return wanted;
	}

	private static BrokerListener of(Binder binder, String protocol, String artemisProtocol, String key,
			String binderType, int defaultPort, boolean needed) {
		String prefix = "meshbridge.embedded-broker." + key;
		Integer port = binder.bind(prefix + ".port", Integer.class).orElse(null);
		boolean asked = needed || port != null || binder.bind(prefix + ".enabled", Boolean.class).orElse(false)
				|| binder.bind(ENABLED, Boolean.class).orElse(false);
		return new BrokerListener(protocol, artemisProtocol, key, binderType, (port != null) ? port : defaultPort,
				asked);
	}

	/**
	 * One of its settings.
	 */
	String property(String name) {
		return "meshbridge.embedded-broker." + this.key + "." + name;
	}

	/**
	 * Names another broker for the gateway's binder of this protocol.
	 */
	String urlProperty() {
		return "meshbridge." + this.binderType + ".url";
	}

	/**
	 * Whether the plain binder has another broker, or each one that the user has declared
	 * for this protocol. One without a URL of its own connects to the embedded broker.
	 */
	private boolean hasOtherBroker(Binder binder) {
		if (namesBroker(binder, urlProperty())) {
			return true;
		}
		List<String> declared = binder.bind(BINDERS, Bindable.mapOf(String.class, Object.class))
			.orElse(Map.of())
			.keySet()
			.stream()
			.map((name) -> BINDERS + "." + name)
			.filter((name) -> this.binderType
				.equals(bind(binder, name + ".type", Bindable.of(String.class)).orElse("")))
			.toList();
		return !declared.isEmpty()
				&& declared.stream().allMatch((name) -> namesBroker(binder, name + ".environment." + urlProperty()));
	}

	private static boolean namesBroker(Binder binder, String property) {
		return bind(binder, property, Bindable.listOf(String.class)).orElse(List.of())
			.stream()
			.anyMatch((url) -> !url.isBlank());
	}

	private static <T> BindResult<T> bind(Binder binder, String property, Bindable<T> target) {
		// Adapted: users may give binders names with capitals.
		return binder.bind(ConfigurationPropertyName.adapt(property, '.'), target);
	}

}
