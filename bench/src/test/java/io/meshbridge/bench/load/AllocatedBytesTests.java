package io.meshbridge.bench.load;

import java.io.IOException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AllocatedBytesTests {

	private static final int SIZE = 64 * 1024 * 1024;

	@Test
	void countsWhatAThreadAllocatedThatHasEnded() throws Exception {
		try (AllocatedBytes bytes = AllocatedBytes.here()) {
			long before = bytes.getAsLong();
			long[] seen = new long[1];
			Thread thread = new Thread(() -> {
				byte[] large = new byte[SIZE];
				large[0] = 1;
				// A look in time, as they come four times a second.
				seen[0] = bytes.getAsLong() - large[0];
			});
			thread.start();
			thread.join(30_000);
			assertThat(thread.isAlive()).isFalse();
			assertThat(bytes.getAsLong()).isGreaterThanOrEqualTo(seen[0]).isGreaterThanOrEqualTo(before + SIZE);
		}
	}

	@Test
	void processThatIsNotThereIsAnError() {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> AllocatedBytes.of(Integer.MAX_VALUE));
	}

}
