package io.meshbridge.gateway.bindings;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ChannelTrafficTests {

	private final AtomicLong nanos = new AtomicLong(1);

	private final ChannelTraffic traffic = new ChannelTraffic(this.nanos::get);

	private final AtomicLong billed = new AtomicLong();

	private final AtomicLong archived = new AtomicLong();

	private void pass(Duration time) {
		for (long seconds = 0; seconds < time.toSeconds(); seconds += 5) {
			this.nanos.addAndGet(Duration.ofSeconds(5).toNanos());
			this.traffic.sample();
		}
	}

	@Test
	void ratesAreOverTheTimeThereIsUntilThereIsAMinute() {
		this.traffic.storedIn("orders").add(100);
		pass(Duration.ofSeconds(20));
		assertThat(this.traffic.rates("orders").inPerSecond()).isEqualTo(5);
		pass(Duration.ofSeconds(20));
		assertThat(this.traffic.rates("orders").inPerSecond()).isEqualTo(2.5);
	}

	@Test
	void whatIsOlderThanAMinuteIsInTheTotalOnly() {
		this.traffic.storedIn("orders").add(100);
		pass(Duration.ofSeconds(90));
		assertThat(this.traffic.rates("orders")).isEqualTo(new ChannelTraffic.Rates(100, 0, 0, 0));
	}

	@Test
	void countsEachEventOncePerGroup() {
		this.traffic.readFrom("orders", "billing", this.billed::get);
		this.traffic.readFrom("orders", "archive", this.archived::get);
		this.billed.set(30);
		this.archived.set(10);
		pass(Duration.ofSeconds(10));
		assertThat(this.traffic.rates("orders")).isEqualTo(new ChannelTraffic.Rates(0, 40, 0, 4));
	}

	@Test
	void aGroupThatIsReadAnewIsNotCountedTwice() {
		this.traffic.readFrom("orders", "billing", this.billed::get);
		this.billed.set(30);
		this.traffic.readFrom("orders", "billing", this.billed::get);
		assertThat(this.traffic.rates("orders").out()).isEqualTo(30);
	}

	@Test
	void oneEventRightAfterTheStartIsNoHugeRate() {
		this.traffic.storedIn("orders").increment();
		this.nanos.addAndGet(1000);
		assertThat(this.traffic.rates("orders").inPerSecond()).isEqualTo(1);
	}

	@Test
	void aChannelWithoutTrafficHasNone() {
		assertThat(this.traffic.rates("orders")).isEqualTo(new ChannelTraffic.Rates(0, 0, 0, 0));
	}

}
