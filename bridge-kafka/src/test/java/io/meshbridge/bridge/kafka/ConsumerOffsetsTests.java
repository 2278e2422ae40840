package io.meshbridge.bridge.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.BeforeEach;

import static org.assertj.core.api.Assertions.assertThat;

class ConsumerOffsetsTests {

	private static final TopicPartition PARTITION = new TopicPartition("t", 0);

	private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");

	private boolean containerPaused;

	private final ConsumerOffsets offsets = new ConsumerOffsets("t-in", this.consumer, 10, () -> this.containerPaused,
			Duration.ofSeconds(30));

	@BeforeEach
	void assign() {
		this.consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
		this.consumer.assign(Set.of(PARTITION));
		this.consumer.seek(PARTITION, 0);
		this.offsets.assigned(Set.of(PARTITION));
	}

	@Test
	void commitsFromTheConsumersThreadNowAndThen() {
		Taken taken = take(0, 3);
		taken.settle(0);
		taken.settle(2);
		awaitCommit(1);
		taken.settle(1);
		awaitCommit(3);
	}

	@Test
	void seeksBackToARefusedRecordBeforeTheNextPoll() {
		this.consumer.seek(PARTITION, 5);
		Taken taken = take(0, 5);
		taken.refuse(3);
		this.offsets.beforePoll();
		assertThat(this.consumer.position(PARTITION)).isEqualTo(3);
	}

	@Test
	void commitsWhatIsSettledWhenPartitionsAreRevoked() {
		Taken taken = take(0, 5);
		taken.settle(0);
		taken.settle(1);
		this.offsets.revoked(Set.of(PARTITION), false);
		assertThat(committed()).isEqualTo(2);
		taken.settle(2);
		this.offsets.stopping();
		assertThat(committed()).isEqualTo(2);
	}

	@Test
	void waitsAMomentForWhatIsUnderWayWhenPartitionsAreRevoked() throws Exception {
		Taken taken = take(0, 2);
		Thread settler = new Thread(() -> {
			taken.settle(0);
			taken.settle(1);
		});
		settler.start();
		this.offsets.revoked(Set.of(PARTITION), true);
		settler.join(10_000);
		assertThat(committed()).isEqualTo(2);
	}

	@Test
	void commitsNothingOfLostPartitions() {
		Taken taken = take(0, 2);
		taken.settle(0);
		this.offsets.lost(Set.of(PARTITION));
		this.offsets.revoked(Set.of(PARTITION), false);
		assertThat(committed()).isEqualTo(-1);
	}

	@Test
	void startsFreshWhenAPartitionComesBack() {
		Taken before = take(0, 3);
		this.offsets.revoked(Set.of(PARTITION), false);
		this.offsets.assigned(Set.of(PARTITION));
		Taken after = take(0, 3);
		before.settle(0);
		before.settle(1);
		after.settle(0);
		awaitCommit(1);
	}

	@Test
	void commitsWhenTheConsumerStops() {
		take(0, 1).settle(0);
		this.consumer.wakeup();
		this.offsets.stopping();
		assertThat(committed()).isEqualTo(1);
	}

	@Test
	void readsNoFurtherWhenTooMuchIsSettledBehindAStuckRecord() {
		Taken taken = take(0, 12);
		for (int i = 1; i <= 10; i++) {
			taken.settle(i);
		}
		this.offsets.beforePoll();
		assertThat(this.consumer.paused()).containsExactly(PARTITION);
		// The container resumes everything after a pause of its own.
		this.consumer.resume(Set.of(PARTITION));
		this.offsets.beforePoll();
		assertThat(this.consumer.paused()).containsExactly(PARTITION);
		taken.settle(0);
		this.containerPaused = true;
		this.offsets.beforePoll();
		assertThat(this.consumer.paused()).containsExactly(PARTITION);
		this.containerPaused = false;
		this.offsets.beforePoll();
		assertThat(this.consumer.paused()).isEmpty();
	}

	private Taken take(long from, int count) {
		List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
		for (long offset = from; offset < from + count; offset++) {
			records.add(new ConsumerRecord<>("t", 0, offset, new byte[0], new byte[0]));
		}
		PartitionOffsets ledger = this.offsets.of(records.get(0));
		long place = ledger.take(records, 0, count);
		return new Taken(ledger, place, ledger.epochOf(place));
	}

	private void awaitCommit(long offset) {
		Awaitility.await().untilAsserted(() -> {
			this.offsets.beforePoll();
			assertThat(committed()).isEqualTo(offset);
		});
	}

	private long committed() {
		OffsetAndMetadata committed = this.consumer.committed(Set.of(PARTITION)).get(PARTITION);
		return (committed != null) ? committed.offset() : -1;
	}

	private record Taken(PartitionOffsets ledger, long place, int epoch) {

		void settle(int index) {
			this.ledger.settle(this.place + index, this.epoch);
		}

		void refuse(int index) {
			this.ledger.refuse(this.place + index, this.epoch);
		}

	}

}
