package io.meshbridge.gateway.dispatch;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import io.github.resilience4j.retry.RetryRegistry;
import io.meshbridge.gateway.GatewayProperties;
import io.meshbridge.gateway.bindings.BindingRegistry;
import io.meshbridge.gateway.bindings.EventSender;
import io.meshbridge.gateway.duplicates.DuplicateWindows;
import io.meshbridge.rules.DeliveryPolicy;
import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteTarget;
import io.meshbridge.rules.SchemaRule;
import io.meshbridge.rules.transform.Transform;
import io.meshbridge.rules.transform.TransformLimits;
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

	private final DuplicateWindows duplicates;

	private final Clock clock;

	private final TimerThread timer;

	private final TransformLimits transformLimits;

	private final TransformThreads transformThreads = new TransformThreads();

	private final TargetGuards guards;

	private final Set<RouteDispatch> active = ConcurrentHashMap.newKeySet();

	Dispatcher(BindingRegistry bindings, GatewayProperties properties, MeterRegistry meters,
			CircuitBreakerRegistry breakers, RetryRegistry retries, RateLimiterRegistry limiters,
			BulkheadRegistry bulkheads, Clock clock, DuplicateWindows duplicates) {
		this.bindings = bindings;
		this.transformLimits = properties.transformLimits(new RegistryLog(properties.schemaRegistry().url()));
		this.replyLimits = new Replies.Limits(properties.maxReplyHops(), this.transformLimits.resultBytes());
		this.meters = meters;
		this.duplicates = duplicates;
		this.clock = clock;
		this.timer = new TimerThread(clock);
		this.guards = new TargetGuards(new TargetGuards.Registries(breakers, retries, limiters, bulkheads),
				properties.breaker(), this.timer, () -> ThreadLocalRandom.current().nextDouble());
		this.timer.every(SWEEP_INTERVAL, this::expire);
	}

	private void expire() {
		long now = this.timer.nanoTime();
		this.active.forEach((route) -> route.expire(now));
	}

	/**
	 * What one transform of one event may use.
	 */
	public TransformLimits transformLimits() {
		return this.transformLimits;
	}

	/**
	 * Hears, on a thread that must not be kept, that a target is out or back.
	 */
	public void onOutage(Runnable listener) {
		this.guards.onOutage(listener);
	}

	/**
	 * Opens the route's targets and makes it ready.
	 * @param before the version of the rule that it shall {@link #replace}, or
	 * {@code null}
	 */
	public RouteDispatch activate(Route route, @Nullable RouteDispatch before) {
		DeliveryCounters counters = DeliveryCounters.of(route.id(), route.accept(), this.meters);
		TransformThreads.Work work = this.transformThreads.work(route.id());
		List<Outlet> outlets = new ArrayList<>();
		for (RouteTarget target : route.to()) {
			outlets.add(outlet(route, target, before, work, counters));
		}
		SchemaRule schema = route.schema();
		RouteDispatch dispatch = new RouteDispatch(route, outlets,
				(schema == null) ? null : maker(schema.check(), work), maker(route.transform(), work), work, counters,
				(route.deduplicate() == null) ? null : this.duplicates.of(route.id(), route.deduplicate()), this.clock);
		this.active.add(dispatch);
		return dispatch;
	}

	private Outlet outlet(Route route, RouteTarget target, @Nullable RouteDispatch before, TransformThreads.Work work,
			DeliveryCounters counters) {
		boolean rejects = route.schema() != null && route.schema().reject();
		Outlet.Maker maker = maker(target.transform(), work);
		Outlet present = (before == null) ? null : before.unchanged(route, target);
		// What an earlier version of the rule still makes is ahead of what comes now.
		HandOver ahead = (before == null) ? null : before.making(target.endpoint());
		boolean behind = ahead != null;
		HandOver handOver = (ahead == null) ? new HandOver() : ahead;
		if (present != null) {
			return new Outlet(present.delivery(), present.destinations(), maker, rejects, handOver, behind);
		}
		if (target.endpoint() instanceof Endpoint.AtTemplate template) {
			Destinations destinations = new Destinations(template.dynamic(),
					(endpoint) -> delivery(route, target.at(endpoint), this.bindings.borrow(endpoint), counters),
					(delivery) -> {
						forget(delivery);
						this.bindings.giveBack(delivery.leg().target().endpoint());
					}, this.timer);
			return new Outlet(delivery(route, target, new NamedByEvents(template), counters), destinations, maker,
					rejects, handOver, behind);
		}
		EventSender binding = this.bindings.target(target.endpoint(), route.to().size());
		return new Outlet(delivery(route, target, binding, counters), null, maker, rejects, handOver, behind);
	}

	private Outlet.@Nullable Maker maker(@Nullable Transform transform, TransformThreads.Work work) {
		return (transform == null) ? null : new Outlet.Maker(transform, this.transformLimits, work, this.timer);
	}

	/**
	 * Puts a route in the place of another version of its rule, with all that this one
	 * has not sent yet. Who still has the one before in his hands may go on to use it.
	 */
	public void replace(RouteDispatch before, RouteDispatch after) {
		after.deliveries().forEach((delivery) -> delivery.leg().rule().set(after.route().revision()));
		before.handOver(after);
	}

	/**
	 * Lets a route deliver what an earlier version of its rule still has for one of its
	 * targets, so that both don't send there at once.
	 */
	public void continueWith(RouteDispatch earlier, RouteDispatch later) {
		earlier.leaveTo(later);
	}

	private Delivery delivery(Route route, RouteTarget target, EventSender binding, DeliveryCounters counters) {
		Leg leg = new Leg(route.id(), target, binding, route.revision());
		DeadLetterSink sink = sink(leg);
		Recovery recovery = new Recovery(leg, this.guards.retry(leg.toString(), target.delivery()), sink, this.timer,
				counters);
		Endpoint replyTo = route.replyTo();
		Replies replies = (replyTo == null) ? null : new Replies(route.id(), this.bindings.target(replyTo), sink,
				target.delivery().timeout(), this.replyLimits, counters);
		return new Delivery(leg, this.guards.gate(leg), recovery, replies, this.timer, counters);
	}

	private @Nullable DeadLetterSink sink(Leg leg) {
		DeliveryPolicy policy = leg.target().delivery();
		if (policy.deadLetterSink() == null) {
			return null;
		}
		EventSender binding = this.bindings.target(policy.deadLetterSink());
		return new DeadLetterSink(binding, policy, this.guards.sinkGate(binding, policy),
				this.guards.retry(leg + ", dead letter sink", policy), this.timer);
	}

	/**
	 * Forgets which events came before to any but these routes.
	 */
	public void retainDuplicates(Set<String> routes) {
		this.duplicates.retain(routes);
	}

	/**
	 * Ends a route: what is left of it is handed back to the sources, or over to who took
	 * its place.
	 */
	public void deactivate(RouteDispatch route) {
		route.close();
		this.active.remove(route);
		route.ending().forEach((delivery) -> {
			delivery.unlink();
			forget(delivery);
		});
	}

	private void forget(Delivery delivery) {
		Recovery recovery = delivery.recovery();
		this.guards.remove(delivery.gate(), recovery.retry());
		DeadLetterSink sink = recovery.deadLetterSink();
		if (sink != null) {
			this.guards.remove(sink.gate(), sink.retry());
		}
	}

	@Override
	public void destroy() {
		this.transformThreads.close();
		this.timer.close();
	}

}
