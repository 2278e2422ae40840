package io.meshbridge.gateway.dispatch;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.SendException;
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

	private final @Nullable Maker maker;

	private final HandOver handOver = new HandOver();

	/** Events that are being made. */
	private final Set<CompletableFuture<?>> making = ConcurrentHashMap.newKeySet();

	/**
	 * Makes an outlet.
	 * @param maker of the target alone; {@code null} where it has none
	 */
	Outlet(Delivery delivery, @Nullable Maker maker) {
		this.delivery = delivery;
		this.maker = maker;
	}

	/**
	 * Takes one event on; see {@link Delivery#deliver}.
	 * @param ofRoute what the route makes of the event; {@code null} where it leaves it
	 * as it is
	 */
	CompletableFuture<Void> deliver(RoutedEvent event, @Nullable CompletableFuture<CloudEvent> ofRoute) {
		if (ofRoute == null && this.maker == null) {
			return this.delivery.deliver(event);
		}
		return prepared(event, ofRoute,
				(outgoing, result) -> pass(this.delivery.deliver(event.sentAs(outgoing)), result),
				(failure, result) -> pass(this.delivery.deadLetterOnly(event, failure), result));
	}

	/**
	 * Takes one event on that was a dead letter; see {@link Delivery#replay}.
	 */
	CompletableFuture<Boolean> replay(RoutedEvent event, @Nullable CompletableFuture<CloudEvent> ofRoute) {
		if (ofRoute == null && this.maker == null) {
			return this.delivery.replay(event);
		}
		return prepared(event, ofRoute,
				(outgoing, result) -> pass(this.delivery.replay(event.sentAs(outgoing)), result),
				(failure, result) -> pass(
						this.delivery.deadLetterOnly(event, failure).thenApply((nothing) -> Boolean.FALSE), result));
	}

	private <T> CompletableFuture<T> prepared(RoutedEvent event, @Nullable CompletableFuture<CloudEvent> ofRoute,
			BiConsumer<CloudEvent, CompletableFuture<T>> deliver,
			BiConsumer<SendException, CompletableFuture<T>> deadLetter) {
		CompletableFuture<CloudEvent> made = made(event.event(), ofRoute);
		CompletableFuture<T> result = new CompletableFuture<>();
		this.making.add(result);
		this.handOver.inTurn(event.orderKey(this.delivery.leg().target()), made, () -> {
			made.whenComplete((outgoing, failure) -> {
				if (failure == null) {
					deliver.accept(outgoing, result);
				}
				else {
					deadLetter.accept(failure(failure), result);
				}
			});
			this.making.remove(result);
		});
		return result;
	}

	private CompletableFuture<CloudEvent> made(CloudEvent event, @Nullable CompletableFuture<CloudEvent> ofRoute) {
		Maker own = this.maker;
		if (ofRoute == null) {
			return (own == null) ? CompletableFuture.completedFuture(event) : own.make(event);
		}
		return (own == null) ? ofRoute : ofRoute.thenCompose(own::make);
	}

	private SendException failure(Throwable failure) {
		Throwable cause = SendFailure.cause(failure);
		return SendException.permanent("TRANSFORM", this.delivery.leg() + ": " + cause.getMessage(), cause);
	}

	private static <T> void pass(CompletableFuture<T> from, CompletableFuture<T> to) {
		from.whenComplete((value, failure) -> {
			if (failure == null) {
				to.complete(value);
			}
			else {
				to.completeExceptionally(failure);
			}
		});
	}

	Delivery delivery() {
		return this.delivery;
	}

	/**
	 * Number of events that are being made, or not settled.
	 */
	int inFlight() {
		return this.making.size() + this.delivery.inFlight();
	}

	/**
	 * Completes when all that is in flight now has ended in some way.
	 */
	CompletableFuture<Void> drained() {
		CompletableFuture<?>[] open = this.making.stream()
			.map((result) -> result.handle((value, failure) -> null))
			.toArray(CompletableFuture[]::new);
		return CompletableFuture.allOf(CompletableFuture.allOf(open), this.delivery.drained());
	}

	/**
	 * Makes an event of an event: at once, or on a thread of its own where that takes
	 * time.
	 */
	record Maker(Transform transform, TransformLimits limits, TransformThreads.Work work) {

		CompletableFuture<CloudEvent> make(CloudEvent event) {
			if (this.transform.readsData()) {
				return this.work.ask(() -> this.transform.apply(event, this.limits));
			}
			try {
				return CompletableFuture.completedFuture(this.transform.apply(event, this.limits));
			}
			catch (TransformException ex) {
				return CompletableFuture.failedFuture(ex);
			}
		}

	}

}
