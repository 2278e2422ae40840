package io.meshbridge.gateway.bindings;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Holds a binder's thread back where the binding itself can't be paused. The broker stops
 * sending when its window of unsettled messages is full.
 */
final class MessageGate {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private volatile boolean shut;

	private volatile boolean closed;

	/**
	 * Waits while the gate is shut.
	 * @return {@code false} when it was closed, or the thread interrupted, before it
	 * opened
	 */
	boolean pass() {
		if (!this.shut && !this.closed) {
			return true;
		}
		this.lock.lock();
		try {
			while (this.shut && !this.closed) {
				this.changed.await();
			}
			return !this.closed;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

	void shut() {
		this.shut = true;
	}

	void open() {
		if (!this.shut) {
			return;
		}
		this.lock.lock();
		try {
			this.shut = false;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * For good: nobody passes any more.
	 */
	void close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

}
