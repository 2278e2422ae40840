package io.meshbridge.bridge.test.memory;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * What Spring Cloud Stream loads for the binder type {@code memory}.
 */
@Configuration(proxyBeanMethods = false)
class MemoryBinderConfiguration {

	@Bean
	MemoryBinder memoryBinder(Environment environment) {
		return new MemoryBinder(environment.getRequiredProperty("memory.broker", MemoryBroker.class));
	}

}
