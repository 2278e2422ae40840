package io.meshbridge.bridge.test.memory;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Uses the bridge that the harness gives.
 */
@AutoConfiguration
class MemoryBridgeAutoConfiguration {

	@Bean
	MemoryBridge memoryBridge(Environment environment) {
		return environment.getRequiredProperty("memory.bridge", MemoryBridge.class);
	}

}
