package io.meshbridge.sandbox.demo;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LedgerTests {

	private final Ledger ledger = new Ledger(List.of("kafka:a", "rabbit:a"));

	@Test
	void isCompleteWhenEveryEventIsAtEachOfItsTargets() {
		this.ledger.sending("http:/a", "1", Set.of("kafka:a", "rabbit:a"));
		this.ledger.arrived("kafka:a", "1");
		assertThat(this.ledger.complete()).isFalse();
		assertThat(this.ledger.underWay()).isEqualTo(1);
		this.ledger.arrived("rabbit:a", "1");
		assertThat(this.ledger.complete()).isTrue();
	}

	@Test
	void isNotCompleteWhenOtherDataArrived() {
		this.ledger.sending("http:/a", "1", Set.of("kafka:a"));
		this.ledger.arrived("kafka:a", "changed");
		assertThat(this.ledger.complete()).isFalse();
	}

	@Test
	void isNotCompleteWhenTheGatewayDidNotTakeAnEvent() {
		this.ledger.sending("http:/a", "1", Set.of("kafka:a"));
		this.ledger.notTaken("http:/a", "1");
		assertThat(this.ledger.underWay()).isZero();
		assertThat(this.ledger.complete()).isFalse();
	}

	@Test
	void sumsUpWhatWasSentAndWhatArrived() {
		this.ledger.sending("mqtt:a", "1", Set.of("kafka:a"));
		this.ledger.sending("mqtt:a", "2", Set.of("kafka:a"));
		this.ledger.sending("mqtt:a", "3", Set.of("kafka:a"));
		this.ledger.notTaken("mqtt:a", "3");
		this.ledger.arrived("kafka:a", "1");
		this.ledger.arrived("kafka:a", "1");
		this.ledger.arrived("kafka:a", "by hand");
		this.ledger.arrived("http:80/x", "by hand");
		assertThat(this.ledger.summary()).containsExactly(
				"  sent to     mqtt:a                       2, and 1 that the gateway did not take",
				"  arrived at  http:80/x                    1",
				"  arrived at  kafka:a                      1 of 2, MISSING 1, 1 came twice, and 1 of yours",
				"  arrived at  rabbit:a                     0");
	}

	@Test
	void waitsForWhatIsUnderWay() throws Exception {
		this.ledger.sending("http:/a", "1", Set.of("kafka:a"));
		CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> {
			try {
				this.ledger.awaitArrivals(Duration.ofSeconds(30));
				return this.ledger.complete();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});
		this.ledger.arrived("kafka:a", "1");
		assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void doesNotWaitForEver() throws Exception {
		this.ledger.sending("http:/a", "1", Set.of("kafka:a"));
		this.ledger.awaitArrivals(Duration.ofMillis(20));
		assertThat(this.ledger.complete()).isFalse();
	}

}
