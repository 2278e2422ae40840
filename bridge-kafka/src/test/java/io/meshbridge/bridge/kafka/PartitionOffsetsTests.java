package io.meshbridge.bridge.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class PartitionOffsetsTests {

	private final PartitionOffsets offsets = new PartitionOffsets();

	@Test
	void commitsTheFirstOffsetBeforeAnythingIsSettled() {
		take(7, 8);
		assertThat(this.offsets.toCommit()).isEqualTo(7);
	}

	@Test
	void commitsUpToTheFirstRecordThatIsNotSettled() {
		List<Taken> taken = take(10, 11, 12, 13);
		taken.get(0).settle();
		taken.get(2).settle();
		taken.get(3).settle();
		assertThat(this.offsets.toCommit()).isEqualTo(11);
		assertThat(this.offsets.settledAhead()).isEqualTo(2);
		taken.get(1).settle();
		assertThat(this.offsets.toCommit()).isEqualTo(14);
		assertThat(this.offsets.settledAhead()).isZero();
	}

	@Test
	void commitsOnceOnly() {
		take(0).get(0).settle();
		this.offsets.committed(this.offsets.toCommit());
		assertThat(this.offsets.toCommit()).isEqualTo(-1);
	}

	@Test
	void commitsOverGapsThatCompactionLeft() {
		List<Taken> taken = take(3, 9, 20);
		taken.get(0).settle();
		assertThat(this.offsets.toCommit()).isEqualTo(9);
		taken.get(1).settle();
		taken.get(2).settle();
		assertThat(this.offsets.toCommit()).isEqualTo(21);
	}

	@Test
	void commitsThePositionBehindTransactionMarkersWhenAllIsSettled() {
		Taken taken = take(5).get(0);
		this.offsets.position(8);
		assertThat(this.offsets.toCommit()).isEqualTo(5);
		taken.settle();
		this.offsets.position(8);
		assertThat(this.offsets.toCommit()).isEqualTo(8);
		take(8);
		assertThat(this.offsets.toCommit()).isEqualTo(8);
	}

	@Test
	void ignoresASecondSettlement() {
		List<Taken> taken = take(0, 1, 2);
		taken.get(1).settle();
		taken.get(1).settle();
		taken.get(1).refuse();
		assertThat(this.offsets.settledAhead()).isEqualTo(1);
		assertThat(this.offsets.takeRefusal()).isEqualTo(-1);
		assertThat(this.offsets.toCommit()).isZero();
	}

	@Test
	void readsAgainFromTheLowestRefusedRecord() {
		List<Taken> taken = take(0, 1, 2, 3);
		taken.get(2).refuse();
		taken.get(1).refuse();
		taken.get(3).refuse();
		assertThat(this.offsets.takeRefusal()).isEqualTo(1);
		assertThat(this.offsets.takeRefusal()).isEqualTo(-1);
	}

	@Test
	void forgetsWhatFollowsARefusedRecord() {
		List<Taken> first = take(0, 1, 2, 3);
		first.get(0).settle();
		first.get(3).settle();
		first.get(1).refuse();
		assertThat(this.offsets.settledAhead()).isZero();
		this.offsets.takeRefusal();
		List<Taken> again = take(1, 2, 3);
		first.get(1).settle();
		first.get(2).settle();
		assertThat(this.offsets.toCommit()).isEqualTo(1);
		again.get(0).settle();
		assertThat(this.offsets.toCommit()).isEqualTo(2);
		again.get(1).settle();
		again.get(2).settle();
		assertThat(this.offsets.toCommit()).isEqualTo(4);
	}

	@Test
	void takesNothingWhileARefusedRecordIsToComeAgain() {
		Taken refused = take(0).get(0);
		refused.refuse();
		assertThat(this.offsets.take(records(1, 2), 0, 2)).isEqualTo(PartitionOffsets.NOT_TAKEN);
		assertThat(this.offsets.idle()).isFalse();
		this.offsets.position(3);
		assertThat(this.offsets.toCommit()).isZero();
		this.offsets.takeRefusal();
		take(0).get(0).settle();
		assertThat(this.offsets.toCommit()).isEqualTo(1);
	}

	@Test
	void keepsTheCommitAtARefusedRecordWhoseForerunnersAreSettled() {
		List<Taken> taken = take(0, 1);
		taken.get(0).settle();
		taken.get(1).refuse();
		this.offsets.takeRefusal();
		assertThat(this.offsets.toCommit()).isEqualTo(1);
		this.offsets.position(1);
		assertThat(this.offsets.toCommit()).isEqualTo(1);
	}

	@Test
	void settlementsAfterTheEndHaveNoEffect() {
		List<Taken> taken = take(0, 1);
		taken.get(0).settle();
		this.offsets.close();
		taken.get(1).settle();
		assertThat(this.offsets.toCommit()).isEqualTo(-1);
		assertThat(this.offsets.take(records(2), 0, 1)).isEqualTo(PartitionOffsets.NOT_TAKEN);
	}

	@Test
	void keepsUnsettledRecordsWhenTheConsumerGoesBack() {
		List<Taken> first = take(0, 1, 2);
		List<Taken> again = take(1, 2);
		first.get(1).settle();
		again.get(0).settle();
		again.get(1).settle();
		assertThat(this.offsets.toCommit()).isZero();
		first.get(0).settle();
		assertThat(this.offsets.toCommit()).isEqualTo(3);
	}

	@Test
	void commitsLowerOffsetsWhenATopicBeginsAnew() {
		take(1000).get(0).settle();
		this.offsets.committed(1001);
		Taken taken = take(0).get(0);
		assertThat(this.offsets.toCommit()).isZero();
		taken.settle();
		assertThat(this.offsets.toCommit()).isEqualTo(1);
	}

	@Test
	void holdsManyMoreThanItBeganWith() {
		List<Taken> taken = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			long[] some = new long[500];
			for (int j = 0; j < some.length; j++) {
				some[j] = i * 500L + j;
			}
			taken.addAll(take(some));
		}
		taken.subList(1, taken.size()).forEach(Taken::settle);
		assertThat(this.offsets.settledAhead()).isEqualTo(49_999);
		assertThat(this.offsets.toCommit()).isZero();
		taken.get(0).settle();
		assertThat(this.offsets.toCommit()).isEqualTo(50_000);
	}

	@Test
	void waitsForSettlementNoLongerThanItMay() throws Exception {
		Taken taken = take(0).get(0);
		long start = System.nanoTime();
		this.offsets.awaitSettled(Duration.ofMillis(50));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(40),
				Duration.ofSeconds(30));
		Thread settler = new Thread(taken::settle);
		settler.start();
		this.offsets.awaitSettled(Duration.ofSeconds(30));
		settler.join(10_000);
		assertThat(this.offsets.idle()).isTrue();
	}

	/**
	 * Against a plain model: whatever happens in whichever order, the commit is the
	 * lowest offset that was taken and is not settled.
	 */
	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8 })
	void neverCommitsBeyondAnUnsettledRecord(long seed) {
		Random random = new Random(seed);
		TreeSet<Long> unsettled = new TreeSet<>();
		List<Taken> known = new ArrayList<>();
		long position = random.nextInt(100);
		for (int step = 0; step < 20_000; step++) {
			int action = random.nextInt(10);
			if (action < 2) {
				long[] some = new long[1 + random.nextInt(20)];
				for (int i = 0; i < some.length; i++) {
					position += (random.nextInt(10) == 0) ? random.nextInt(5) : 0;
					some[i] = position++;
					unsettled.add(some[i]);
				}
				known.addAll(take(some));
			}
			else if (action < 9 && !known.isEmpty()) {
				// Also ones that are settled or forgotten by now.
				Taken taken = known.get(known.size() - 1 - random.nextInt(Math.min(60, known.size())));
				taken.settle();
				if (taken.current) {
					unsettled.remove(taken.offset);
				}
			}
			else if (random.nextInt(10) == 0 && !known.isEmpty()) {
				Taken taken = known.get(known.size() - 1 - random.nextInt(Math.min(60, known.size())));
				if (taken.current && unsettled.contains(taken.offset)) {
					taken.refuse();
					position = taken.offset;
					assertThat(this.offsets.takeRefusal()).isEqualTo(position);
					long from = position;
					unsettled.tailSet(from).clear();
					known.stream().filter((one) -> one.offset >= from).forEach((one) -> one.current = false);
				}
				else {
					taken.refuse();
					assertThat(this.offsets.takeRefusal()).isEqualTo(-1);
				}
			}
			long toCommit = this.offsets.toCommit();
			if (!known.isEmpty() && toCommit >= 0) {
				assertThat(toCommit).isLessThanOrEqualTo(unsettled.isEmpty() ? position : unsettled.first());
				if (!unsettled.isEmpty()) {
					assertThat(toCommit).isEqualTo(unsettled.first());
				}
				this.offsets.committed(toCommit);
			}
		}
	}

	@Test
	void settlesFromManyThreadsAtOnce() throws Exception {
		ExecutorService settlers = Executors.newFixedThreadPool(4);
		try {
			CountDownLatch stop = new CountDownLatch(1);
			BitSet settled = new BitSet();
			Future<?> committer = settlers.submit(() -> {
				while (!stop.await(0, TimeUnit.MILLISECONDS)) {
					long before;
					synchronized (settled) {
						before = settled.nextClearBit(0);
					}
					long commit = this.offsets.toCommit();
					// Settled is marked before it is settled, so it may only be ahead.
					synchronized (settled) {
						assertThat(commit).isLessThanOrEqualTo(settled.nextClearBit(0));
					}
					assertThat(before).isGreaterThanOrEqualTo(0);
				}
				return null;
			});
			List<Future<?>> done = new ArrayList<>();
			for (int round = 0; round < 50; round++) {
				long[] some = new long[400];
				for (int i = 0; i < some.length; i++) {
					some[i] = round * 400L + i;
				}
				List<Taken> taken = take(some);
				Collections.shuffle(taken, new Random(round));
				for (int part = 0; part < 2; part++) {
					List<Taken> mine = taken.subList(part * 200, part * 200 + 200);
					done.add(settlers.submit(() -> mine.forEach((one) -> {
						synchronized (settled) {
							settled.set((int) one.offset);
						}
						one.settle();
					})));
				}
			}
			for (Future<?> one : done) {
				one.get(30, TimeUnit.SECONDS);
			}
			stop.countDown();
			committer.get(30, TimeUnit.SECONDS);
			assertThat(this.offsets.toCommit()).isEqualTo(20_000);
		}
		finally {
			settlers.shutdownNow();
		}
	}

	private List<Taken> take(long... at) {
		List<ConsumerRecord<byte[], byte[]>> records = records(at);
		long place = this.offsets.take(records, 0, at.length);
		assertThat(place).isNotEqualTo(PartitionOffsets.NOT_TAKEN);
		int epoch = this.offsets.epochOf(place);
		List<Taken> taken = new ArrayList<>();
		for (int i = 0; i < at.length; i++) {
			taken.add(new Taken(at[i], place + i, epoch));
		}
		return taken;
	}

	private static List<ConsumerRecord<byte[], byte[]>> records(long... at) {
		List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
		for (long offset : at) {
			records.add(new ConsumerRecord<>("t", 0, offset, new byte[0], new byte[0]));
		}
		return records;
	}

	private final class Taken {

		private final long offset;

		private final long place;

		private final int epoch;

		private boolean current = true;

		Taken(long offset, long place, int epoch) {
			this.offset = offset;
			this.place = place;
			this.epoch = epoch;
		}

		void settle() {
			PartitionOffsetsTests.this.offsets.settle(this.place, this.epoch);
		}

		void refuse() {
			PartitionOffsetsTests.this.offsets.refuse(this.place, this.epoch);
		}

	}

}
