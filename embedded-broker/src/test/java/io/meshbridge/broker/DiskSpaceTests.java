package io.meshbridge.broker;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DiskSpaceTests {

	private final AtomicLong now = new AtomicLong(1);

	private final SmallDisk disk = new SmallDisk();

	private final DiskSpace space = new DiskSpace(this.disk, 1000, 90, this.now::get);

	private void later() {
		this.now.addAndGet(TimeUnit.SECONDS.toNanos(1));
	}

	@Test
	void refusesBeforeTheReserveIsTouchedAndTakesAgainWhenThereIsSpace() {
		this.disk.free = 2000;
		assertThat(this.space.refusal(1000)).isNull();
		later();
		assertThat(this.space.refusal(1001)).contains("'small'", "2,000 bytes left", "2,001", "min-disk-free");
		assertThat(this.disk.asked).isEqualTo(1);
		this.disk.free = 5_000;
		later();
		assertThat(this.space.refusal(1001)).isNull();
		assertThat(this.disk.asked).isEqualTo(1);
	}

	@Test
	void keepsWhatCompactingMayNeed() {
		this.disk.free = 2000;
		this.disk.compaction = 1000;
		assertThat(this.space.refusal(1)).contains("2,001 have to stay free");
	}

	@Test
	void refusesAboveTheAllowedUsage() {
		this.disk.total = 100_000;
		this.disk.free = 9_000;
		assertThat(this.space.refusal(1)).contains("full to 91 percent", "max-disk-usage");
	}

	@Test
	void looksAgainAfterAMegabyteHoweverFastItCame() {
		this.disk.free = 5_000_000;
		this.disk.total = 10_000_000;
		assertThat(this.space.refusal(1)).isNull();
		this.disk.free = 0;
		assertThat(this.space.refusal(500_000)).isNull();
		assertThat(this.space.refusal(600_000)).isNotNull();
	}

	private static final class SmallDisk implements DiskSpace.Disk {

		private long free;

		private long total = 5_000;

		private long compaction;

		private int asked;

		@Override
		public long freeBytes() {
			return this.free;
		}

		@Override
		public long totalBytes() {
			return this.total;
		}

		@Override
		public long compactionBytes() {
			return this.compaction;
		}

		@Override
		public void makeRoom() {
			this.asked++;
		}

		@Override
		public String toString() {
			return "small";
		}

	}

}
