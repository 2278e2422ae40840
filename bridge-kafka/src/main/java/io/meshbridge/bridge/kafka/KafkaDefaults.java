package io.meshbridge.bridge.kafka;

import java.util.HashMap;
import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Defaults for properties of Spring Kafka and of the Kafka binder, beneath everything a
 * user sets: a broker that is not there is noticed within seconds, and its absence is
 * told by the gateway's own log lines, not by those of every client at every attempt.
 */
public final class KafkaDefaults implements EnvironmentPostProcessor {

	private static final String NAME = "meshbridgeKafkaDefaults";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (!environment.getPropertySources().contains(NAME)) {
			environment.getPropertySources().addLast(new MapPropertySource(NAME, defaults()));
		}
	}

	private static Map<String, Object> defaults() {
		Map<String, Object> defaults = new HashMap<>();
		defaults.put("spring.cloud.stream.kafka.binder.health-timeout", 4);
		defaults.put("spring.kafka.admin.properties.default.api.timeout.ms", 5000);
		defaults.put("spring.kafka.admin.properties.request.timeout.ms", 4000);
		defaults.put("spring.kafka.consumer.properties.default.api.timeout.ms", 5000);
		defaults.put("spring.kafka.consumer.isolation-level", "read-committed");
		defaults.put("logging.level.org.apache.kafka", "WARN");
		defaults.put("logging.level.org.apache.kafka.clients.NetworkClient", "ERROR");
		defaults.put("logging.level.org.apache.kafka.clients.Metadata", "ERROR");
		defaults.put("logging.level.org.apache.kafka.clients.producer.internals", "ERROR");
		defaults.put("logging.level.org.apache.kafka.clients.consumer.internals", "ERROR");
		// Warns of a close that we mean ("Overriding close timeout", see Confirmations).
		defaults.put("logging.level.org.apache.kafka.clients.producer.KafkaProducer", "ERROR");
		// What they report is thrown too, and told in one line by whoever tries again.
		defaults.put("logging.level.org.springframework.cloud.stream.binder.kafka.provisioning", "OFF");
		defaults.put("logging.level.org.springframework.kafka.core.KafkaAdmin", "OFF");
		return defaults;
	}

}
