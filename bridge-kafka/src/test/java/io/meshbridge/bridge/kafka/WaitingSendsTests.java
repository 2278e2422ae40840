package io.meshbridge.bridge.kafka;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.meshbridge.bridge.SendException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WaitingSendsTests {

	private final List<Sending> sent = new CopyOnWriteArrayList<>();

	private volatile boolean possible;

	/** Happens in an attempt that fails, so that the next look comes after it. */
	private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {
	});

	private final WaitingSends waiting = new WaitingSends("out", (sending) -> {
		if (this.possible) {
			this.sent.add(sending);
			sending.complete(null);
			return true;
		}
		this.meanwhile.get().run();
		return false;
	});

	@AfterEach
	void close() {
		this.waiting.close();
	}

	@Test
	void nobodyWaitsWhereNobodyWaited() {
		assertThat(this.waiting.joinIfBusy(sending())).isFalse();
	}

	@Test
	void sendsInOrderOnceItIsPossible() {
		Sending first = sending();
		Sending second = sending();
		this.waiting.add(first);
		assertThat(this.waiting.joinIfBusy(second)).isTrue();
		this.possible = true;
		Awaitility.await().untilAsserted(() -> assertThat(this.sent).containsExactly(first, second));
		Awaitility.await().untilAsserted(() -> assertThat(this.waiting.joinIfBusy(sending())).isFalse());
	}

	@Test
	void failsAllBehindOneThatWasGivenUpMeanwhile() {
		Sending first = sending();
		Sending second = sending();
		Sending third = sending();
		List.of(first, second, third).forEach(this.waiting::add);
		second.completeExceptionally(SendException.transientFailure("TIMEOUT", "out: too late", null));
		this.possible = true;
		assertThatThrownBy(() -> third.get(10, TimeUnit.SECONDS)).cause()
			.isInstanceOfSatisfying(SendException.class, (ex) -> {
				assertThat(ex.permanent()).isFalse();
				assertThat(ex.code()).isEqualTo("NOT_SENT");
			});
		assertThat(this.sent).containsExactly(first);
	}

	@Test
	void failsThoseTooThatJoinWhileAllBehindFail() {
		Sending first = sending();
		Sending second = sending();
		Sending third = sending();
		List.of(first, second).forEach(this.waiting::add);
		second.whenComplete((nothing, failure) -> this.waiting.joinIfBusy(third));
		this.meanwhile.set(() -> {
			first.completeExceptionally(SendException.transientFailure("TIMEOUT", "out: too late", null));
			this.possible = true;
		});
		assertThatThrownBy(() -> third.get(10, TimeUnit.SECONDS)).cause().isInstanceOf(SendException.class);
		assertThat(this.sent).isEmpty();
	}

	@Test
	void failsAllBehindOneThatWasCancelledMeanwhile() {
		Sending first = sending();
		Sending second = sending();
		this.waiting.add(first);
		this.waiting.add(second);
		this.meanwhile.set(() -> {
			first.cancel(true);
			this.possible = true;
		});
		assertThatThrownBy(() -> second.get(10, TimeUnit.SECONDS)).cause().isInstanceOf(SendException.class);
		assertThat(this.sent).isEmpty();
	}

	@Test
	void goesOnBehindOneThatFailedForGood() {
		Sending first = sending();
		Sending second = sending();
		this.waiting.add(first);
		this.waiting.add(second);
		this.meanwhile.set(() -> {
			first.completeExceptionally(SendException.permanent("INVALID_RECORD", "out: no", null));
			this.possible = true;
		});
		Awaitility.await().untilAsserted(() -> assertThat(this.sent).containsExactly(second));
	}

	@Test
	void failsAllThatWaitWhenItIsClosed() {
		Sending first = sending();
		this.waiting.add(first);
		this.waiting.close();
		Sending late = sending();
		this.waiting.add(late);
		for (Sending sending : List.of(first, late)) {
			assertThatThrownBy(() -> sending.get(10, TimeUnit.SECONDS)).cause()
				.isInstanceOfSatisfying(SendException.class, (ex) -> {
					assertThat(ex.permanent()).isFalse();
					assertThat(ex.code()).isEqualTo("CLOSED");
				});
		}
	}

	private static Sending sending() {
		return new Sending(new ProducerRecord<>("out", new byte[0]), Duration.ofSeconds(30), 1024,
				new UnderWay(1, () -> {
				}));
	}

}
