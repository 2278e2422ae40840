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

	/** More than this many records fill the batches of a producer by themselves. */
	private static final int FEW = 64;

	/** With more than this many together, records wait for a processor anyway. */
	private static final int FEW_TOGETHER = 1000;

	private final AtomicInteger records = new AtomicInteger();

	/** The same of this producer and those whose records count together with its. */
	private final AtomicInteger together;

	/** Shared by those who hand a record over, held by who replaces the producer. */
	private final ReadWriteLock producer = new ReentrantReadWriteLock();

	/** Runs after the last record of a producer that was given up, before the next. */
	private final Runnable whenLeft;

	private final AtomicBoolean leaving = new AtomicBoolean();

	/**
	 * @param together counts the records of this producer and maybe others
	 */
	UnderWay(AtomicInteger together, Runnable whenLeft) {
		this.together = together;
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
		int countedTogether = this.together.incrementAndGet();
		return this.records.incrementAndGet() <= FEW && countedTogether <= FEW_TOGETHER;
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
		this.together.decrementAndGet();
		if (this.records.decrementAndGet() == 0 && this.leaving.get()) {
			this.whenLeft.run();
			this.leaving.set(false);
		}
	}

}
