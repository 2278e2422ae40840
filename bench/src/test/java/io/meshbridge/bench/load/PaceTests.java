package io.meshbridge.bench.load;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class PaceTests {

	private static final long START = 7_000_000_000L;

	private final EventSeries series = new EventSeries("abcd1234", 4, true);

	@Test
	void stagesFollowEachOther() {
		Pace pace = new Pace(100, List.of(new Pace.Stage(1000, 500, false), new Pace.Stage(1000, 1500, true),
				new Pace.Stage(50, 10, true)));
		pace.begin(START);
		assertThat(pace.end()).isEqualTo(2110);
		assertThat(millis(pace, 100)).isZero();
		assertThat(millis(pace, 101)).isEqualTo(1);
		assertThat(millis(pace, 2099)).isEqualTo(1999);
		assertThat(millis(pace, 2100)).isEqualTo(2000);
		assertThat(millis(pace, 2101)).isEqualTo(2020);
		assertThat(millis(pace, 2110)).isEqualTo(2200);
	}

	@Test
	void leadsToAThousandAndThenToTheOtherRate() {
		Pace pace = Pace.thousandThen(20_000, 3, 8);
		assertThat(pace.first()).isEqualTo(120_000);
		assertThat(pace.stages()).containsExactly(new Pace.Stage(1000, 1000, false), new Pace.Stage(1000, 8000, true),
				new Pace.Stage(20_000, 20_000, false), new Pace.Stage(20_000, 160_000, true));
	}

	@Test
	void latencyCountsFromWhenAnEventWasDue() {
		Pace pace = new Pace(0, List.of(new Pace.Stage(1000, 100, true)));
		pace.begin(START);
		AtomicLong clock = new AtomicLong(START);
		Arrivals arrivals = new Arrivals(this.series, pace, clock::get);
		// A stall of 50 ms: what was due meanwhile comes at its end, and all else is
		// there after 2 ms.
		for (int number = 0; number < 100; number++) {
			long due = START + TimeUnit.MILLISECONDS.toNanos(number + 2);
			clock.set(Math.max(due, (number < 20) ? 0 : START + TimeUnit.MILLISECONDS.toNanos(70)));
			arrivals.arrived(this.series.data(number));
		}
		assertThat(arrivals.result().latencies()).singleElement().satisfies((latency) -> {
			assertThat(latency.events()).isEqualTo(100);
			assertThat(latency.eventsPerSecond()).isEqualTo(1000);
			assertThat(latency.p50Millis()).isCloseTo(2, within(0.001));
			assertThat(latency.p99Millis()).isCloseTo(49, within(0.001));
		});
	}

	@Test
	void onlyMeasuredStagesHaveALatency() {
		Pace pace = new Pace(10, List.of(new Pace.Stage(1000, 5, false), new Pace.Stage(1000, 10, true)));
		pace.begin(START);
		AtomicLong clock = new AtomicLong(START);
		Arrivals arrivals = new Arrivals(this.series, pace, clock::get);
		for (int number = 0; number < 15; number++) {
			// Warm-up and lead take for ever.
			clock.set(START + TimeUnit.HOURS.toNanos(1));
			arrivals.arrived(this.series.data(number));
		}
		for (int number = 15; number < 24; number++) {
			clock.set(START + TimeUnit.MILLISECONDS.toNanos(number - 10 + 3));
			arrivals.arrived(this.series.data(number));
		}
		assertThat(arrivals.result().latencies()).singleElement().satisfies((latency) -> {
			assertThat(latency.events()).as("one is lost").isEqualTo(9);
			assertThat(latency.p99Millis()).isCloseTo(3, within(0.001));
		});
		assertThat(arrivals.result().count().lost()).isEqualTo(1);
	}

	@Test
	void sameEventAgainDoesNotChangeItsLatency() {
		Pace pace = new Pace(0, List.of(new Pace.Stage(1000, 1, true)));
		pace.begin(START);
		AtomicLong clock = new AtomicLong(START + TimeUnit.MILLISECONDS.toNanos(4));
		Arrivals arrivals = new Arrivals(this.series, pace, clock::get);
		arrivals.arrived(this.series.data(0));
		clock.addAndGet(TimeUnit.SECONDS.toNanos(9));
		arrivals.arrived(this.series.data(0));
		assertThat(arrivals.result().latencies().get(0).p50Millis()).isCloseTo(4, within(0.001));
	}

	private static long millis(Pace pace, long number) {
		return TimeUnit.NANOSECONDS.toMillis(pace.dueNanos(number) - START);
	}

}
