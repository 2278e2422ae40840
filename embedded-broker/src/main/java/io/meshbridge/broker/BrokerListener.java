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
 * @param binderType the gateway's binders of this protocol
 * @param port it listens on
 */
record BrokerListener(String protocol, String artemisProtocol, String key, String binderType, int port) {

	private static final String BINDERS = "spring.cloud.stream.binders";

	/**
	 * The ones that are wanted; empty when the broker shall not run.
	 * @param binder of the environment
	 */
	static List<BrokerListener> wanted(Binder binder) {
		Boolean broker = binder.bind("meshbridge.embedded-broker.enabled", Boolean.class).orElse(null);
		if (Boolean.FALSE.equals(broker)) {
			return List.of();
		}
		List<BrokerListener> wanted = new ArrayList<>();
		for (BrokerListener listener : List.of(of(binder, "MQTT", "MQTT", "mqtt", "mqtt", 1883),
				of(binder, "AMQP 1.0", "AMQP", "amqp", "amqp10", 5672))) {
			boolean byDefault = broker != null || !listener.hasOtherBroker(binder);
			if (binder.bind("meshbridge.embedded-broker." + listener.key + ".enabled", Boolean.class)
				.orElse(byDefault)) {
				wanted.add(listener);
			}
		}
		return wanted;
	}

	private static BrokerListener of(Binder binder, String protocol, String artemisProtocol, String key,
			String binderType, int defaultPort) {
		int port = binder.bind("meshbridge.embedded-broker." + key + ".port", Integer.class).orElse(defaultPort);
		return new BrokerListener(protocol, artemisProtocol, key, binderType, port);
	}

	/**
	 * Names another broker for the binder that has the type's name.
	 */
	String urlProperty() {
		return "meshbridge." + this.binderType + ".url";
	}

	/**
	 * Whether the binder of this protocol, or each that the user has declared, names its
	 * broker. One without a URL of its own connects to the embedded broker.
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
