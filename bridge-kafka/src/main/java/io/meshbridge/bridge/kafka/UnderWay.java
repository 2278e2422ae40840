package io.meshbridge.bridge.kafka;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * What a target's producer has, and has not answered for. When a producer is given up,
 * nothing is handed to the next one until all that the first one had has failed and those
 * who sent it know: else a record could overtake one of its key that is to be sent again.
 * Thread-safe.
 */
final class UnderWay {

	/**
	 * More than this many records, to all targets of a route, fill batches by themselves.
	 */
	private static final int FEW = 64;

	private static final int LEAST_FEW = 2;

	private final int few;

	private final AtomicInteger records = new AtomicInteger();

	/** Shared by those who hand a record over, held by who replaces the producer. */
	private final ReadWriteLock producer = new ReentrantReadWriteLock();

	/** Runs after the last record of a producer that was given up, before the next. */
	private final Runnable whenLeft;

	private final AtomicBoolean leaving = new AtomicBoolean();

	/**
	 * @param fanOut how many targets get the events that this one gets
	 */
	UnderWay(int fanOut, Runnable whenLeft) {
		this.few = Math.max(LEAST_FEW, FEW / fanOut);
		this.whenLeft = whenLeft;
	}

	/**
	 * Asks to hand a record over; {@link #exit()} must follow.
	 * @return {@code false} while a producer that was given up has records
	 */
	boolean enter() {
		if (!this.producer.readLock().tryLock()) {
			return false;
		}
		if (this.leaving.get()) {
			this.producer.readLock().unlock();
			return false;
		}
		return true;
	}

	void exit() {
		this.producer.readLock().unlock();
	}

	/**
	 * Hears that the producer has a record, from who has entered.
	 * @return whether so few are under way that none may come to fill its batch
	 */
	boolean begin() {
		return this.records.incrementAndGet() <= this.few;
	}

	/**
	 * Gives the producer up. To be called before the {@link #end() end} of a record.
	 * @return {@code false} when somebody else has
	 */
	boolean giveUp() {
		return this.leaving.compareAndSet(false, true);
	}

	/**
	 * Replaces the producer that was given up, when nobody is about to use it. Not for
	 * those who have entered.
	 */
	void replace(Runnable reset) {
		this.producer.writeLock().lock();
		try {
			reset.run();
		}
		finally {
			this.producer.writeLock().unlock();
		}
	}

	/**
	 * Hears that the producer has answered for a record, and who sent it knows.
	 */
	void end() {
		if (this.records.decrementAndGet() == 0 && this.leaving.get()) {
			this.whenLeft.run();
			this.leaving.set(false);
		}
	}

}
