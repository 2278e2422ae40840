package io.meshbridge.bridge.rabbit;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Adds the RabbitMQ bridge to the gateway.
 */
@AutoConfiguration
@EnableConfigurationProperties(RabbitBridgeProperties.class)
class RabbitBridgeAutoConfiguration {

	@Bean
	RabbitBridge rabbitBridge(RabbitBridgeProperties properties, Environment environment) {
		return new RabbitBridge(properties, environment);
	}

}
