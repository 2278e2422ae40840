package io.meshbridge.bridge.kafka;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

import io.meshbridge.bridge.SendException;
import org.jspecify.annotations.Nullable;

/**
 * The sends that the producer can't take at the moment, because it does not know the
 * topic's leaders or its buffer is full. The producer would block its caller for them, so
 * they wait here, in order, for a thread of their own; while one waits, those that follow
 * wait behind it. Thread-safe.
 */
final class WaitingSends {

	private static final long PAUSE_NANOS = 50_000_000;

	private final String bindingName;

	/** Tries to send; says whether that is settled, in whichever way. */
	private final Predicate<Sending> attempt;

	/** Guarded by this, like all below. */
	private final Deque<Sending> waiting = new ArrayDeque<>();

	private @Nullable Thread worker;

	private boolean closed;

	/** Read without the lock where nobody waits, as is usual. */
	private volatile boolean busy;

	WaitingSends(String bindingName, Predicate<Sending> attempt) {
		this.bindingName = bindingName;
		this.attempt = attempt;
	}

	/**
	 * Lets a send wait if others do.
	 * @return whether it waits now
	 */
	boolean joinIfBusy(Sending sending) {
		if (!this.busy) {
			return false;
		}
		synchronized (this) {
			if (!this.busy) {
				return false;
			}
			add(sending);
			return true;
		}
	}

	synchronized void add(Sending sending) {
		if (this.closed) {
			fail(sending);
			return;
		}
		this.waiting.add(sending);
		this.busy = true;
		if (this.worker == null) {
			this.worker = new Thread(this::run, "send-" + this.bindingName);
			this.worker.setDaemon(true);
			this.worker.start();
		}
	}

	private void run() {
		for (Sending next = next(); next != null; next = next()) {
			while (!next.isDone() && !this.attempt.test(next)) {
				if (Thread.interrupted()) {
					fail(next);
				}
				else {
					LockSupport.parkNanos(PAUSE_NANOS);
				}
			}
			if (remove(next) && next.skipped()) {
				failAll("the record before it was given up while it waited for the producer");
			}
		}
	}

	/**
	 * Fails all that wait, since something before them is sent again: nothing that waits
	 * may go first.
	 * @param why what happened to that
	 */
	void failAll(String why) {
		// Again for those who join meanwhile, with a record behind one that has not
		// failed yet. Who knows of the failure does not.
		for (List<Sending> all = takeAll(); !all.isEmpty(); all = takeAll()) {
			all.forEach((sending) -> sending.completeExceptionally(SendException.transientFailure("NOT_SENT",
					sending.record().topic() + ": not sent, because " + why, null)));
		}
	}

	private synchronized List<Sending> takeAll() {
		List<Sending> all = new ArrayList<>(this.waiting);
		this.waiting.clear();
		return all;
	}

	private synchronized @Nullable Sending next() {
		Sending next = this.waiting.peek();
		if (next == null) {
			this.busy = false;
			this.worker = null;
		}
		return next;
	}

	private synchronized boolean remove(Sending done) {
		return this.waiting.removeFirstOccurrence(done);
	}

	/**
	 * Fails all that wait.
	 */
	void close() {
		List<Sending> left;
		synchronized (this) {
			this.closed = true;
			left = takeAll();
			if (this.worker != null) {
				this.worker.interrupt();
			}
		}
		left.forEach(WaitingSends::fail);
	}

	private static void fail(Sending sending) {
		sending.completeExceptionally(SendException.transientFailure("CLOSED",
				sending.record().topic() + ": the target was closed before the record was sent", null));
	}

}
