package io.meshbridge.gateway.ingress;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class InFlightLimitTests {

	private final List<Boolean> heard = new ArrayList<>();

	@Test
	void holdsBackAtTheLimitAndLetsGoAtFourFifths() {
		InFlightLimit limit = new InFlightLimit(10, 1000, this.heard::add);
		take(limit, 9, 1);
		assertThat(this.heard).isEmpty();
		take(limit, 1, 1);
		assertThat(this.heard).containsExactly(true);
		limit.release(1);
		limit.release(1);
		assertThat(this.heard).containsExactly(true);
		limit.release(1);
		assertThat(this.heard).containsExactly(true, false);
	}

	@Test
	void holdsBackBySizeToo() {
		InFlightLimit limit = new InFlightLimit(10, 1000, this.heard::add);
		limit.take(600);
		limit.take(400);
		assertThat(this.heard).containsExactly(true);
		limit.release(600);
		assertThat(this.heard).containsExactly(true, false);
		assertThat(limit.bytes()).isEqualTo(400);
	}

	@Test
	void refusesWhatDoesNotFitAndCountsNothingForIt() {
		InFlightLimit limit = new InFlightLimit(2, 1000, this.heard::add);
		assertThat(limit.tryTake(500)).isTrue();
		assertThat(limit.tryTake(501)).isFalse();
		assertThat(limit.tryTake(500)).isTrue();
		assertThat(limit.tryTake(0)).isFalse();
		assertThat(limit.events()).isEqualTo(2);
		assertThat(limit.bytes()).isEqualTo(1000);
	}

	@Test
	void takesOneEventHoweverLargeItIs() {
		InFlightLimit limit = new InFlightLimit(2, 1000, this.heard::add);
		assertThat(limit.tryTake(5000)).isTrue();
		assertThat(limit.tryTake(1)).isFalse();
	}

	@RepeatedTest(20)
	void endsUpFlowingWhenEverythingIsSettledWhateverTheThreadsDo() throws Exception {
		AtomicReference<Boolean> last = new AtomicReference<>(false);
		InFlightLimit limit = new InFlightLimit(3, 1_000_000, last::set);
		ExecutorService threads = Executors.newFixedThreadPool(4);
		for (int thread = 0; thread < 4; thread++) {
			threads.execute(() -> {
				for (int i = 0; i < 2000; i++) {
					limit.take(1);
					limit.release(1);
				}
			});
		}
		threads.shutdown();
		assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
		assertThat(limit.events()).isZero();
		assertThat(last).hasValue(false);
	}

	private static void take(InFlightLimit limit, int events, int sizeBytes) {
		for (int i = 0; i < events; i++) {
			limit.take(sizeBytes);
		}
	}

}
