package io.meshbridge.gateway.dispatch;

import java.time.DateTimeException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import io.meshbridge.bridge.SendException;
import io.meshbridge.gateway.bindings.EventSender;
import io.meshbridge.rules.Delay;
import io.meshbridge.rules.DeliveryPolicy;
import io.meshbridge.rules.RouteTarget;
import org.jspecify.annotations.Nullable;

/**
 * Gets the events of one route to one of its targets, or to the dead letter sink.
 * <p>
 * Events of one key leave in the order they were handed over; a failing one holds back
 * its own key only ({@link Lane}). Each of the {@link Attempts} passes the target's
 * {@link Gate}, and what follows a failed one is up to {@link Recovery}.
 * <p>
 * When its rule is replaced by one with the same target, what has not left yet goes to
 * the {@link #handOver new delivery}, in order, and what has left and fails follows; no
 * event of a key leaves there before all of that key have ended here. Thread-safe.
 */
final class Delivery implements Gate.Owner, Attempts.Owner {

	private static final String STOPS = "the gateway stops";

	private final Leg leg;

	private final EventSender binding;

	private final DeliveryPolicy policy;

	private final Gate gate;

	private final Recovery recovery;

	private final Attempts attempts;

	private final DeliveryTimer timer;

	private final DeliveryCounters counters;

	/** Lanes that have events, by order key. */
	private final ConcurrentHashMap<Object, Lane> lanes = new ConcurrentHashMap<>();

	/** Every event that is not settled yet. */
	private final Set<Shipment> shipments = ConcurrentHashMap.newKeySet();

	private volatile boolean closing;

	/** Delivers from now on; set once. */
	private volatile @Nullable Delivery successor;

	/** What came first: its events of a key are ahead of ours. */
	private volatile @Nullable Delivery predecessor;

	Delivery(Leg leg, Gate gate, Recovery recovery, @Nullable Replies replies, DeliveryTimer timer,
			DeliveryCounters counters) {
		this.leg = leg;
		this.binding = leg.binding();
		this.policy = leg.target().delivery();
		this.gate = gate;
		this.recovery = recovery;
		this.attempts = new Attempts(leg, gate, replies, timer, counters);
		this.timer = timer;
		this.counters = counters;
		gate.ownedBy(this);
	}

	/**
	 * Takes one event on.
	 * @return completes when the target or the dead letter sink holds the event; fails
	 * with an {@link UndeliveredException} when neither does and the source does not
	 * wait, or the gateway stops
	 */
	CompletableFuture<Void> deliver(RoutedEvent event) {
		if (handsOver()) {
			// Somebody still had the old table in his hands.
			return last().deliver(event);
		}
		Shipment shipment = shipment(event, null);
		take(shipment);
		return shipment.settled;
	}

	/**
	 * Takes an event on that was a dead letter; like {@link #deliver} otherwise.
	 * @return completes with whether the target took it, and not the dead letter sink
	 */
	CompletableFuture<Boolean> replay(RoutedEvent event) {
		Shipment shipment = shipment(event, null);
		take(shipment);
		return shipment.settled.thenApply((nothing) -> !shipment.deadLettered);
	}

	private Shipment shipment(RoutedEvent event, @Nullable Shipment before) {
		RouteTarget target = this.leg.target();
		Shipment shipment = new Shipment(this, event, event.recordKey(target), event.orderKey(target), before);
		if (target.delay() != null) {
			keep(shipment, target.delay());
		}
		return shipment;
	}

	private void take(Shipment shipment) {
		RoutedEvent event = shipment.event;
		Object key = shipment.orderKey;
		shipment.ordered = key != null && this.policy.order() != DeliveryPolicy.Order.NONE;
		this.shipments.add(shipment);
		if (!event.heldBySource() && this.gate.refuses()) {
			undelivered(shipment, this.gate.breaker().refusal());
			return;
		}
		if (this.gate.shut()) {
			event.story().waits(this.leg, String.valueOf(this.gate.breaker().state().problem()));
		}
		if (key == null || !shipment.ordered) {
			attempt(shipment);
		}
		else {
			Lane lane = this.lanes.compute(key, (unused, present) -> {
				if (handsOver()) {
					// A new lane here would not know which place the next one is at.
					return present;
				}
				Lane current = (present == null) ? new Lane(this, key, laneBefore(key)) : present;
				current.add(shipment);
				return current;
			});
			if (lane == null || shipment.lane == null) {
				undelivered(shipment, null);
				return;
			}
			lane.pump();
			if (this.closing && !shipment.isUnderWay()) {
				undelivered(shipment, null);
			}
		}
	}

	private void keep(Shipment shipment, Delay delay) {
		try {
			shipment.notBefore = delay.until(shipment.event.event(), this.timer.now());
		}
		catch (DateTimeException ex) {
			shipment.hopeless = SendException.permanent("DELIVER_AT",
					this.leg + ": '" + delay.attribute() + "' is no timestamp: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Takes an event on that the target can't get, straight to the dead letter sink. Like
	 * {@link #deliver} otherwise, but holds no key back.
	 */
	CompletableFuture<Void> deadLetterOnly(RoutedEvent event, SendException cause) {
		Shipment shipment = new Shipment(this, event, event.recordKey(this.leg.target()), null);
		shipment.hopeless = cause;
		this.shipments.add(shipment);
		attempt(shipment);
		return shipment.settled;
	}

	private @Nullable Lane laneBefore(Object key) {
		for (Delivery before = this.predecessor; before != null; before = before.predecessor) {
			Lane lane = before.lanes.get(key);
			if (lane != null) {
				return lane;
			}
		}
		return null;
	}

	/**
	 * From now on another one delivers: it gets at once, in order, all that is not under
	 * way, and later what is under way and fails. It may get new events as soon as this
	 * returns.
	 */
	void handOver(Delivery next) {
		next.predecessor = this;
		this.successor = next;
		this.lanes.values().forEach(Lane::pump);
		for (Shipment shipment : this.shipments) {
			// Whoever brings one that is not in its lane yet sees to it himself, or the
			// next of its key that he brings could get there first.
			if ((!shipment.ordered || shipment.outOfLane) && shipment.takeAway()) {
				handOver(shipment);
			}
		}
	}

	/**
	 * Gives one event that is not under way to the successor.
	 * @return {@code false} when that has it already
	 */
	boolean handOver(Shipment shipment) {
		Delivery next = this.successor;
		if (next == null || !holds(shipment)) {
			return false;
		}
		next.takeOver(shipment);
		// Only now, for whoever holds nothing may be forgotten.
		this.shipments.remove(shipment);
		if (shipment.held) {
			this.recovery.heldNoMore();
		}
		return true;
	}

	private void takeOver(Shipment before) {
		Delivery last = last();
		if (last != this) {
			last.takeOver(before);
			return;
		}
		Shipment shipment = shipment(before.event, before);
		if (before.hopeless != null) {
			shipment.hopeless = before.hopeless;
			this.shipments.add(shipment);
			attempt(shipment);
			return;
		}
		take(shipment);
	}

	/** Who delivers now, after however many hand-overs. */
	private Delivery last() {
		Delivery last = this;
		for (Delivery next = last.successor; next != null; next = next.successor) {
			last = next;
		}
		return last;
	}

	/**
	 * Whether another one delivers by now.
	 */
	boolean handsOver() {
		return this.successor != null;
	}

	/**
	 * Whether there is one whose events are ahead of ours.
	 */
	boolean follows() {
		return this.predecessor != null;
	}

	/**
	 * Is forgotten by those that came before and after it.
	 */
	void unlink() {
		Delivery next = this.successor;
		if (next != null) {
			next.predecessor = this.predecessor;
		}
	}

	/**
	 * Counts and tells that an event is given back to its source before it was taken on.
	 */
	void refused(RoutedEvent event, String reason) {
		this.counters.refused().increment();
		event.story().givenBack(this.leg, reason);
	}

	/**
	 * Makes one attempt at the target as soon as the gate lets it through.
	 */
	void attempt(Shipment shipment) {
		if (this.closing || handsOver()) {
			undelivered(shipment, null);
		}
		else if (!giveUp(shipment)) {
			if (shipment.lane != null && this.gate.shut()) {
				shipment.lane.startAgain(shipment);
			}
			else if (this.gate.enter(shipment)) {
				start(shipment);
			}
		}
	}

	/**
	 * Looks whether there is no point in trying the target.
	 * @return {@code true} when there is none, and the event goes elsewhere
	 */
	boolean giveUp(Shipment shipment) {
		if (shipment.hopeless == null && hasExpired(shipment)) {
			this.counters.expired().increment();
			if (this.recovery.drops(shipment)) {
				shipment.event.story().dropped(this.leg, "its expirytime was " + shipment.expiry);
				settle(shipment, null);
				return true;
			}
			shipment.hopeless = SendException.permanent("EXPIRED",
					this.leg + ": nobody wants the event after " + shipment.expiry + ", its expirytime", null);
		}
		if (shipment.hopeless == null) {
			return false;
		}
		this.recovery.deadLetter(this, shipment, shipment.hopeless);
		return true;
	}

	boolean hasExpired(Shipment shipment) {
		return shipment.expiry != null && !this.timer.now().isBefore(shipment.expiry);
	}

	/**
	 * Makes one attempt that the gate has let through. Comes back to {@link Lane} when
	 * the event is in a lane, in whichever way it ends.
	 */
	void start(Shipment shipment) {
		if (this.closing || handsOver() || !shipment.launch()) {
			this.gate.giveBack();
			undelivered(shipment, null);
			if (handsOver()) {
				// It may want the place, and was told that it is taken.
				last().gate.drainSoon();
			}
		}
		else {
			this.attempts.make(shipment, this);
		}
	}

	@Override
	public void attempted(Shipment shipment, @Nullable SendException cause) {
		if (cause == null) {
			if (shipment.retryContext != null) {
				shipment.retryContext.onComplete();
			}
			this.counters.delivered().increment();
			shipment.event.story().delivered(this.leg, shipment.attempts);
			settle(shipment, null);
			return;
		}
		if (!holds(shipment)) {
			// It was given up before this attempt ended.
			return;
		}
		shipment.event.story().failed(this.leg, shipment.attempts, cause);
		Lane lane = shipment.lane;
		if (lane != null && lane.failed(shipment, cause)) {
			// Others of this key are still under way; the lane comes back when they are
			// done.
			return;
		}
		shipment.landed();
		recover(shipment, cause);
	}

	/**
	 * Decides what follows a failed attempt.
	 */
	void recover(Shipment shipment, SendException cause) {
		if (handsOver()) {
			undelivered(shipment, cause);
		}
		else {
			this.recovery.recover(this, shipment, cause);
		}
	}

	/**
	 * Whether a failed event waits for its target, which is out, as if it had not been
	 * tried.
	 */
	boolean waitsForTarget(Shipment shipment, SendException cause) {
		return !cause.permanent() && this.gate.shut() && shipment.event.heldBySource() && !this.closing && !handsOver();
	}

	Leg leg() {
		return this.leg;
	}

	Gate gate() {
		return this.gate;
	}

	/**
	 * Gives an event back to its source, or to who delivers instead of this one.
	 * @param cause why its target did not take it; {@code null} when the gateway stops
	 */
	void undelivered(Shipment shipment, @Nullable SendException cause) {
		if (handsOver()) {
			if (shipment.takeAway() && handOver(shipment) && shipment.lane != null) {
				shipment.lane.settled(shipment);
			}
			return;
		}
		String reason = (cause == null) ? STOPS : cause.getMessage();
		settle(shipment, new UndeliveredException(this.leg + ": " + reason, cause));
	}

	void settle(Shipment shipment, @Nullable UndeliveredException failure) {
		if (!this.shipments.remove(shipment)) {
			return;
		}
		if (shipment.held) {
			this.recovery.heldNoMore();
		}
		if (failure == null) {
			shipment.settled.complete(null);
		}
		else {
			this.counters.refused().increment();
			Throwable cause = failure.getCause();
			shipment.event.story().givenBack(this.leg, (cause == null) ? STOPS : String.valueOf(cause.getMessage()));
			shipment.settled.completeExceptionally(failure);
		}
		if (shipment.lane != null) {
			shipment.lane.settled(shipment);
		}
	}

	/**
	 * Whether the event is not settled yet.
	 */
	boolean holds(Shipment shipment) {
		return this.shipments.contains(shipment);
	}

	/**
	 * Forgets a lane that has no events left.
	 */
	void removeIfEmpty(Object key, Lane lane) {
		this.lanes.computeIfPresent(key, (unused, present) -> (present == lane && lane.end()) ? null : present);
		if (lane.over()) {
			// The next of this key, in whichever delivery that is.
			for (Delivery next = this.successor; next != null; next = next.successor) {
				Lane waiting = next.lanes.get(key);
				if (waiting != null) {
					waiting.pump();
					return;
				}
			}
		}
	}

	/**
	 * Whether one key may have several events under way.
	 */
	boolean pipelined() {
		return this.binding.keepsOrder();
	}

	/**
	 * Fails attempts that are under way for longer than the timeout. Called every now and
	 * then.
	 */
	void expire(long nowNanos) {
		for (Shipment shipment : this.shipments) {
			CompletableFuture<Void> sent = shipment.olderThan(this.policy.timeout(), nowNanos);
			if (sent != null) {
				sent.completeExceptionally(SendException.transientFailure("TIMEOUT",
						this.binding + ": no confirmation within " + this.policy.timeout(), null));
			}
			else if (shipment.lane != null && hasExpired(shipment)) {
				// It may be the first of a lane that waits for its target.
				shipment.lane.pump();
			}
		}
	}

	@Override
	public int inFlight() {
		return this.shipments.size();
	}

	/**
	 * Answers the senders that can't wait until the target is back.
	 */
	@Override
	public void targetIsOut() {
		for (Shipment shipment : this.shipments) {
			if (!shipment.event.heldBySource() && !shipment.isUnderWay() && !handsOver()) {
				undelivered(shipment, this.gate.breaker().refusal());
			}
		}
	}

	@Override
	public boolean closing() {
		return this.closing;
	}

	/**
	 * The target as its dead letters name it.
	 */
	String target() {
		return this.binding.toString();
	}

	/**
	 * Whether it has somewhere to send what its target does not take.
	 */
	boolean hasDeadLetterSink() {
		return this.policy.deadLetterSink() != null;
	}

	Recovery recovery() {
		return this.recovery;
	}

	/**
	 * From now on nothing is started: what waits for another attempt is handed back at
	 * once, what is under way may still end well.
	 */
	void startClosing() {
		this.closing = true;
		for (Shipment shipment : this.shipments) {
			// Who delivers from now on has the others, and gives them back itself.
			if (!shipment.isUnderWay() && !handsOver()) {
				undelivered(shipment, null);
			}
		}
	}

	/**
	 * Completes when all that is in flight now has ended in some way.
	 */
	CompletableFuture<Void> drained() {
		return CompletableFuture.allOf(this.shipments.stream()
			.map((shipment) -> shipment.settled.handle((nothing, failure) -> null))
			.toArray(CompletableFuture[]::new));
	}

	/**
	 * Hands back everything that is left.
	 */
	void close() {
		this.closing = true;
		for (Shipment shipment : this.shipments) {
			shipment.landed();
			undelivered(shipment, null);
		}
	}

}
