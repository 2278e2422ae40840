package io.meshbridge.gateway.dispatch;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import io.github.resilience4j.retry.RetryRegistry;
import io.meshbridge.gateway.GatewayProperties;
import io.meshbridge.gateway.bindings.EventSender;
import io.meshbridge.rules.Accept;
import io.meshbridge.rules.Backoff;
import io.meshbridge.rules.DeliveryPolicy;
import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.RateLimit;
import io.meshbridge.rules.RouteTarget;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Makes deliveries as the dispatcher does, over senders and a timer of the test.
 */
final class DeliverySetup {

	static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

	static final String REVISION = "0123456789ab";

	final DeliveryCounters counters;

	final CircuitBreakerRegistry breakers = CircuitBreakerRegistry.ofDefaults();

	final RetryRegistry retries = RetryRegistry.ofDefaults();

	final RateLimiterRegistry limiters = RateLimiterRegistry.ofDefaults();

	final BulkheadRegistry bulkheads = BulkheadRegistry.ofDefaults();

	/** How often sources were looked at. */
	final AtomicInteger steered = new AtomicInteger();

	/** What the next random number is. */
	volatile double chance;

	final TargetGuards guards;

	private final DeliveryTimer timer;

	private final String route;

	DeliverySetup(DeliveryTimer timer) {
		this(timer, "orders");
	}

	DeliverySetup(DeliveryTimer timer, String route) {
		this.timer = timer;
		this.route = route;
		this.counters = DeliveryCounters.of(route, Accept.DELIVERED, new SimpleMeterRegistry());
		this.guards = new TargetGuards(
				new TargetGuards.Registries(this.breakers, this.retries, this.limiters, this.bulkheads),
				new GatewayProperties.Breaker(50, 5, 100), timer, () -> this.chance);
		this.guards.onOutage(this.steered::incrementAndGet);
	}

	Delivery delivery(EventSender to, @Nullable EventSender deadLetters, DeliveryPolicy policy) {
		return delivery(to, new Endpoint.AtBinder("kafka", "scripted"), deadLetters, null, policy);
	}

	Delivery delivery(EventSender to, Endpoint endpoint, @Nullable EventSender deadLetters,
			@Nullable EventSender replyTo, DeliveryPolicy policy) {
		return delivery(to, new RouteTarget(endpoint, false, null, policy), deadLetters, replyTo);
	}

	Delivery delivery(EventSender to, RouteTarget target, @Nullable EventSender deadLetters,
			@Nullable EventSender replyTo) {
		DeliveryPolicy policy = target.delivery();
		Leg leg = new Leg(this.route, target, to, REVISION);
		DeadLetterSink sink = (deadLetters == null) ? null
				: new DeadLetterSink(deadLetters, policy, this.guards.sinkGate(deadLetters, policy),
						this.guards.retry(leg + ", dead letter sink", policy), this.timer);
		Replies replies = (replyTo == null) ? null : new Replies(this.route, replyTo, sink, policy.timeout(),
				new Replies.Limits(RepliesTests.MOST_HOPS, RepliesTests.MOST_BYTES), this.counters);
		return new Delivery(leg, this.guards.gate(leg),
				new Recovery(leg, this.guards.retry(leg.toString(), policy), sink, this.timer, this.counters), replies,
				this.timer, this.counters);
	}

	static DeliveryPolicy policy(int retry, Duration delay, Duration maxDelay) {
		return policy(retry, new Backoff(Backoff.Policy.LINEAR, delay, maxDelay, 0), DeliveryPolicy.OnOutage.PAUSE);
	}

	static DeliveryPolicy policy(int retry, Backoff backoff, DeliveryPolicy.OnOutage onOutage) {
		return new DeliveryPolicy(retry, backoff, Duration.ofSeconds(30), Duration.ofSeconds(30), null,
				DeliveryPolicy.Order.KEY, onOutage, null, 0, DeliveryPolicy.OnExpiry.DEAD_LETTER);
	}

	static DeliveryPolicy limited(DeliveryPolicy policy, @Nullable RateLimit rate, int maxInFlight) {
		return new DeliveryPolicy(policy.retry(), policy.backoff(), policy.timeout(), policy.retryAfterMax(), null,
				policy.order(), policy.onOutage(), rate, maxInFlight, policy.onExpiry());
	}

	static RoutedEvent event(String id, @Nullable String key) {
		return new RoutedEvent(sample(id), key, null, true);
	}

	/** An event whose sender waits for the answer. */
	static RoutedEvent urgent(String id) {
		return new RoutedEvent(sample(id), null, null, false);
	}

	static CloudEvent sample(String id) {
		return CloudEventBuilder.v1().withId(id).withSource(URI.create("/orders")).withType("order.placed").build();
	}

}
