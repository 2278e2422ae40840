package io.meshbridge.gateway.dispatch;

import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.SendException;
import io.meshbridge.gateway.duplicates.DuplicateWindow;
import io.meshbridge.rules.Route;
import org.jspecify.annotations.Nullable;

/**
 * One active route: takes events that match it to all its targets. Thread-safe.
 */
public final class RouteDispatch {

	private final Route route;

	private final List<Outlet> outlets;

	private final List<Delivery> deliveries;

	/** Looks whether the data is as it must be; {@code null} where it may be anything. */
	private final Outlet.@Nullable Maker check;

	/** Makes what all targets get; {@code null} where they get the event as it is. */
	private final Outlet.@Nullable Maker maker;

	private final DeliveryCounters counters;

	private final String path;

	/** Else its events were counted when they matched the stage before. */
	private final boolean firstStage;

	/** What it has taken before, where that matters. */
	private final @Nullable DuplicateWindow before;

	private final FilterErrors filterErrors;

	RouteDispatch(Route route, List<Outlet> outlets, Outlet.@Nullable Maker check, Outlet.@Nullable Maker maker,
			DeliveryCounters counters, @Nullable DuplicateWindow before, InstantSource clock) {
		this.route = route;
		this.before = before;
		this.outlets = List.copyOf(outlets);
		this.deliveries = outlets.stream().map(Outlet::delivery).toList();
		this.check = check;
		this.maker = maker;
		this.counters = counters;
		this.path = Stream
			.concat(Stream.of(route.id()), deliveries.stream().map((delivery) -> delivery.leg().binding().toString()))
			.collect(Collectors.joining("\n"));
		this.firstStage = !route.readsOwnChannel();
		this.filterErrors = new FilterErrors(route.id(), route.onFilterError(), counters.filterErrors(), clock);
	}

	/**
	 * The rule.
	 */
	public Route route() {
		return this.route;
	}

	/**
	 * The id of the rule and its targets, one a line.
	 */
	public String path() {
		return this.path;
	}

	/**
	 * Live counters.
	 */
	public DeliveryCounters counters() {
		return this.counters;
	}

	/**
	 * Number of deliveries that are not settled yet.
	 */
	public int inFlight() {
		return this.outlets.stream().mapToInt(Outlet::inFlight).sum();
	}

	/**
	 * Hears of an event of which the route's filters can't say whether it matches.
	 * @param why what went wrong
	 * @return whether the route takes the event nonetheless, to its dead letter sink
	 */
	public boolean filterFailed(CloudEvent event, Supplier<String> why) {
		return this.filterErrors.add(event, why);
	}

	/**
	 * Takes an event to every target, without waiting.
	 * @return completes when each target, or the dead letter sink, holds it; fails with
	 * an {@link UndeliveredException} when all have ended and one was not taken
	 */
	public CompletableFuture<Void> dispatch(RoutedEvent event) {
		countMatched();
		DuplicateWindow window = this.before;
		return (window == null) ? deliver(event)
				: window.once(event.event(), () -> deliver(event), () -> duplicate(event));
	}

	private void duplicate(RoutedEvent event) {
		this.counters.duplicates().increment();
		this.deliveries.forEach((delivery) -> event.story().duplicate(delivery.leg()));
	}

	private CompletableFuture<Void> deliver(RoutedEvent event) {
		CompletableFuture<CloudEvent> made = made(event);
		if (this.outlets.size() == 1) {
			return this.outlets.get(0).deliver(event, made);
		}
		return CompletableFuture.allOf(
				this.outlets.stream().map((outlet) -> outlet.deliver(event, made)).toArray(CompletableFuture[]::new));
	}

	private @Nullable CompletableFuture<CloudEvent> made(RoutedEvent event) {
		Outlet.Maker making = this.maker;
		if (this.check == null) {
			return (making == null) ? null : making.make(event);
		}
		CompletableFuture<CloudEvent> checked = this.check.make(event);
		return (making == null) ? checked : checked.thenCompose((fit) -> making.make(event.sentAs(fit)));
	}

	/**
	 * Takes an event that no target can get, such as one that is no valid event, to the
	 * dead letter sink; it is counted as matched.
	 * @param failure why there is no point in trying the targets
	 */
	public CompletableFuture<Void> deadLetter(RoutedEvent event, SendException failure) {
		countMatched();
		return deadLetterOnly(event, failure);
	}

	/**
	 * Takes an event of which the filters can't say whether it matches to the dead letter
	 * sink.
	 * @param why what went wrong
	 */
	public CompletableFuture<Void> deadLetterUnfiltered(RoutedEvent event, String why) {
		return deadLetterOnly(event, SendException.permanent("FILTER",
				"the filters of route '" + this.route.id() + "' can't be evaluated: " + why, null));
	}

	private CompletableFuture<Void> deadLetterOnly(RoutedEvent event, SendException failure) {
		return this.deliveries.stream()
			.filter(Delivery::hasDeadLetterSink)
			.findFirst()
			.orElse(this.deliveries.get(0))
			.deadLetterOnly(event, failure);
	}

	/**
	 * Sends an event that was a dead letter to the one target that did not take it.
	 * @param target as the dead letter names it
	 * @return completes with whether the target took it, and not the dead letter sink;
	 * fails when neither did; {@code null} when this is no target of the route
	 */
	public @Nullable CompletableFuture<Boolean> replay(RoutedEvent event, String target) {
		for (Outlet outlet : this.outlets) {
			if (outlet.hasTarget(target)) {
				return outlet.replay(event, made(event));
			}
		}
		return null;
	}

	/**
	 * Whether this is a target of the route.
	 * @param target as dead letters name it
	 */
	public boolean hasTarget(String target) {
		return this.outlets.stream().anyMatch((outlet) -> outlet.hasTarget(target));
	}

	/**
	 * The targets as dead letters name them.
	 */
	public List<String> targets() {
		return this.deliveries.stream().map(Delivery::target).toList();
	}

	/**
	 * Whether there is somewhere to send what no target can get.
	 */
	public boolean hasDeadLetterSink() {
		return this.deliveries.stream().anyMatch(Delivery::hasDeadLetterSink);
	}

	/**
	 * Why a source that feeds nothing but this route should wait: all its targets are
	 * out. What a sender is told who can't wait; {@code null} while there is a target to
	 * send to.
	 */
	public @Nullable SendException outage() {
		for (Delivery delivery : this.deliveries) {
			if (!delivery.gate().holdsSources()) {
				return null;
			}
		}
		return this.deliveries.get(0).gate().breaker().refusal();
	}

	/**
	 * Whether all targets are out, also while one of them is looked at again.
	 */
	public boolean out() {
		return this.deliveries.stream().allMatch((delivery) -> delivery.gate().shut());
	}

	/**
	 * The state of each target, in the order of the rule.
	 */
	public List<TargetState> targetStates() {
		return this.deliveries.stream().map((delivery) -> delivery.gate().breaker().state()).toList();
	}

	List<Delivery> deliveries() {
		return this.deliveries;
	}

	private void countMatched() {
		if (this.firstStage) {
			this.counters.matched().increment();
		}
	}

	void expire(long nowNanos) {
		this.outlets.forEach((outlet) -> outlet.expire(nowNanos));
	}

	/**
	 * From now on nothing new is started; what waits for another attempt is handed back.
	 */
	public void startClosing() {
		this.outlets.forEach(Outlet::startClosing);
		Stream.of(this.check, this.maker).filter(Objects::nonNull).forEach((making) -> making.work().close());
	}

	/**
	 * Completes when nothing is in flight any more; never fails.
	 */
	public CompletableFuture<Void> drained() {
		return CompletableFuture.allOf(this.outlets.stream().map(Outlet::drained).toArray(CompletableFuture[]::new));
	}

	/**
	 * Hands back everything that is left.
	 */
	public void close() {
		this.outlets.forEach(Outlet::close);
	}

}
