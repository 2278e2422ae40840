package io.meshbridge.gateway.dispatch;

import java.time.Clock;

import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedBulkheadMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedRateLimiterMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedRetryMetrics;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
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

	@Bean
	CircuitBreakerRegistry circuitBreakerRegistry(MeterRegistry meters) {
		CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();
		TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(registry).bindTo(meters);
		return registry;
	}

	@Bean
	RateLimiterRegistry rateLimiterRegistry(MeterRegistry meters) {
		RateLimiterRegistry registry = RateLimiterRegistry.ofDefaults();
		TaggedRateLimiterMetrics.ofRateLimiterRegistry(registry).bindTo(meters);
		return registry;
	}

	@Bean
	BulkheadRegistry bulkheadRegistry(MeterRegistry meters) {
		BulkheadRegistry registry = BulkheadRegistry.ofDefaults();
		TaggedBulkheadMetrics.ofBulkheadRegistry(registry).bindTo(meters);
		return registry;
	}

}
