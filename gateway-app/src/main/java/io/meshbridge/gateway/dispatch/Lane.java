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

	/** Number of events that were ever added. */
	private long added;

	/** The failed event that is being recovered. */
	private @Nullable Shipment recovering;

	private boolean pumping;

	/** Whether the lane is in the queue of the gate. */
	private boolean atGate;

	/** Whether the gate has let the next event through already. */
	private boolean permitted;

	Lane(Delivery delivery, Object key) {
		this.delivery = delivery;
		this.key = key;
	}

	synchronized void add(Shipment shipment) {
		shipment.lane = this;
		shipment.placeInLane = this.added++;
		shipment.waitsInLane = true;
		this.waiting.add(shipment);
	}

	synchronized boolean empty() {
		return this.waiting.isEmpty() && this.underWay == 0 && this.failed.isEmpty() && this.recovering == null;
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
			while (sendOne()) {
				// On to the next.
			}
			this.pumping = false;
		}
		this.delivery.removeIfEmpty(this.key, this);
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
		return this.failed.isEmpty() && this.recovering == null && (this.underWay == 0 || this.delivery.pipelined());
	}

	/**
	 * Hears that an attempt failed.
	 * @return {@code true} when the lane sees to what follows, {@code false} when the
	 * event is the one being recovered and the delivery goes on with it
	 */
	boolean failed(Shipment shipment, SendException cause) {
		synchronized (this) {
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
