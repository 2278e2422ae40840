package io.meshbridge.bridge.amqp10;

import io.meshbridge.bridge.Bridge;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Registers the bridge with the gateway.
 */
@AutoConfiguration
public class Amqp10BridgeAutoConfiguration {

	@Bean
	Bridge amqp10Bridge() {
		return new Amqp10Bridge();
	}

}
