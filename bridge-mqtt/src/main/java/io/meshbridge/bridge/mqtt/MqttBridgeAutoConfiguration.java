package io.meshbridge.bridge.mqtt;

import io.meshbridge.bridge.Bridge;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Registers the bridge with the gateway.
 */
@AutoConfiguration
public class MqttBridgeAutoConfiguration {

	@Bean
	Bridge mqttBridge() {
		return new MqttBridge();
	}

}
