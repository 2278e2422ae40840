package io.meshbridge.gateway.dispatch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import io.meshbridge.bridge.SendException;
import org.jspecify.annotations.Nullable;

/**
 * The events of one key on their way to one target, in order.
 * <p>
 * While all goes well many are under way at once, if the target keeps their order, else
 * one. When an attempt fails the lane is parked: nothing new leaves; once what was under
 * way has ended, the oldest failed event is recovered, and only when it is settled do the
 * others that failed with it leave again, and what came after them. In an outage of the
 * target no event is to blame, so all go back to the head of the lane and leave together
 * when it is over.
 * <p>
 * A lane may follow another one of the same key, in the delivery that its own has
 * replaced: it stands still until that one is over, and what the other gives up comes
 * here, to the place that it had.
 */
final class Lane implements Gate.Waiter {

	private final Delivery delivery;

	private final Object key;

	/** Not sent yet, in order. All state is guarded by this. */
	private final Deque<Shipment> waiting = new ArrayDeque<>();

	/** Failed and not recovered yet, in order; not empty means parked. */
	private final List<Failed> failed = new ArrayList<>();

	/** Number of events that were sent and have not ended. */
	private int underWay;

	/**
	 * Place of the next event; counts on from the lane before. Written under the lock.
	 */
	private volatile long added;

	/** Whose events are ahead of those here, until it is over. */
	private @Nullable Lane before;

	/** How many threads are giving some to the next lane right now. */
	private int givingUp;

	/** Whether it has ended; nothing is added any more. */
	private volatile boolean over;

	/** The failed event that is being recovered. */
	private @Nullable Shipment recovering;

	private boolean pumping;

	/** Whether the lane is in the queue of the gate. */
	private boolean atGate;

	/** Whether the gate has let the next event through already. */
	private boolean permitted;

	/**
	 * Makes a lane.
	 * @param before lane of the same key whose events go first, or {@code null}
	 */
	Lane(Delivery delivery, Object key, @Nullable Lane before) {
		this.delivery = delivery;
		this.key = key;
		this.before = before;
		this.added = (before == null) ? 0 : before.added;
	}

	synchronized void add(Shipment shipment) {
		shipment.lane = this;
		shipment.waitsInLane = true;
		if (shipment.inheritedPlace == Shipment.NEW) {
			shipment.placeInLane = this.added++;
			this.waiting.add(shipment);
			return;
		}
		shipment.placeInLane = shipment.inheritedPlace;
		this.added = Math.max(this.added, shipment.placeInLane + 1);
		Deque<Shipment> behind = new ArrayDeque<>();
		while (!this.waiting.isEmpty() && this.waiting.getLast().placeInLane > shipment.placeInLane) {
			behind.addFirst(this.waiting.removeLast());
		}
		this.waiting.add(shipment);
		this.waiting.addAll(behind);
	}

	/**
	 * Ends if nothing is left to do here.
	 * @return whether it has
	 */
	synchronized boolean end() {
		this.over = this.waiting.isEmpty() && this.underWay == 0 && this.failed.isEmpty() && this.recovering == null
				&& this.givingUp == 0 && !isBehindAnother();
		return this.over;
	}

	boolean over() {
		return this.over;
	}

	private boolean isBehindAnother() {
		if (this.before != null && this.before.over) {
			this.before = null;
		}
		return this.before != null;
	}

	/**
	 * Sends what may be sent. The lock is held over the hand-over to the target, so that
	 * a failure is either seen before the next event leaves, or reported after it has
	 * left and fails that one too (see {@link io.meshbridge.bridge.Target#keepsOrder()}).
	 */
	void pump() {
		synchronized (this) {
			if (this.pumping) {
				// A target that answered at once brought us here, out of the loop below.
				return;
			}
			this.pumping = true;
			while (!this.delivery.handsOver() && sendOne()) {
				// On to the next.
			}
			this.pumping = false;
		}
		if (this.delivery.handsOver()) {
			giveUp();
		}
		this.delivery.removeIfEmpty(this.key, this);
	}

	private void giveUp() {
		List<Shipment> leaving;
		synchronized (this) {
			leaving = notUnderWay();
			this.givingUp++;
		}
		leaving.forEach(this.delivery::handOver);
		synchronized (this) {
			this.givingUp--;
		}
	}

	/**
	 * Lets go of all that is not under way.
	 */
	private List<Shipment> notUnderWay() {
		List<Shipment> leaving = new ArrayList<>();
		this.failed.forEach((failure) -> leaving.add(failure.shipment()));
		this.failed.clear();
		leaving.addAll(this.waiting);
		this.waiting.clear();
		leaving.removeIf((shipment) -> !shipment.takeAway());
		leaving.forEach((shipment) -> shipment.waitsInLane = false);
		if (this.recovering != null && this.recovering.takeAway()) {
			leaving.add(0, this.recovering);
			this.recovering = null;
		}
		return leaving;
	}

	private boolean sendOne() {
		if (this.recovering == null && this.underWay == 0 && !this.failed.isEmpty()) {
			Failed oldest = this.failed.get(0);
			if (this.delivery.waitsForTarget(oldest.shipment(), oldest.cause())) {
				startAgain();
				return true;
			}
			this.failed.remove(0);
			this.recovering = oldest.shipment();
			this.delivery.recover(oldest.shipment(), oldest.cause());
			return true;
		}
		if (!flowing() || this.waiting.isEmpty()) {
			return false;
		}
		if (isHopeless(this.waiting.element())) {
			Shipment hopeless = this.waiting.remove();
			hopeless.waitsInLane = false;
			hopeless.outOfLane = true;
			this.delivery.attempt(hopeless);
			return true;
		}
		if (mayLeave()) {
			this.underWay++;
			Shipment next = this.waiting.remove();
			next.waitsInLane = false;
			this.delivery.start(next);
			return true;
		}
		return false;
	}

	/** What its target won't get need not wait for it, nor hold its key back. */
	private boolean isHopeless(Shipment shipment) {
		return shipment.hopeless != null || this.delivery.hasExpired(shipment);
	}

	private void startAgain() {
		for (int i = this.failed.size() - 1; i >= 0; i--) {
			backToHead(this.failed.get(i).shipment());
		}
		this.failed.clear();
	}

	private void backToHead(Shipment shipment) {
		shipment.startAnew();
		shipment.waitsInLane = true;
		this.waiting.addFirst(shipment);
	}

	/**
	 * Takes the event that is being recovered back to the head of the lane, since its
	 * target is out.
	 */
	void startAgain(Shipment shipment) {
		synchronized (this) {
			if (shipment == this.recovering) {
				this.recovering = null;
				startAgain();
				backToHead(shipment);
			}
		}
		pump();
	}

	private boolean mayLeave() {
		if (this.permitted) {
			this.permitted = false;
			return true;
		}
		if (!this.atGate) {
			this.atGate = !this.delivery.gate().enter(this);
			return !this.atGate;
		}
		return false;
	}

	@Override
	public boolean proceed() {
		synchronized (this) {
			this.atGate = false;
			this.permitted = true;
		}
		pump();
		synchronized (this) {
			boolean left = !this.permitted;
			this.permitted = false;
			return left;
		}
	}

	private boolean flowing() {
		return this.failed.isEmpty() && this.recovering == null && (this.underWay == 0 || this.delivery.pipelined())
				&& !isBehindAnother();
	}

	/**
	 * Hears that an attempt failed.
	 * @return {@code true} when the lane, or the next one, sees to what follows,
	 * {@code false} when the event is the one being recovered and the delivery goes on
	 * with it
	 */
	boolean failed(Shipment shipment, SendException cause) {
		synchronized (this) {
			if (!shipment.landed()) {
				return true;
			}
			if (shipment == this.recovering) {
				return false;
			}
			this.underWay--;
			insert(new Failed(shipment, cause));
		}
		pump();
		return true;
	}

	private void insert(Failed failure) {
		// Attempts end in any order; the failed ones are recovered in the order of
		// hand-over.
		int index = this.failed.size();
		while (index > 0 && this.failed.get(index - 1).shipment().placeInLane > failure.shipment().placeInLane) {
			index--;
		}
		this.failed.add(index, failure);
	}

	/**
	 * Hears that an event is settled, in whichever way.
	 */
	void settled(Shipment shipment) {
		synchronized (this) {
			if (shipment == this.recovering) {
				this.recovering = null;
				startAgain();
			}
			else if (shipment.outOfLane) {
				// Others of its key did not wait for it.
				return;
			}
			else if (shipment.waitsInLane) {
				shipment.waitsInLane = false;
				this.waiting.remove(shipment);
			}
			else if (!this.failed.removeIf((failure) -> failure.shipment() == shipment)) {
				this.underWay--;
			}
		}
		pump();
	}

	private record Failed(Shipment shipment, SendException cause) {
	}

}
