package io.meshbridge.bench.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.LongSupplier;

/**
 * Counts the events of a series as they arrive at the target: what is lost, what came
 * twice, what came out of order within its key, and how fast the steady part was. The
 * first events are warm-up; steady is the time between 10 % and 90 % of the rest. Safe
 * for any number of threads.
 */
public final class Arrivals {

	private final EventSeries series;

	private final long expected;

	private final LongSupplier nanoTime;

	private final LongSupplier cpuNanos;

	private final BitSet[] seen;

	private final long[] highest;

	private final Mark begin;

	private final Mark end;

	private long unique;

	private long duplicated;

	private long reordered;

	private long foreign;

	private long lastArrival;

	/**
	 * Begins to count.
	 * @param series what is sent
	 * @param warmUp how many arrivals come before the measured part
	 * @param measured how many come after that
	 * @param cpuNanos CPU time of the process under test so far, read twice
	 */
	public Arrivals(EventSeries series, long warmUp, long measured, LongSupplier cpuNanos) {
		this(series, warmUp, measured, System::nanoTime, cpuNanos);
	}

	/**
	 * Begins to count events of which each arrives in some copies. All figures are those
	 * of copies then.
	 * @param series what is sent
	 * @param copies how often each event arrives
	 * @param warmUp how many events come before the measured part
	 * @param measured how many come after that
	 * @param cpuNanos CPU time of the process under test so far, read twice
	 */
	public Arrivals(EventSeries series, int copies, long warmUp, long measured, LongSupplier cpuNanos) {
		this(series, copies, warmUp * copies, measured * copies, System::nanoTime, cpuNanos);
	}

	Arrivals(EventSeries series, long warmUp, long measured, LongSupplier nanoTime, LongSupplier cpuNanos) {
		this(series, 1, warmUp, measured, nanoTime, cpuNanos);
	}

	private Arrivals(EventSeries series, int copies, long warmUp, long measured, LongSupplier nanoTime,
			LongSupplier cpuNanos) {
		this.series = series;
		this.expected = warmUp + measured;
		this.nanoTime = nanoTime;
		this.cpuNanos = cpuNanos;
		this.seen = new BitSet[series.keys() * copies];
		Arrays.setAll(this.seen, (key) -> new BitSet());
		this.highest = new long[series.keys() * copies];
		Arrays.fill(this.highest, -1);
		this.begin = new Mark(warmUp + measured / 10);
		this.end = new Mark(warmUp + measured - measured / 10);
		this.lastArrival = nanoTime.getAsLong();
	}

	/**
	 * Takes note of a message that arrived.
	 */
	public void arrived(byte[] data) {
		arrived(0, data);
	}

	/**
	 * Takes note of a copy that arrived.
	 * @param copy which one, from 0
	 */
	public synchronized void arrived(int copy, byte[] data) {
		this.lastArrival = this.nanoTime.getAsLong();
		EventSeries.Position position = this.series.position(data);
		if (position == null || position.sequence() > Integer.MAX_VALUE) {
			this.foreign++;
			return;
		}
		int key = copy * this.series.keys() + position.key();
		BitSet ofKey = this.seen[key];
		int sequence = (int) position.sequence();
		if (ofKey.get(sequence)) {
			this.duplicated++;
			return;
		}
		ofKey.set(sequence);
		if (sequence < this.highest[key]) {
			this.reordered++;
		}
		else {
			this.highest[key] = sequence;
		}
		this.unique++;
		this.begin.pass();
		this.end.pass();
		if (this.unique == this.expected) {
			notifyAll();
		}
	}

	/**
	 * How many different events arrived so far.
	 */
	public synchronized long unique() {
		return this.unique;
	}

	/**
	 * Waits until all arrived.
	 * @param idle gives up when nothing arrived for as long
	 * @param most gives up after that
	 */
	public synchronized void await(Duration idle, Duration most) throws InterruptedException {
		long start = this.nanoTime.getAsLong();
		while (this.unique < this.expected) {
			long now = this.nanoTime.getAsLong();
			if (now - Math.max(this.lastArrival, start) > idle.toNanos() || now - start > most.toNanos()) {
				return;
			}
			wait(200);
		}
	}

	/**
	 * What was counted until now.
	 */
	public synchronized Count count() {
		double seconds = (this.end.nanos - this.begin.nanos) / 1e9;
		long events = this.end.at - this.begin.at;
		if (!this.end.passed || seconds <= 0) {
			return new Count(this.expected, this.expected - this.unique, this.duplicated, this.reordered, this.foreign,
					0, 0, 0);
		}
		double cpuMicros = (this.end.cpu - this.begin.cpu) / 1e3;
		return new Count(this.expected, this.expected - this.unique, this.duplicated, this.reordered, this.foreign,
				seconds, events / seconds, cpuMicros / events);
	}

	/**
	 * What a measurement found.
	 *
	 * @param events number of events sent, warm-up included
	 * @param lost sent and never arrived
	 * @param duplicated arrivals of an event that had arrived before
	 * @param reordered events that arrived after one of a higher number of the same key
	 * @param foreign messages that are no event of the series
	 * @param steadySeconds length of the steady part; 0 if it did not come to its end
	 * @param eventsPerSecond in the steady part
	 * @param cpuMicrosPerEvent CPU time of the process under test in the steady part
	 */
	public record Count(long events, long lost, long duplicated, long reordered, long foreign, double steadySeconds,
			double eventsPerSecond, double cpuMicrosPerEvent) {

		/**
		 * The same speed, with the faults that another count found.
		 */
		public Count withFaultsOf(Count other) {
			return new Count(this.events, other.lost, other.duplicated, other.reordered, other.foreign,
					this.steadySeconds, this.eventsPerSecond, this.cpuMicrosPerEvent);
		}

		/**
		 * Whether the steady part came to its end.
		 */
		public boolean complete() {
			return this.steadySeconds > 0;
		}

	}

	private final class Mark {

		private final long at;

		private boolean passed;

		private long nanos;

		private long cpu;

		Mark(long at) {
			this.at = at;
		}

		void pass() {
			if (!this.passed && Arrivals.this.unique >= this.at) {
				this.passed = true;
				this.nanos = Arrivals.this.lastArrival;
				this.cpu = Arrivals.this.cpuNanos.getAsLong();
			}
		}

	}

}
