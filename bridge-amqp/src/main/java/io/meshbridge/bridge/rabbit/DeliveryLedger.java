package io.meshbridge.bridge.rabbit;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.amqp.AmqpException;

/**
 * Settles the deliveries of one channel. Whoever settles only takes a note; a thread of
 * the executor writes to the channel, and what is noted meanwhile goes into its next
 * write. A run of tags with nothing unsettled before it is acknowledged in one frame.
 * Thread-safe.
 */
final class DeliveryLedger {

	private static final Logger logger = LoggerFactory.getLogger(DeliveryLedger.class);

	private final Channel channel;

	private final Executor executor;

	/** Notes for the next write; guarded by this. */
	private final Tags accepted = new Tags();

	/** Notes for the next write; guarded by this. */
	private final Tags refused = new Tags();

	/** How many tags were settled so far; guarded by this. */
	private long settlements;

	/** How many of them were written; guarded by this. */
	private long written;

	/** Whether a write is due or going on; guarded by this. */
	private boolean writing;

	/** Whether settling has no effect any more; guarded by this. */
	private boolean closed;

	/** The lowest tag that is not settled; only for the thread that writes. */
	private long lowest;

	/**
	 * Tags that are settled, counted from the lowest; only for the thread that writes.
	 */
	private BitSet settled = new BitSet();

	/**
	 * Opens a ledger.
	 * @param firstTag of the first delivery on the channel; tags count up by one
	 */
	DeliveryLedger(Channel channel, long firstTag, Executor executor) {
		this.channel = channel;
		this.lowest = firstTag;
		this.executor = executor;
	}

	/**
	 * Acknowledges a delivery, or hands it back to the queue.
	 */
	void settle(long tag, boolean accept) {
		synchronized (this) {
			if (this.closed) {
				return;
			}
			(accept ? this.accepted : this.refused).add(tag);
			this.settlements++;
			if (this.writing) {
				return;
			}
			this.writing = true;
		}
		try {
			this.executor.execute(this::write);
		}
		catch (RejectedExecutionException ex) {
			close();
		}
	}

	/**
	 * Waits until what is settled by now was written, or can't be.
	 */
	synchronized void awaitWritten(Duration limit) {
		long due = this.settlements;
		long end = System.nanoTime() + limit.toNanos();
		try {
			while (this.written < due && !this.closed && end - System.nanoTime() > 0) {
				TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void write() {
		int count = 0;
		while (true) {
			long[] acks;
			long[] nacks;
			synchronized (this) {
				this.written += count;
				notifyAll();
				acks = this.accepted.take();
				nacks = this.refused.take();
				if (this.closed || (acks.length == 0 && nacks.length == 0)) {
					this.writing = false;
					return;
				}
			}
			count = acks.length + nacks.length;
			try {
				write(acks, nacks);
			}
			catch (IOException | ShutdownSignalException | AmqpException ex) {
				// The broker hands the messages out again; the container says that the
				// channel is gone.
				logger.debug("settling on a channel that is gone", ex);
				close();
			}
		}
	}

	private void write(long[] acks, long[] nacks) throws IOException {
		// First, because an acknowledgement of a run must not cover them.
		for (long tag : nacks) {
			this.channel.basicNack(tag, false, true);
			this.settled.set((int) (tag - this.lowest));
		}
		for (long tag : acks) {
			this.settled.set((int) (tag - this.lowest));
		}
		Arrays.sort(acks);
		int run = this.settled.nextClearBit(0);
		int individual = 0;
		while (individual < acks.length && acks[individual] < this.lowest + run) {
			individual++;
		}
		if (individual > 0) {
			// Not the end of the run, which may be settled already and is an unknown tag
			// to the broker then.
			this.channel.basicAck(acks[individual - 1], true);
		}
		for (int i = individual; i < acks.length; i++) {
			this.channel.basicAck(acks[i], false);
		}
		this.settled = this.settled.get(run, Math.max(run, this.settled.length()));
		this.lowest += run;
	}

	/**
	 * Whether the channel can still be written to.
	 */
	synchronized boolean open() {
		return !this.closed && this.channel.isOpen();
	}

	/**
	 * Forgets what is not settled; the broker hands it out again.
	 */
	synchronized void close() {
		this.closed = true;
		notifyAll();
	}

	/**
	 * A list of tags.
	 */
	private static final class Tags {

		private long[] values = new long[16];

		private int size;

		void add(long tag) {
			if (this.size == this.values.length) {
				this.values = Arrays.copyOf(this.values, 2 * this.size);
			}
			this.values[this.size++] = tag;
		}

		long[] take() {
			long[] taken = Arrays.copyOf(this.values, this.size);
			this.size = 0;
			return taken;
		}

	}

}
