package io.meshbridge.gateway.desk;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.meshbridge.bridge.InboundMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to the store, on one thread: what came in while the disk was busy is one
 * transaction. A message is accepted when its letter is on the disk, so until then it is
 * its sink's. Thread-safe.
 */
final class Intake {

	private static final Logger logger = LoggerFactory.getLogger(Intake.class);

	private static final int MOST_AT_ONCE = 2000;

	private static final long MOST_BYTES_AT_ONCE = 8_000_000;

	private static final int MOST_WAITING = 4000;

	private static final long MOST_BYTES_WAITING = 32_000_000;

	private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

	private final LetterStore store;

	private final long maxLetters;

	private final Clock clock;

	private final Consumer<Boolean> limitListener;

	private final BlockingQueue<Work> queue = new LinkedBlockingQueue<>();

	private final AtomicInteger waiting = new AtomicInteger();

	private final AtomicLong waitingBytes = new AtomicLong();

	private final Thread thread = new Thread(this::run, "dead-letter-desk");

	/** Whether sources are held back; guarded by the listener. */
	private boolean limited;

	private volatile boolean full;

	private volatile boolean closing;

	/**
	 * @param limitListener hears when nothing more must come in, and when it may again
	 */
	Intake(LetterStore store, long maxLetters, Clock clock, Consumer<Boolean> limitListener) {
		this.store = store;
		this.maxLetters = maxLetters;
		this.clock = clock;
		this.limitListener = limitListener;
		this.thread.setDaemon(true);
	}

	void start() {
		this.thread.start();
	}

	/**
	 * Takes a message; returns at once.
	 * @param accepted is run when the sink is rid of it
	 */
	void arrived(InboundMessage message, String sink, Runnable accepted) {
		if (this.closing) {
			message.refuse(new IllegalStateException("the gateway stops"));
			return;
		}
		this.waitingBytes.addAndGet(message.sizeBytes());
		this.waiting.incrementAndGet();
		this.queue.add(new Arrived(message, sink, accepted));
		steer();
	}

	/**
	 * Takes a letter off the desk; returns at once.
	 * @param after is run when it is gone, or the gateway stops first
	 */
	void remove(LetterStore.Ref ref, Runnable after) {
		this.waiting.incrementAndGet();
		this.queue.add(new Removed(ref, after));
	}

	/**
	 * Whether the desk holds as many letters as it may, and leaves others in their sinks.
	 */
	boolean full() {
		return this.full;
	}

	private void run() {
		if (this.store.exists()) {
			try {
				this.store.open();
				steer();
			}
			catch (DeskUnavailableException ex) {
				logger.debug("letters are not counted yet", ex);
			}
		}
		while (!this.closing || !this.queue.isEmpty()) {
			List<Work> batch = next();
			if (!batch.isEmpty()) {
				write(batch);
			}
		}
	}

	private List<Work> next() {
		List<Work> batch = new ArrayList<>();
		try {
			Work first = this.queue.poll(TRY_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
			long bytes = 0;
			while (first != null) {
				batch.add(first);
				bytes += first.bytes();
				first = (batch.size() < MOST_AT_ONCE && bytes < MOST_BYTES_AT_ONCE) ? this.queue.poll() : null;
			}
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException("nobody interrupts this thread", ex);
		}
		return batch;
	}

	private void write(List<Work> batch) {
		List<Arrival> arrivals = new ArrayList<>();
		List<LetterStore.Ref> removed = new ArrayList<>();
		for (Work work : batch) {
			if (work instanceof Arrived arrived) {
				arrivals.add(Arrival.of(arrived.message(), arrived.sink(), this.clock.instant()));
			}
			else if (work instanceof Removed removal) {
				removed.add(removal.ref());
			}
		}
		String told = null;
		while (true) {
			try {
				this.store.write(arrivals, removed);
				break;
			}
			catch (DeskUnavailableException ex) {
				if (this.closing) {
					batch.forEach((work) -> done(work, ex));
					return;
				}
				if (!String.valueOf(ex.getMessage()).equals(told)) {
					told = String.valueOf(ex.getMessage());
					logger.warn("{} dead letters wait in their sinks: {}", arrivals.size(), told);
				}
				pause();
			}
		}
		batch.forEach((work) -> done(work, null));
		steer();
	}

	private synchronized void pause() {
		try {
			if (!this.closing) {
				wait(TRY_AGAIN.toMillis());
			}
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException("nobody interrupts this thread", ex);
		}
	}

	private void done(Work work, @Nullable Exception failure) {
		this.waiting.decrementAndGet();
		this.waitingBytes.addAndGet(-work.bytes());
		try {
			work.done(failure);
		}
		catch (RuntimeException ex) {
			logger.warn("a dead letter is on the desk, and its sink could not be told; it comes again", ex);
		}
	}

	/**
	 * Holds the sinks back when too much waits or is there already.
	 */
	void steer() {
		long letters = this.store.size();
		int events = this.waiting.get();
		long bytes = this.waitingBytes.get();
		synchronized (this.limitListener) {
			boolean wasFull = this.full;
			this.full = letters >= this.maxLetters;
			if (this.full && !wasFull) {
				logger.warn("the dead letter desk holds {} letters, as many as it may (meshbridge.desk.max-letters): "
						+ "others stay in their sinks until some are sent again or thrown away", letters);
			}
			else if (wasFull && !this.full) {
				logger.info("the dead letter desk reads its sinks again");
			}
			// Flows again at half of it, so that it does not begin and end with each
			// letter.
			int share = this.limited ? 2 : 1;
			boolean limit = this.full || events > MOST_WAITING / share || bytes > MOST_BYTES_WAITING / share;
			if (limit != this.limited) {
				this.limited = limit;
				this.limitListener.accept(limit);
			}
		}
	}

	/**
	 * Tells one more listener whether anything may come in.
	 */
	void tellLimit(Consumer<Boolean> listener) {
		synchronized (this.limitListener) {
			listener.accept(this.limited);
		}
	}

	/**
	 * Waits until all that was taken is written, for so long at most.
	 */
	boolean awaitIdle(Duration most) {
		long deadline = System.nanoTime() + most.toNanos();
		synchronized (this) {
			while (this.waiting.get() > 0 && System.nanoTime() < deadline) {
				try {
					wait(10);
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
					return false;
				}
			}
		}
		return this.waiting.get() == 0;
	}

	/**
	 * Writes what is there and ends; what can't be written goes back to its sink.
	 */
	void close(Duration most) {
		synchronized (this) {
			this.closing = true;
			notifyAll();
		}
		try {
			this.thread.join(most.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Something to be written.
	 */
	private sealed interface Work {

		int bytes();

		/**
		 * @param failure why it was not written; {@code null} when it was
		 */
		void done(@Nullable Exception failure);

	}

	private record Arrived(InboundMessage message, String sink, Runnable accepted) implements Work {

		@Override
		public int bytes() {
			return this.message.sizeBytes();
		}

		@Override
		public void done(@Nullable Exception failure) {
			if (failure == null) {
				this.message.accept();
				this.accepted.run();
			}
			else {
				this.message.refuse(failure);
			}
		}
	}

	private record Removed(LetterStore.Ref ref, Runnable after) implements Work {

		@Override
		public int bytes() {
			return 0;
		}

		@Override
		public void done(@Nullable Exception failure) {
			this.after.run();
		}
	}

}
