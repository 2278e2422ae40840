package io.meshbridge.bench.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

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

	private final LongSupplier allocatedBytes;

	private final Latency.@Nullable Recorder latencies;

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
	 * @param allocatedBytes what it has allocated so far, negative if unknown, read twice
	 */
	public Arrivals(EventSeries series, long warmUp, long measured, LongSupplier cpuNanos,
			LongSupplier allocatedBytes) {
		this(series, warmUp, measured, System::nanoTime, cpuNanos, allocatedBytes);
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
		this(series, copies, warmUp * copies, measured * copies, null, System::nanoTime, cpuNanos, () -> -1);
	}

	/**
	 * Begins to count and to measure latency, and nothing else.
	 * @param series what is sent
	 * @param pace when; what comes before its first event is warm-up
	 */
	public Arrivals(EventSeries series, Pace pace) {
		this(series, pace, System::nanoTime);
	}

	Arrivals(EventSeries series, Pace pace, LongSupplier nanoTime) {
		this(series, 1, pace.first(), pace.end() - pace.first(), new Latency.Recorder(pace), nanoTime, () -> 0,
				() -> 0);
	}

	Arrivals(EventSeries series, long warmUp, long measured, LongSupplier nanoTime, LongSupplier cpuNanos,
			LongSupplier allocatedBytes) {
		this(series, 1, warmUp, measured, null, nanoTime, cpuNanos, allocatedBytes);
	}

	private Arrivals(EventSeries series, int copies, long warmUp, long measured, Latency.@Nullable Recorder latencies,
			LongSupplier nanoTime, LongSupplier cpuNanos, LongSupplier allocatedBytes) {
		this.series = series;
		this.expected = warmUp + measured;
		this.latencies = latencies;
		this.nanoTime = nanoTime;
		this.cpuNanos = cpuNanos;
		this.allocatedBytes = allocatedBytes;
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
		if (this.latencies != null) {
			this.latencies.arrived(position.sequence() * this.series.keys() + position.key(), this.lastArrival);
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
		await(this.expected, idle, most);
	}

	/**
	 * Waits until some arrived.
	 * @param events how many, warm-up included
	 * @param idle gives up when nothing arrived for as long
	 * @param most gives up after that
	 */
	public synchronized void await(long events, Duration idle, Duration most) throws InterruptedException {
		long start = this.nanoTime.getAsLong();
		while (this.unique < events) {
			long now = this.nanoTime.getAsLong();
			if (now - Math.max(this.lastArrival, start) > idle.toNanos() || now - start > most.toNanos()) {
				return;
			}
			wait(200);
		}
	}

	/**
	 * Latency in each measured stage of the pace; none without one.
	 */
	private List<Latency> latencies() {
		return (this.latencies != null) ? this.latencies.latencies() : List.of();
	}

	/**
	 * What was counted until now.
	 */
	public synchronized Count count() {
		double seconds = (this.end.nanos - this.begin.nanos) / 1e9;
		long events = this.end.at - this.begin.at;
		if (!this.end.passed || seconds <= 0) {
			return new Count(this.expected, this.expected - this.unique, this.duplicated, this.reordered, this.foreign,
					0, 0, 0, 0);
		}
		double cpuMicros = (this.end.cpu - this.begin.cpu) / 1e3;
		boolean known = this.begin.allocated >= 0 && this.end.allocated >= 0;
		double allocated = known ? this.end.allocated - this.begin.allocated : 0;
		return new Count(this.expected, this.expected - this.unique, this.duplicated, this.reordered, this.foreign,
				seconds, events / seconds, cpuMicros / events, allocated / events);
	}

	/**
	 * Count and latencies.
	 */
	public synchronized Result result() {
		return new Result(count(), latencies());
	}

	/**
	 * All that was found.
	 *
	 * @param count what arrived
	 * @param latencies one for each measured stage
	 */
	public record Result(Count count, List<Latency> latencies) {

		public Result {
			latencies = List.copyOf(latencies);
		}

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
	 * @param allocatedBytesPerEvent what it allocated in the steady part; 0 if unknown
	 */
	public record Count(long events, long lost, long duplicated, long reordered, long foreign, double steadySeconds,
			double eventsPerSecond, double cpuMicrosPerEvent, double allocatedBytesPerEvent) {

		/**
		 * The same speed, with the faults that another count found.
		 */
		public Count withFaultsOf(Count other) {
			return new Count(this.events, other.lost, other.duplicated, other.reordered, other.foreign,
					this.steadySeconds, this.eventsPerSecond, this.cpuMicrosPerEvent, this.allocatedBytesPerEvent);
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

		private long allocated;

		Mark(long at) {
			this.at = at;
		}

		void pass() {
			if (!this.passed && Arrivals.this.unique >= this.at) {
				this.passed = true;
				this.nanos = Arrivals.this.lastArrival;
				this.cpu = Arrivals.this.cpuNanos.getAsLong();
				this.allocated = Arrivals.this.allocatedBytes.getAsLong();
			}
		}

	}

}
