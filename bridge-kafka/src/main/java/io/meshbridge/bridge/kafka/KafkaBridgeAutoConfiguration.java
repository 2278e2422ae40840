package io.meshbridge.bridge.kafka;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.util.unit.DataSize;

/**
 * Brings the Kafka bridge into the gateway.
 */
@AutoConfiguration
@EnableConfigurationProperties(KafkaBridgeProperties.class)
public final class KafkaBridgeAutoConfiguration {

	/** As {@code meshbridge.max-event-size} has it. */
	private static final DataSize DEFAULT_MAX_EVENT_SIZE = DataSize.ofMegabytes(1);

	@Bean
	static KafkaBridge kafkaBridge(KafkaBridgeProperties properties, Environment environment) {
		DataSize maxEventSize = Binder.get(environment)
			.bind("meshbridge.max-event-size", DataSize.class)
			.orElse(DEFAULT_MAX_EVENT_SIZE);
		return new KafkaBridge(properties, maxEventSize.toBytes());
	}

	@Bean
	static ShortBinding kafkaShortBinding() {
		return new ShortBinding();
	}

}
