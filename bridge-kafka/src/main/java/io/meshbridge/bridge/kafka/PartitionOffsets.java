package io.meshbridge.bridge.kafka;

import java.time.Duration;
import java.util.List;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The ledger of one assigned partition: which records were handed over, which of them are
 * settled, and thus up to where the offset may be committed. A record that is not settled
 * holds the commit, whatever is settled behind it.
 * <p>
 * Records are taken, and commits made, on the consumer's thread; records are settled and
 * refused from any. All state is guarded by this. A record is known by its place in the
 * ring and the epoch in which it was taken; places are used again after a refusal, in
 * another epoch, so that late settlements of forgotten records meet nothing.
 */
final class PartitionOffsets {

	/** What {@link #take} answers when the records were not taken. */
	static final long NOT_TAKEN = -1;

	private static final long NONE = -1;

	private static final int INITIAL_CAPACITY = 1024;

	private long[] offsets = new long[INITIAL_CAPACITY];

	private int[] epochs = new int[INITIAL_CAPACITY];

	private boolean[] settled = new boolean[INITIAL_CAPACITY];

	/** Place of the first record that is not settled; equals tail when there is none. */
	private long head;

	private long tail;

	private int epoch;

	/** Settled records between head and tail. */
	private int settledAhead;

	/** Offset that follows the last record taken. */
	private long next = NONE;

	/** Offset that may be committed. */
	private long settledTo = NONE;

	private long committed = NONE;

	/** Lowest offset that was refused and has not been sought yet. */
	private long refusedFrom = NONE;

	private boolean closed;

	/**
	 * Takes the records {@code from} (inclusive) to {@code to} (exclusive) of a poll.
	 * @return place of the first, the others follow; {@link #NOT_TAKEN} when they will
	 * come again because an earlier record was refused, or the partition is gone
	 */
	synchronized long take(List<ConsumerRecord<byte[], byte[]>> records, int from, int to) {
		if (this.closed || this.refusedFrom != NONE) {
			return NOT_TAKEN;
		}
		long first = records.get(from).offset();
		if (this.next != NONE && first < this.next) {
			goBackTo(first);
		}
		if (this.head == this.tail && this.settledTo == NONE) {
			// Committed too, so that with auto.offset.reset=latest a restart begins here.
			this.settledTo = first;
		}
		grow(this.tail - this.head + to - from);
		long place = this.tail;
		for (int i = from; i < to; i++) {
			int slot = slot(this.tail++);
			this.offsets[slot] = records.get(i).offset();
			this.epochs[slot] = this.epoch;
			this.settled[slot] = false;
		}
		this.next = records.get(to - 1).offset() + 1;
		return place;
	}

	/**
	 * The epoch in which the records were taken that begin at this place. To be asked
	 * right after {@link #take}, before anybody can refuse one of them.
	 */
	synchronized int epochOf(long place) {
		return this.epochs[slot(place)];
	}

	/**
	 * Marks a record as held by its targets.
	 */
	synchronized void settle(long place, int takenIn) {
		if (!open(place, takenIn)) {
			return;
		}
		this.settled[slot(place)] = true;
		this.settledAhead++;
		if (place == this.head) {
			advance();
		}
	}

	/**
	 * Gives a record back: it, and all that follow it in this partition, will be read
	 * again. What was taken and follows is forgotten.
	 */
	synchronized void refuse(long place, int takenIn) {
		if (open(place, takenIn)) {
			this.refusedFrom = this.offsets[slot(place)];
			forgetFrom(place, this.refusedFrom);
			notifyAll();
		}
	}

	private boolean open(long place, int takenIn) {
		return !this.closed && place >= this.head && place < this.tail && this.epochs[slot(place)] == takenIn
				&& !this.settled[slot(place)];
	}

	private void advance() {
		while (this.head < this.tail && this.settled[slot(this.head)]) {
			this.head++;
			this.settledAhead--;
		}
		if (this.head < this.tail) {
			this.settledTo = this.offsets[slot(this.head)];
		}
		else {
			this.settledTo = this.next;
			notifyAll();
		}
	}

	/**
	 * The consumer's position went back without us, for example because the topic was
	 * made anew, or a user sought.
	 */
	private void goBackTo(long offset) {
		long place = this.tail;
		while (place > this.head && this.offsets[slot(place - 1)] >= offset) {
			place--;
		}
		forgetFrom(place, offset);
		if (this.head == this.tail && offset < this.settledTo) {
			// The broker's offset is ahead of what is being read: commit from here again.
			this.settledTo = offset;
			this.committed = NONE;
		}
	}

	private void forgetFrom(long place, long offset) {
		while (this.tail > place) {
			this.tail--;
			if (this.settled[slot(this.tail)]) {
				this.settledAhead--;
			}
		}
		this.epoch++;
		this.next = offset;
	}

	/**
	 * The offset to seek to because a record was refused, once; or -1.
	 */
	synchronized long takeRefusal() {
		long offset = this.refusedFrom;
		this.refusedFrom = NONE;
		return offset;
	}

	/**
	 * Whether nothing is under way, so that the consumer's position may be committed.
	 */
	synchronized boolean idle() {
		return this.head == this.tail && this.refusedFrom == NONE && this.next != NONE && !this.closed;
	}

	/**
	 * Tells where the consumer would read next. Ahead of the last record there may be
	 * places without one: transaction markers, compacted records, aborted transactions.
	 */
	synchronized void position(long position) {
		if (idle() && position > this.next) {
			this.next = position;
			this.settledTo = position;
		}
	}

	/**
	 * The offset to commit, or -1 when the broker has it already.
	 */
	synchronized long toCommit() {
		return (!this.closed && this.settledTo != this.committed) ? this.settledTo : NONE;
	}

	synchronized void committed(long offset) {
		this.committed = offset;
	}

	/**
	 * Number of records that are settled but can't be committed because an earlier one is
	 * not.
	 */
	synchronized int settledAhead() {
		return this.settledAhead;
	}

	/**
	 * Waits until everything taken is settled or refused, or the time is up.
	 */
	synchronized void awaitSettled(Duration limit) throws InterruptedException {
		long deadline = System.nanoTime() + limit.toNanos();
		while (this.head < this.tail && !this.closed) {
			long millis = (deadline - System.nanoTime()) / 1_000_000;
			if (millis <= 0) {
				return;
			}
			wait(millis);
		}
	}

	/**
	 * Gives the partition up: settlements have no effect from now on.
	 */
	synchronized void close() {
		this.closed = true;
		notifyAll();
	}

	private int slot(long place) {
		return (int) place & (this.offsets.length - 1);
	}

	private void grow(long needed) {
		int capacity = this.offsets.length;
		if (needed <= capacity) {
			return;
		}
		int larger = Integer.highestOneBit((int) needed - 1) << 1;
		long[] newOffsets = new long[larger];
		int[] newEpochs = new int[larger];
		boolean[] newSettled = new boolean[larger];
		for (long place = this.head; place < this.tail; place++) {
			int to = (int) place & (larger - 1);
			int from = slot(place);
			newOffsets[to] = this.offsets[from];
			newEpochs[to] = this.epochs[from];
			newSettled[to] = this.settled[from];
		}
		this.offsets = newOffsets;
		this.epochs = newEpochs;
		this.settled = newSettled;
	}

	@Override
	public synchronized String toString() {
		return "settled to " + this.settledTo + ", committed " + this.committed + ", under way "
				+ (this.tail - this.head - this.settledAhead) + ", settled ahead " + this.settledAhead;
	}

}
