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
 * way has ended, the failed events are recovered one by one, oldest first, and only when
 * the last of them is settled does the lane flow again.
 */
final class Lane {

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

	Lane(Delivery delivery, Object key) {
		this.delivery = delivery;
		this.key = key;
	}

	synchronized void add(Shipment shipment) {
		shipment.lane = this;
		shipment.placeInLane = this.added++;
		this.waiting.add(shipment);
	}

	synchronized boolean empty() {
		return this.waiting.isEmpty() && this.underWay == 0 && this.failed.isEmpty() && this.recovering == null;
	}

	/**
	 * Sends what may be sent. Only one thread at a time does, so that the order holds;
	 * the others leave their event to it.
	 */
	void pump() {
		synchronized (this) {
			if (this.pumping) {
				return;
			}
			this.pumping = true;
		}
		while (true) {
			Failed oldest = null;
			Shipment next = null;
			synchronized (this) {
				if (this.recovering == null && this.underWay == 0 && !this.failed.isEmpty()) {
					oldest = this.failed.remove(0);
					this.recovering = oldest.shipment();
				}
				else if (flowing() && !this.waiting.isEmpty()) {
					next = this.waiting.remove();
					this.underWay++;
				}
				else {
					this.pumping = false;
					break;
				}
			}
			if (oldest != null) {
				this.delivery.recover(oldest.shipment(), oldest.cause());
			}
			else if (next != null) {
				this.delivery.attempt(next);
			}
		}
		this.delivery.removeIfEmpty(this.key, this);
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
			}
			else if (!this.waiting.remove(shipment)
					&& !this.failed.removeIf((failure) -> failure.shipment() == shipment)) {
				this.underWay--;
			}
		}
		pump();
	}

	private record Failed(Shipment shipment, SendException cause) {
	}

}
