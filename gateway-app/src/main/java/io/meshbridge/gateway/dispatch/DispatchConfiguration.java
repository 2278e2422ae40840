package io.meshbridge.gateway.dispatch;

import java.time.Clock;

import io.github.resilience4j.micrometer.tagged.TaggedRetryMetrics;
import io.github.resilience4j.retry.RetryRegistry;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What dispatch is built on.
 */
@Configuration(proxyBeanMethods = false)
class DispatchConfiguration {

	@Bean
	Clock clock() {
		return Clock.systemUTC();
	}

	@Bean
	RetryRegistry retryRegistry(MeterRegistry meters) {
		RetryRegistry registry = RetryRegistry.ofDefaults();
		TaggedRetryMetrics.ofRetryRegistry(registry).bindTo(meters);
		return registry;
	}

}
