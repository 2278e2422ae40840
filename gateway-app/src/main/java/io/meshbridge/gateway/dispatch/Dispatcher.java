package io.meshbridge.gateway.dispatch;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.retry.RetryRegistry;
import io.meshbridge.bridge.SendException;
import io.meshbridge.gateway.GatewayProperties;
import io.meshbridge.gateway.bindings.BindingRegistry;
import io.meshbridge.gateway.bindings.EventSender;
import io.meshbridge.rules.DeliveryPolicy;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteTarget;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Makes routes ready to take events.
 */
@Component
public class Dispatcher implements DisposableBean {

	private static final Duration SWEEP_INTERVAL = Duration.ofMillis(250);

	private final BindingRegistry bindings;

	private final Replies.Limits replyLimits;

	private final MeterRegistry meters;

	private final RetryRegistry retries;

	private final Clock clock;

	private final DeliveryTimer timer = new DeliveryTimer();

	private final Set<RouteDispatch> active = ConcurrentHashMap.newKeySet();

	Dispatcher(BindingRegistry bindings, GatewayProperties properties, MeterRegistry meters, RetryRegistry retries,
			Clock clock) {
		this.bindings = bindings;
		this.replyLimits = new Replies.Limits(properties.maxReplyHops(),
				(int) Math.min(properties.maxEventSize().toBytes(), Integer.MAX_VALUE));
		this.meters = meters;
		this.retries = retries;
		this.clock = clock;
		this.timer.every(SWEEP_INTERVAL, this::expire);
	}

	private void expire() {
		long now = System.nanoTime();
		this.active.forEach((route) -> route.expire(now));
	}

	/**
	 * Opens the route's targets and makes it ready.
	 */
	public RouteDispatch activate(Route route) {
		DeliveryCounters counters = DeliveryCounters.of(route.id(), route.accept(), this.meters);
		List<Delivery> deliveries = new ArrayList<>();
		for (RouteTarget target : route.to()) {
			EventSender binding = this.bindings.target(target.endpoint());
			Retry retry = retry(route.id() + " to " + target.endpoint(), route.delivery());
			deliveries.add(new Delivery(route.id(), target, binding, sink(route), replies(route, counters),
					route.delivery(), retry, this.timer, counters));
		}
		RouteDispatch dispatch = new RouteDispatch(route, deliveries, counters);
		this.active.add(dispatch);
		return dispatch;
	}

	private @Nullable Replies replies(Route route, DeliveryCounters counters) {
		return (route.replyTo() == null) ? null : new Replies(route.id(), this.bindings.target(route.replyTo()),
				sink(route), route.delivery().timeout(), this.replyLimits, counters);
	}

	private @Nullable DeadLetterSink sink(Route route) {
		DeliveryPolicy policy = route.delivery();
		if (policy.deadLetterSink() == null) {
			return null;
		}
		EventSender binding = this.bindings.target(policy.deadLetterSink());
		return new DeadLetterSink(binding, retry(route.id() + " to dead letter sink", policy), policy.timeout(),
				this.timer, this.clock);
	}

	private Retry retry(String name, DeliveryPolicy policy) {
		RetryConfig config = RetryConfig.custom()
			.maxAttempts(policy.retry() + 1)
			.intervalBiFunction((attempt, outcome) -> waitMillis(policy, attempt, outcome))
			.retryOnException((failure) -> !(failure instanceof SendException known) || !known.permanent())
			.build();
		// A route of this name may have been active before, with another policy.
		this.retries.remove(name);
		return this.retries.retry(name, config);
	}

	private static long waitMillis(DeliveryPolicy policy, int attempt, Either<Throwable, Object> outcome) {
		Duration wait = policy.backoff(attempt);
		Duration asked = (outcome.isLeft() && outcome.getLeft() instanceof SendException known) ? known.retryAfter()
				: null;
		if (asked != null && asked.compareTo(wait) > 0) {
			wait = (asked.compareTo(policy.backoffMaxDelay()) < 0) ? asked : policy.backoffMaxDelay();
		}
		return wait.toMillis();
	}

	/**
	 * Ends a route: what is left of it is handed back to the sources.
	 */
	public void deactivate(RouteDispatch route) {
		route.close();
		this.active.remove(route);
	}

	@Override
	public void destroy() {
		this.timer.close();
	}

}
