package io.meshbridge.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * When each of the next events of a series is to be sent: stages, one after the other,
 * each with a rate of its own. An event that is sent late stays due when it was, so
 * whatever holds the sender back counts as latency.
 */
public final class Pace {

	private final long first;

	private final List<Stage> stages;

	private volatile long start;

	/**
	 * Plans.
	 * @param first number of the first event
	 * @param stages in order
	 */
	public Pace(long first, List<Stage> stages) {
		this.first = first;
		this.stages = List.copyOf(stages);
	}

	/**
	 * Leads to 1,000 events/s and measures them, then to another rate and measures that.
	 * @param eventsPerSecond the other rate
	 * @param warmUpSeconds how long events come at twice that rate before
	 * @param seconds how long each is measured
	 */
	public static Pace thousandThen(double eventsPerSecond, int warmUpSeconds, int seconds) {
		List<Stage> stages = new ArrayList<>();
		for (double rate : new double[] { 1000, eventsPerSecond }) {
			stages.add(new Stage(rate, (long) rate, false));
			stages.add(new Stage(rate, (long) (rate * seconds), true));
		}
		return new Pace((long) (eventsPerSecond * 2 * warmUpSeconds), stages);
	}

	/**
	 * Number of the first event; those before it are for the warm-up.
	 */
	public long first() {
		return this.first;
	}

	/**
	 * Number after that of the last event.
	 */
	public long end() {
		return this.first + this.stages.stream().mapToLong(Stage::events).sum();
	}

	List<Stage> stages() {
		return this.stages;
	}

	/**
	 * The first event is due now.
	 */
	public void begin() {
		begin(System.nanoTime());
	}

	void begin(long nanoTime) {
		this.start = nanoTime;
	}

	/**
	 * When an event is due, as {@link System#nanoTime} counts.
	 */
	long dueNanos(long number) {
		double seconds = 0;
		long before = number - this.first;
		for (Stage stage : this.stages) {
			long ofStage = Math.min(before, stage.events());
			seconds += ofStage / stage.eventsPerSecond();
			before -= ofStage;
		}
		return this.start + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
	}

	/**
	 * Waits until an event is due.
	 */
	public void await(long number) {
		long due = dueNanos(number);
		for (long left = due - System.nanoTime(); left > 0
				&& !Thread.currentThread().isInterrupted(); left = due - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
	}

	/**
	 * Some events at one rate.
	 *
	 * @param eventsPerSecond more than 0
	 * @param events how many
	 * @param measured whether their latency counts; else they only lead over to the next
	 * stage
	 */
	public record Stage(double eventsPerSecond, long events, boolean measured) {
	}

}
