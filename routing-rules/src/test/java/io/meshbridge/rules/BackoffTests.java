package io.meshbridge.rules;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class BackoffTests {

	@ParameterizedTest
	@CsvSource({ "LINEAR, 1, 200", "LINEAR, 2, 400", "LINEAR, 3, 600", "LINEAR, 200, 30000", "EXPONENTIAL, 1, 400",
			"EXPONENTIAL, 2, 800", "EXPONENTIAL, 3, 1600", "EXPONENTIAL, 7, 25600", "EXPONENTIAL, 8, 30000",
			"EXPONENTIAL, 100, 30000" })
	void countsTheFirstRetryAsOneAndEndsAtTheLongestDelay(Backoff.Policy policy, int retry, long millis) {
		assertThat(backoff(policy, 0).before(retry, 0.7)).isEqualTo(Duration.ofMillis(millis));
	}

	@Test
	void jitterShortensTheWaitByAtMostItsShare() {
		Backoff backoff = backoff(Backoff.Policy.LINEAR, 0.25);
		assertThat(backoff.before(2, 0)).isEqualTo(Duration.ofMillis(400));
		assertThat(backoff.before(2, 0.5)).isEqualTo(Duration.ofMillis(350));
		assertThat(backoff.before(2, 1)).isEqualTo(Duration.ofMillis(300));
		assertThat(backoff(Backoff.Policy.EXPONENTIAL, 1).before(100, 1)).isEqualTo(Duration.ZERO);
	}

	private static Backoff backoff(Backoff.Policy policy, double jitter) {
		return new Backoff(policy, Duration.ofMillis(200), Duration.ofSeconds(30), jitter);
	}

}
