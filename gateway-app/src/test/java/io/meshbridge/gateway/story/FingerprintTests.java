package io.meshbridge.gateway.story;

import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FingerprintTests {

	@Test
	void isTheSameInEveryProcess() {
		// Files hold it.
		assertThat(Fingerprint.of("/shop", "4711"))
			.isEqualTo(new Fingerprint(-5841406202667437633L, -5171623392097486105L));
	}

	@Test
	void tellsWhereTheSourceEndsAndTheIdBegins() {
		Set<Fingerprint> all = new HashSet<>();
		String text = "0123456789012345678901234567890123456789";
		for (int i = 0; i <= text.length(); i++) {
			assertThat(all.add(Fingerprint.of(text.substring(0, i), text.substring(i)))).isTrue();
		}
	}

	@Test
	void changesInHalfOfItsBitsWithEachLetter() {
		String id = "0123456789012345678901234567890123456789";
		Fingerprint whole = Fingerprint.of("/shop", id);
		for (int i = 0; i < id.length(); i++) {
			Fingerprint other = Fingerprint.of("/shop", id.substring(0, i) + "x" + id.substring(i + 1));
			assertThat(Long.bitCount(whole.high() ^ other.high())).isBetween(14, 50);
			assertThat(Long.bitCount(whole.low() ^ other.low())).isBetween(14, 50);
		}
	}

	@Test
	void isDifferentForIdsThatCount() {
		Set<Long> high = new HashSet<>();
		Set<Long> low = new HashSet<>();
		for (int i = 0; i < 200_000; i++) {
			Fingerprint each = Fingerprint.of("/shop", String.valueOf(i));
			assertThat(high.add(each.high())).isTrue();
			assertThat(low.add(each.low())).isTrue();
		}
	}

}
