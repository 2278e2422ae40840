package io.meshbridge.bridge.http.inbound;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OncePerMinuteTests {

	private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);

	private final OncePerMinute line = new OncePerMinute(this.now::get);

	@Test
	void tellsOfTheFirstAtOnceAndOfTheOthersTogether() {
		assertThat(this.line.due()).isEqualTo(1);
		assertThat(this.line.due()).isZero();
		this.now.addAndGet(TimeUnit.SECONDS.toNanos(59));
		assertThat(this.line.due()).isZero();
		this.now.addAndGet(TimeUnit.SECONDS.toNanos(1));
		assertThat(this.line.due()).isEqualTo(3);
		assertThat(this.line.due()).isZero();
	}

}
