package io.meshbridge.gateway.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.SendException;
import io.meshbridge.gateway.duplicates.DuplicateWindow;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteTarget;
import org.jspecify.annotations.Nullable;

/**
 * One active route: takes events that match it to all its targets. When its rule is
 * replaced, the deliveries that stay the same are those of the new one too. Thread-safe.
 */
public final class RouteDispatch {

	/** Replaced by one that says the same elsewhere in its file. */
	private volatile Route route;

	private final List<Delivery> deliveries;

	/** Those that end with this one; fewer once another has taken over. */
	private volatile List<Delivery> ending;

	private volatile boolean replaced;

	private final DeliveryCounters counters;

	private final String path;

	/** Else its events were counted when they matched the stage before. */
	private final boolean firstStage;

	/** What it has taken before, where that matters. */
	private final @Nullable DuplicateWindow before;

	RouteDispatch(Route route, List<Delivery> deliveries, DeliveryCounters counters, @Nullable DuplicateWindow before) {
		this.route = route;
		this.before = before;
		this.deliveries = List.copyOf(deliveries);
		this.ending = this.deliveries;
		this.counters = counters;
		this.path = Stream
			.concat(Stream.of(route.id()), deliveries.stream().map((delivery) -> delivery.leg().binding().toString()))
			.collect(Collectors.joining("\n"));
		this.firstStage = !route.readsOwnChannel();
	}

	/**
	 * The rule.
	 */
	public Route route() {
		return this.route;
	}

	/**
	 * Hears where the same rule stands now.
	 */
	public void moved(Route same) {
		this.route = same;
	}

	/**
	 * The delivery that another version of the rule can have as it is, or {@code null}.
	 */
	@Nullable Delivery unchanged(Route other, RouteTarget target) {
		if (other.accept() != this.route.accept() || !Objects.equals(other.replyTo(), this.route.replyTo())) {
			return null;
		}
		return this.deliveries.stream()
			.filter((delivery) -> delivery.leg().target().equals(target) && !delivery.handsOver())
			.findFirst()
			.orElse(null);
	}

	/**
	 * From now on another version of the rule delivers. What is not under way to a target
	 * that both have goes there; where one target took the place of another, and nothing
	 * else has changed, to that.
	 */
	void handOver(RouteDispatch next) {
		List<Delivery> gone = new ArrayList<>(this.deliveries);
		gone.removeAll(next.deliveries);
		List<Delivery> added = new ArrayList<>(next.deliveries);
		added.removeAll(this.deliveries);
		this.ending = List.copyOf(gone);
		this.replaced = true;
		for (Delivery old : List.copyOf(gone)) {
			for (Delivery young : List.copyOf(added)) {
				if (old.leg().target().endpoint().equals(young.leg().target().endpoint())) {
					gone.remove(old);
					added.remove(young);
					old.handOver(young);
				}
			}
		}
		if (gone.size() == 1 && added.size() == 1 && this.route.takesTheSame(next.route)) {
			gone.get(0).handOver(added.get(0));
		}
	}

	/**
	 * Lets a later version of the rule, which is not the next, deliver what is left for a
	 * target that both have and the next had not.
	 */
	void leaveTo(RouteDispatch later) {
		for (Delivery old : this.ending) {
			for (Delivery young : later.deliveries) {
				if (!old.handsOver() && !young.follows() && old != young
						&& old.leg().target().endpoint().equals(young.leg().target().endpoint())) {
					old.handOver(young);
				}
			}
		}
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
		return this.deliveries.stream().mapToInt(Delivery::inFlight).sum();
	}

	/**
	 * Whether the route's filters let the event through.
	 */
	public boolean matches(CloudEvent event) {
		return this.route.filter().matches(event);
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
		if (this.deliveries.size() == 1) {
			return this.deliveries.get(0).deliver(event);
		}
		return CompletableFuture.allOf(
				this.deliveries.stream().map((delivery) -> delivery.deliver(event)).toArray(CompletableFuture[]::new));
	}

	/**
	 * Takes an event that no target can get, such as one that is no valid event, to the
	 * dead letter sink; it is counted as matched.
	 * @param failure why there is no point in trying the targets
	 */
	public CompletableFuture<Void> deadLetter(RoutedEvent event, SendException failure) {
		countMatched();
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
		for (Delivery delivery : this.deliveries) {
			if (delivery.target().equals(target)) {
				return delivery.replay(event);
			}
		}
		return null;
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

	/**
	 * Whether another version of the rule has taken over.
	 */
	public boolean replaced() {
		return this.replaced;
	}

	List<Delivery> deliveries() {
		return this.deliveries;
	}

	/**
	 * Those that no other version of the rule has.
	 */
	List<Delivery> ending() {
		return this.ending;
	}

	/**
	 * Whether nothing is left of what ends with this one.
	 */
	public boolean ended() {
		return this.ending.stream().allMatch((delivery) -> delivery.inFlight() == 0);
	}

	private void countMatched() {
		if (this.firstStage) {
			this.counters.matched().increment();
		}
	}

	void expire(long nowNanos) {
		this.deliveries.forEach((delivery) -> delivery.expire(nowNanos));
	}

	/**
	 * From now on nothing new is started; what waits for another attempt is handed back.
	 */
	public void startClosing() {
		this.ending.forEach(Delivery::startClosing);
	}

	/**
	 * Completes when nothing is in flight any more; never fails.
	 */
	public CompletableFuture<Void> drained() {
		return CompletableFuture.allOf(this.ending.stream().map(Delivery::drained).toArray(CompletableFuture[]::new));
	}

	/**
	 * Hands back everything that is left.
	 */
	public void close() {
		this.ending.forEach(Delivery::close);
	}

}
