package io.meshbridge.bench.load;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class ArrivalsTests {

	private static final int KEYS = 4;

	private final EventSeries series = new EventSeries("abcd1234", KEYS, true);

	private final AtomicLong nanos = new AtomicLong(1_000);

	private final AtomicLong cpu = new AtomicLong(5_000);

	private final AtomicLong allocated = new AtomicLong(70_000);

	@Test
	void allInOrderIsClean() {
		Arrivals arrivals = arrivals(20, 100);
		arriveAll(arrivals, 120);
		Arrivals.Count count = arrivals.count();
		assertThat(count.complete()).isTrue();
		assertThat(count.events()).isEqualTo(120);
		assertThat(faults(count)).isEqualTo("lost 0, duplicated 0, reordered 0, foreign 0");
	}

	@Test
	void whatNeverArrivesIsLost() {
		Arrivals arrivals = arrivals(0, 100);
		for (int number = 0; number < 100; number++) {
			if (number != 17 && number != 99) {
				arrivals.arrived(this.series.data(number));
			}
		}
		assertThat(faults(arrivals.count())).isEqualTo("lost 2, duplicated 0, reordered 0, foreign 0");
	}

	@Test
	void whatArrivesAgainIsADuplicateAndNotOutOfOrder() {
		Arrivals arrivals = arrivals(0, 8);
		arriveAll(arrivals, 8);
		arrivals.arrived(this.series.data(0));
		arrivals.arrived(this.series.data(7));
		assertThat(faults(arrivals.count())).isEqualTo("lost 0, duplicated 2, reordered 0, foreign 0");
	}

	@Test
	void duplicateDoesNotMakeUpForALostEvent() {
		Arrivals arrivals = arrivals(0, 2);
		arrivals.arrived(this.series.data(0));
		arrivals.arrived(this.series.data(0));
		assertThat(faults(arrivals.count())).isEqualTo("lost 1, duplicated 1, reordered 0, foreign 0");
	}

	@Test
	void eventAfterALaterOneOfItsKeyIsReordered() {
		Arrivals arrivals = arrivals(0, 12);
		for (int number : new int[] { 0, 8, 4, 1, 5, 9, 2, 6, 10, 3, 7, 11 }) {
			arrivals.arrived(this.series.data(number));
		}
		assertThat(faults(arrivals.count())).isEqualTo("lost 0, duplicated 0, reordered 1, foreign 0");
	}

	@Test
	void eachCopyOfAnEventCountsByItself() {
		Arrivals arrivals = new Arrivals(this.series, 2, 2, 10, this.cpu::get);
		for (int number = 0; number < 12; number++) {
			arrivals.arrived(0, this.series.data(number));
		}
		assertThat(faults(arrivals.count())).isEqualTo("lost 12, duplicated 0, reordered 0, foreign 0");
		for (int number : new int[] { 4, 0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 10 }) {
			arrivals.arrived(1, this.series.data(number));
		}
		assertThat(faults(arrivals.count())).isEqualTo("lost 1, duplicated 1, reordered 1, foreign 0");
	}

	@Test
	void keysMayOvertakeEachOther() {
		Arrivals arrivals = arrivals(0, 8);
		for (int number : new int[] { 3, 7, 2, 6, 1, 5, 0, 4 }) {
			arrivals.arrived(this.series.data(number));
		}
		assertThat(arrivals.count().reordered()).isZero();
	}

	@Test
	void messagesOfOthersAreForeign() {
		Arrivals arrivals = arrivals(0, 1);
		arrivals.arrived(new byte[3]);
		arrivals.arrived(new EventSeries("zzzz1234", KEYS, true).data(0));
		assertThat(faults(arrivals.count())).isEqualTo("lost 1, duplicated 0, reordered 0, foreign 2");
	}

	@Test
	void figuresAreThoseOfTheSteadyPart() {
		Arrivals arrivals = arrivals(50, 100);
		for (int number = 0; number < 150; number++) {
			// Warm-up and both ends are a hundred times slower than the steady part.
			boolean steady = number >= 60 && number < 140;
			this.nanos.addAndGet(steady ? 1_000_000 : 100_000_000);
			this.cpu.addAndGet(steady ? 30_000 : 9_000_000);
			this.allocated.addAndGet(steady ? 4096 : 1_000_000);
			arrivals.arrived(this.series.data(number));
		}
		Arrivals.Count count = arrivals.count();
		assertThat(count.eventsPerSecond()).isCloseTo(1000, within(0.001));
		assertThat(count.cpuMicrosPerEvent()).isCloseTo(30, within(0.001));
		assertThat(count.allocatedBytesPerEvent()).isCloseTo(4096, within(0.001));
		assertThat(count.steadySeconds()).isCloseTo(0.08, within(0.001));
	}

	@Test
	void whatIsUnknownAtOneEndIsNoFigure() {
		Arrivals arrivals = arrivals(0, 100);
		this.allocated.set(AllocatedBytes.UNKNOWN);
		arriveAll(arrivals, 50);
		this.allocated.set(70_000);
		arriveAll(arrivals, 100);
		assertThat(arrivals.count().allocatedBytesPerEvent()).isZero();
	}

	@Test
	void noFiguresBeforeTheSteadyPartIsOver() {
		Arrivals arrivals = arrivals(50, 100);
		arriveAll(arrivals, 139);
		assertThat(arrivals.count().complete()).isFalse();
		assertThat(arrivals.count().eventsPerSecond()).isZero();
		arrivals.arrived(this.series.data(139));
		assertThat(arrivals.count().complete()).isTrue();
	}

	@Test
	void waitingEndsWhenAllArrived() throws InterruptedException {
		Arrivals arrivals = arrivals(0, 10);
		arriveAll(arrivals, 10);
		arrivals.await(Duration.ofHours(1), Duration.ofHours(1));
		assertThat(arrivals.unique()).isEqualTo(10);
	}

	@Test
	void waitingEndsWhenNothingArrivesForTooLong() throws InterruptedException {
		AtomicLong clock = new AtomicLong();
		Arrivals arrivals = new Arrivals(this.series, 0, 10, () -> clock.getAndAdd(10_000_000_000L), () -> 0, () -> 0);
		arrivals.await(Duration.ofSeconds(15), Duration.ofHours(1));
		assertThat(arrivals.count().lost()).isEqualTo(10);
	}

	private Arrivals arrivals(long warmUp, long measured) {
		return new Arrivals(this.series, warmUp, measured, this.nanos::get, this.cpu::get, this.allocated::get);
	}

	private void arriveAll(Arrivals arrivals, int count) {
		for (int number = 0; number < count; number++) {
			this.nanos.addAndGet(1_000_000);
			arrivals.arrived(this.series.data(number));
		}
	}

	private static String faults(Arrivals.Count count) {
		return "lost %d, duplicated %d, reordered %d, foreign %d".formatted(count.lost(), count.duplicated(),
				count.reordered(), count.foreign());
	}

}
