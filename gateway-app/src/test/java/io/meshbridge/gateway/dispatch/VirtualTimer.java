package io.meshbridge.gateway.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A timer whose time stands still until the test turns it on. Tasks run on the thread
 * that does so.
 */
final class VirtualTimer implements DeliveryTimer {

	private static final Duration BEGINNING = Duration.ofHours(1);

	private final List<Task> tasks = new ArrayList<>();

	private long nanos = BEGINNING.toNanos();

	private long added;

	private @Nullable Runnable meanwhile;

	@Override
	public void schedule(Duration wait, Runnable task) {
		Runnable other;
		synchronized (this) {
			this.tasks.add(new Task(this.nanos + wait.toNanos(), this.added++, task));
			other = this.meanwhile;
			this.meanwhile = null;
		}
		if (other != null) {
			other.run();
		}
	}

	/** Does this once, as if another thread did, when something is next scheduled. */
	synchronized void meanwhile(Runnable other) {
		this.meanwhile = other;
	}

	@Override
	public synchronized long nanoTime() {
		return this.nanos;
	}

	@Override
	public synchronized Instant now() {
		return DeliverySetup.NOW.plusNanos(this.nanos - BEGINNING.toNanos());
	}

	/** Runs what is due now. */
	void runDue() {
		advance(Duration.ZERO);
	}

	/** Lets this time go by, with all that falls into it. */
	void advance(Duration time) {
		long end = nanoTime() + time.toNanos();
		for (Task next = next(end); next != null; next = next(end)) {
			next.work().run();
		}
		synchronized (this) {
			this.nanos = end;
		}
	}

	private synchronized @Nullable Task next(long end) {
		Task first = this.tasks.stream()
			.min(Comparator.comparingLong(Task::due).thenComparingLong(Task::number))
			.orElse(null);
		if (first == null || first.due() > end) {
			return null;
		}
		this.tasks.remove(first);
		this.nanos = Math.max(this.nanos, first.due());
		return first;
	}

	/** How long until the next task, in milliseconds; -1 when there is none. */
	synchronized long millisToNext() {
		return this.tasks.stream()
			.mapToLong((task) -> Duration.ofNanos(task.due() - this.nanos).toMillis())
			.min()
			.orElse(-1);
	}

	private record Task(long due, long number, Runnable work) {
	}

}
