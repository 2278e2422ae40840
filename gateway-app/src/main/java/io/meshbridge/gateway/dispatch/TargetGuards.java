package io.meshbridge.gateway.dispatch;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.core.Registry;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.retry.RetryRegistry;
import io.meshbridge.bridge.SendException;
import io.meshbridge.gateway.GatewayProperties;
import io.meshbridge.gateway.bindings.EventSender;
import io.meshbridge.gateway.bindings.TargetBinding;
import io.meshbridge.rules.DeliveryPolicy;
import io.meshbridge.rules.RateLimit;
import org.jspecify.annotations.Nullable;

/**
 * Makes the Resilience4j objects that stand between routes and their targets, each with a
 * configuration of its own, and takes them out of the registries again, whose metrics and
 * events are then gone too. Thread-safe.
 */
final class TargetGuards {

	/** It is us who end an outage, see {@link TargetBreaker}. */
	private static final Duration NEVER = Duration.ofDays(365);

	private final Registries registries;

	private final CircuitBreakerConfig breakerConfig;

	private final DeliveryTimer timer;

	private final DoubleSupplier chance;

	/** Guarded by this. */
	private final Map<EventSender, TargetBreaker> breakers = new HashMap<>();

	private volatile Runnable outageListener = () -> {
	};

	/**
	 * Where metrics and events are read from.
	 */
	record Registries(CircuitBreakerRegistry breakers, RetryRegistry retries, RateLimiterRegistry limiters,
			BulkheadRegistry bulkheads) {
	}

	/**
	 * Makes the factory.
	 * @param chance from 0 to 1, evenly spread, for jitter
	 */
	TargetGuards(Registries registries, GatewayProperties.Breaker breaker, DeliveryTimer timer, DoubleSupplier chance) {
		this.registries = registries;
		this.timer = timer;
		this.chance = chance;
		this.breakerConfig = CircuitBreakerConfig.custom()
			.slidingWindow(breaker.window(), breaker.minimumEvents(), SlidingWindowType.COUNT_BASED,
					SlidingWindowSynchronizationStrategy.LOCK_FREE)
			.failureRateThreshold(breaker.failureRate())
			.permittedNumberOfCallsInHalfOpenState(1)
			.waitDurationInOpenState(NEVER)
			.build();
	}

	/**
	 * Hears, on the timer's thread, that sources may have to wait, or need not any more.
	 */
	void onOutage(Runnable listener) {
		this.outageListener = listener;
	}

	/**
	 * The way to a target.
	 */
	Gate gate(Leg leg) {
		DeliveryPolicy policy = leg.target().delivery();
		return new Gate(breaker(leg.binding()),
				new Gate.Rules(policy.onOutage() == DeliveryPolicy.OnOutage.PAUSE, policy.backoff().maxDelay(),
						bulkhead(leg.toString(), policy.maxInFlight()), limiter(leg.toString(), policy.rateLimit())),
				this.timer);
	}

	/**
	 * The way to a dead letter sink; there is nothing to do but wait while it is out.
	 */
	Gate sinkGate(EventSender sink, DeliveryPolicy policy) {
		return new Gate(breaker(sink), new Gate.Rules(true, policy.backoff().maxDelay(), null, null), this.timer);
	}

	private synchronized TargetBreaker breaker(EventSender target) {
		return this.breakers.computeIfAbsent(target, (missing) -> {
			String name = target.toString();
			this.registries.breakers().remove(name);
			TargetBreaker breaker = new TargetBreaker(target,
					this.registries.breakers().circuitBreaker(name, this.breakerConfig), this.timer,
					() -> this.outageListener.run());
			if (target instanceof TargetBinding binding) {
				binding.whenBound(breaker::probeNow);
			}
			return breaker;
		});
	}

	private @Nullable Bulkhead bulkhead(String name, int maxInFlight) {
		this.registries.bulkheads().remove(name);
		return (maxInFlight == 0) ? null : this.registries.bulkheads()
			.bulkhead(name,
					BulkheadConfig.custom().maxConcurrentCalls(maxInFlight).maxWaitDuration(Duration.ZERO).build());
	}

	private @Nullable RateLimiter limiter(String name, @Nullable RateLimit limit) {
		this.registries.limiters().remove(name);
		return (limit == null) ? null : this.registries.limiters()
			.rateLimiter(name, RateLimiterConfig.custom()
				.limitForPeriod(limit.events())
				.limitRefreshPeriod(limit.per())
				// How far ahead a permission may be reserved, not how
				// long a thread would wait.
				.timeoutDuration(limit.per().multipliedBy(2))
				.build());
	}

	/**
	 * When an event is tried again.
	 */
	Retry retry(String name, DeliveryPolicy policy) {
		RetryConfig config = RetryConfig.custom()
			.maxAttempts(policy.retry() + 1)
			.intervalBiFunction((attempt, outcome) -> waitMillis(policy, attempt, outcome))
			.retryOnException((failure) -> !(failure instanceof SendException known) || !known.permanent())
			.build();
		// A route of this name may have been active before, with another policy.
		this.registries.retries().remove(name);
		return this.registries.retries().retry(name, config);
	}

	/**
	 * As long as the back-off says, or as long as the target asked for if that is longer,
	 * up to the limit.
	 */
	private long waitMillis(DeliveryPolicy policy, int attempt, Either<Throwable, Object> outcome) {
		Duration wait = policy.backoff().before(attempt, this.chance.getAsDouble());
		Duration asked = (outcome.isLeft() && outcome.getLeft() instanceof SendException known) ? known.retryAfter()
				: null;
		if (asked != null) {
			Duration granted = (asked.compareTo(policy.retryAfterMax()) < 0) ? asked : policy.retryAfterMax();
			wait = (granted.compareTo(wait) > 0) ? granted : wait;
		}
		return wait.toMillis();
	}

	/**
	 * Takes away what belongs to one delivery.
	 */
	synchronized void remove(Gate gate, Retry retry) {
		remove(this.registries.retries(), retry.getName(), retry);
		Bulkhead bulkhead = gate.rules().bulkhead();
		if (bulkhead != null) {
			remove(this.registries.bulkheads(), bulkhead.getName(), bulkhead);
		}
		RateLimiter limiter = gate.rules().limiter();
		if (limiter != null) {
			remove(this.registries.limiters(), limiter.getName(), limiter);
		}
		TargetBreaker breaker = gate.breaker();
		if (breaker.leave(gate)) {
			this.breakers.values().remove(breaker);
			remove(this.registries.breakers(), breaker.circuitBreaker().getName(), breaker.circuitBreaker());
		}
	}

	/**
	 * Another of the same name may have taken its place.
	 */
	private static <T> void remove(Registry<T, ?> registry, String name, T entry) {
		Optional<T> present = registry.find(name);
		if (present.isPresent() && present.get() == entry) {
			registry.remove(name);
		}
	}

}
