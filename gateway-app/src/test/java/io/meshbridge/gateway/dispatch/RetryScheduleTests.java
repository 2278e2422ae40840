package io.meshbridge.gateway.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.meshbridge.bridge.SendException;
import io.meshbridge.rules.Backoff;
import io.meshbridge.rules.DeliveryPolicy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.meshbridge.gateway.dispatch.DeliverySetup.event;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * When an event is tried again, to the millisecond; time is turned on by hand.
 */
class RetryScheduleTests {

	private final VirtualTimer timer = new VirtualTimer();

	private final DeliverySetup setup = new DeliverySetup(this.timer);

	private final ScriptedTarget sink = new ScriptedTarget(true);

	@ParameterizedTest
	@CsvSource({ "LINEAR, 0, 0, 200 400 600 800 1000 1000", "LINEAR, 0, 1, 200 400 600 800 1000 1000",
			"EXPONENTIAL, 0, 0, 400 800 1000 1000 1000 1000", "LINEAR, 0.5, 0, 200 400 600 800 1000 1000",
			"LINEAR, 0.5, 1, 100 200 300 400 500 500", "LINEAR, 0.5, 0.5, 150 300 450 600 750 750",
			"LINEAR, 1, 0.75, 50 100 150 200 250 250" })
	void theFirstRetryIsNumberOneAndJitterOnlyShortens(Backoff.Policy policy, double jitter, double chance,
			String waits) {
		this.setup.chance = chance;
		Backoff backoff = new Backoff(policy, Duration.ofMillis(200), Duration.ofSeconds(1), jitter);
		assertThat(waits(backoff, Duration.ZERO, null)).containsExactly(waits.split(" "));
	}

	@ParameterizedTest
	@CsvSource({ "5, 30, 5000", "60, 30, 30000", "1, 30, 1000", "0, 30, 200", "60, 0, 200" })
	void retryAfterLengthensTheWaitUpToItsLimit(long askedSeconds, long maxSeconds, String first) {
		Backoff backoff = new Backoff(Backoff.Policy.LINEAR, Duration.ofMillis(200), Duration.ofSeconds(1), 0);
		assertThat(waits(backoff, Duration.ofSeconds(maxSeconds), Duration.ofSeconds(askedSeconds))).startsWith(first);
	}

	@Test
	void jitterNeverUndercutsWhatTheTargetAskedFor() {
		this.setup.chance = 1;
		Backoff backoff = new Backoff(Backoff.Policy.LINEAR, Duration.ofMillis(200), Duration.ofSeconds(1), 1);
		assertThat(waits(backoff, Duration.ofSeconds(30), Duration.ofSeconds(2))).containsOnly("2000");
	}

	private List<String> waits(Backoff backoff, Duration retryAfterMax, @Nullable Duration asked) {
		ScriptedTarget target = new ScriptedTarget(true).answers((event) -> CompletableFuture
			.failedFuture((asked == null) ? ScriptedTarget.down() : SendException.retryAfter("503", "busy", asked)));
		DeliveryPolicy policy = new DeliveryPolicy(6, backoff, Duration.ofSeconds(30), retryAfterMax, null,
				DeliveryPolicy.Order.KEY, DeliveryPolicy.OnOutage.PAUSE, null, 0, DeliveryPolicy.OnExpiry.DEAD_LETTER);
		this.setup.delivery(target, this.sink, policy).deliver(event("1", null));
		List<String> waits = new ArrayList<>();
		for (long wait = this.timer.millisToNext(); wait >= 0; wait = this.timer.millisToNext()) {
			waits.add(String.valueOf(wait));
			this.timer.advance(Duration.ofMillis(wait));
			assertThat(target.sentCount()).isEqualTo(1 + waits.size());
		}
		assertThat(this.sink.sentIds()).containsExactly("1");
		return waits;
	}

}
