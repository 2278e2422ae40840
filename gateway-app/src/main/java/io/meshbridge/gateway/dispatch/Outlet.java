package io.meshbridge.gateway.dispatch;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiFunction;
import java.util.stream.Stream;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.rules.transform.Transform;
import io.meshbridge.rules.transform.TransformException;
import io.meshbridge.rules.transform.TransformLimits;
import org.jspecify.annotations.Nullable;

/**
 * The way of a route to one of its targets: what the target gets is made of the event,
 * and then delivered, in the order in which events of one key came. Thread-safe.
 */
final class Outlet {

	private final Delivery delivery;

	/** Where each event names its own; {@code null} where all go to one. */
	private final @Nullable Destinations destinations;

	private final @Nullable Maker maker;

	private final boolean rejects;

	private final HandOver handOver;

	/** Whether an earlier version of the rule may still make something of its events. */
	private final boolean behind;

	/** Events that are being made. */
	private final Set<CompletableFuture<?>> making = ConcurrentHashMap.newKeySet();

	/**
	 * Makes an outlet.
	 * @param destinations where events name theirs; the delivery is then for those that
	 * name none
	 * @param maker of the target alone; {@code null} where it has none
	 * @param rejects whether a sender that waits hears that its data does not fit
	 */
	Outlet(Delivery delivery, @Nullable Destinations destinations, @Nullable Maker maker, boolean rejects) {
		this(delivery, destinations, maker, rejects, new HandOver(), false);
	}

	/**
	 * Makes an outlet that may take the place of another one.
	 * @param handOver who hands events over in the order of their keys, the same for both
	 * @param behind whether there is another one that makes something of its events
	 */
	Outlet(Delivery delivery, @Nullable Destinations destinations, @Nullable Maker maker, boolean rejects,
			HandOver handOver, boolean behind) {
		this.delivery = delivery;
		this.destinations = destinations;
		this.maker = maker;
		this.rejects = rejects;
		this.handOver = handOver;
		this.behind = behind;
	}

	/**
	 * Takes one event on; see {@link Delivery#deliver}.
	 * @param ofRoute what the route makes of the event; {@code null} where it leaves it
	 * as it is
	 */
	CompletableFuture<Void> deliver(RoutedEvent event, @Nullable CompletableFuture<CloudEvent> ofRoute) {
		if (ofRoute == null && !makes()) {
			return this.delivery.deliver(event);
		}
		return prepared(event, ofRoute, Delivery::deliver, null);
	}

	/**
	 * Takes one event on that was a dead letter; see {@link Delivery#replay}.
	 */
	CompletableFuture<Boolean> replay(RoutedEvent event, @Nullable CompletableFuture<CloudEvent> ofRoute) {
		if (ofRoute == null && !makes()) {
			return this.delivery.replay(event);
		}
		return prepared(event, ofRoute, Delivery::replay, false);
	}

	/**
	 * Whether events wait here before they are delivered.
	 */
	boolean makes() {
		return this.maker != null || this.destinations != null || this.behind;
	}

	private <T> CompletableFuture<T> prepared(RoutedEvent event, @Nullable CompletableFuture<CloudEvent> ofRoute,
			BiFunction<Delivery, RoutedEvent, CompletableFuture<T>> work, @Nullable T whenDeadLettered) {
		CompletableFuture<CloudEvent> made = made(event, ofRoute);
		CompletableFuture<T> result = new CompletableFuture<>();
		this.making.add(result);
		this.handOver.inTurn(event.orderKey(this.delivery.leg().target()), made, () -> {
			this.making.remove(result);
			made.whenComplete((outgoing, failure) -> {
				Exception refusal = (failure == null) ? null : refusal(event, failure);
				if (refusal != null) {
					this.delivery.refused(event, String.valueOf(refusal.getMessage()));
					result.completeExceptionally(refusal);
					return;
				}
				try {
					if (failure != null) {
						throw failure(failure);
					}
					RoutedEvent sent = event.sentAs(outgoing);
					pass((this.destinations == null) ? work.apply(this.delivery, sent)
							: this.destinations.deliver(outgoing, (chosen) -> work.apply(chosen, sent)), result);
				}
				catch (SendException ex) {
					pass(this.delivery.deadLetterOnly(event, ex).thenApply((nothing) -> whenDeadLettered), result);
				}
			});
		});
		return result;
	}

	private CompletableFuture<CloudEvent> made(RoutedEvent event, @Nullable CompletableFuture<CloudEvent> ofRoute) {
		Maker own = this.maker;
		if (ofRoute == null) {
			return (own == null) ? CompletableFuture.completedFuture(event.event()) : own.make(event);
		}
		return (own == null) ? ofRoute : ofRoute.thenCompose((outgoing) -> own.make(event.sentAs(outgoing)));
	}

	/**
	 * What a sender hears that waits for the answer; {@code null} when the event goes to
	 * the dead letter sink.
	 */
	private @Nullable Exception refusal(RoutedEvent event, Throwable failure) {
		Throwable cause = SendFailure.cause(failure);
		if (event.heldBySource() || !(cause instanceof TransformException problem)) {
			return null;
		}
		if (problem.inPassing()) {
			return new UndeliveredException(this.delivery.leg() + ": " + problem.getMessage(), SendException
				.transientFailure("SCHEMA_REGISTRY", this.delivery.leg() + ": " + problem.getMessage(), problem));
		}
		return (this.rejects && problem.unfit()) ? UnreadableMessageException.of(String.valueOf(problem.getMessage()))
				: null;
	}

	private SendException failure(Throwable failure) {
		Throwable cause = SendFailure.cause(failure);
		boolean unfit = cause instanceof TransformException problem && problem.unfit();
		return SendException.permanent(unfit ? "SCHEMA" : "TRANSFORM", this.delivery.leg() + ": " + cause.getMessage(),
				cause);
	}

	private static <T> void pass(CompletableFuture<? extends @Nullable T> from, CompletableFuture<T> to) {
		from.whenComplete((value, failure) -> {
			if (failure == null) {
				to.complete(value);
			}
			else {
				to.completeExceptionally(failure);
			}
		});
	}

	/**
	 * From now on nothing is made or sent any more, and all goes back to its source.
	 */
	void startClosing() {
		this.delivery.startClosing();
		if (this.destinations != null) {
			this.destinations.startClosing();
		}
	}

	/**
	 * Hands back everything that is left.
	 */
	void close() {
		this.delivery.close();
		if (this.destinations != null) {
			this.destinations.close();
		}
	}

	/**
	 * Looks after what takes too long. Called every now and then.
	 */
	void expire(long nowNanos) {
		deliveries().forEach((each) -> each.expire(nowNanos));
		if (this.destinations != null) {
			this.destinations.closeIdle();
		}
	}

	/**
	 * Whether its events go there.
	 * @param target as dead letters name it
	 */
	boolean hasTarget(String target) {
		return this.delivery.target().equals(target) || (this.destinations != null && this.destinations.allows(target));
	}

	Delivery delivery() {
		return this.delivery;
	}

	@Nullable Destinations destinations() {
		return this.destinations;
	}

	HandOver handOver() {
		return this.handOver;
	}

	/**
	 * Number of events that are being made.
	 */
	int making() {
		return this.making.size();
	}

	/**
	 * Completes when all that is being made now has ended in some way.
	 */
	CompletableFuture<Void> made() {
		return CompletableFuture.allOf(this.making.stream()
			.map((result) -> result.handle((value, failure) -> null))
			.toArray(CompletableFuture[]::new));
	}

	/**
	 * Number of events that are being made, or not settled.
	 */
	int inFlight() {
		return this.making.size() + deliveries().mapToInt(Delivery::inFlight).sum();
	}

	private Stream<Delivery> deliveries() {
		Stream<Delivery> own = Stream.of(this.delivery);
		return (this.destinations == null) ? own : Stream.concat(own, this.destinations.deliveries().stream());
	}

	/**
	 * Completes when all that is in flight now has ended in some way.
	 */
	CompletableFuture<Void> drained() {
		Stream<CompletableFuture<?>> open = this.making.stream()
			.map((result) -> result.handle((value, failure) -> null));
		return CompletableFuture
			.allOf(Stream.concat(open, deliveries().map(Delivery::drained)).toArray(CompletableFuture[]::new));
	}

	/**
	 * Makes an event of an event: at once, or on a thread of its own where that takes
	 * time. While something is missing that is needed for it, it is tried every second as
	 * long as the source holds the event.
	 */
	record Maker(Transform transform, TransformLimits limits, TransformThreads.Work work, DeliveryTimer timer) {

		private static final Duration PAUSE = Duration.ofSeconds(1);

		CompletableFuture<CloudEvent> make(RoutedEvent event) {
			if (this.transform.readsData()) {
				CompletableFuture<CloudEvent> made = new CompletableFuture<>();
				make(event, made);
				return made;
			}
			try {
				return CompletableFuture.completedFuture(this.transform.apply(event.sent(), this.limits));
			}
			catch (TransformException ex) {
				return CompletableFuture.failedFuture(ex);
			}
		}

		private void make(RoutedEvent event, CompletableFuture<CloudEvent> made) {
			this.work.ask(() -> this.transform.apply(event.sent(), this.limits)).whenComplete((outgoing, failure) -> {
				if (failure == null) {
					made.complete(outgoing);
				}
				else if (!event.heldBySource() || !(failure instanceof TransformException problem)
						|| !problem.inPassing() || !again(event, made)) {
					made.completeExceptionally(failure);
				}
			});
		}

		private boolean again(RoutedEvent event, CompletableFuture<CloudEvent> made) {
			try {
				this.timer.schedule(PAUSE, () -> make(event, made));
				return true;
			}
			catch (RejectedExecutionException ex) {
				return false;
			}
		}

	}

}
