package io.meshbridge.gateway.dispatch;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.meshbridge.rules.DeliveryPolicy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A delivery that is replaced while it has events: each gets to its target once, and in
 * order.
 */
class DeliveryHandOverTests {

	private static final DeliveryPolicy POLICY = DeliverySetup.policy(3, Duration.ofSeconds(1), Duration.ofMinutes(1));

	private final VirtualTimer timer = new VirtualTimer();

	private final DeliverySetup setup = new DeliverySetup(this.timer);

	private final ScriptedTarget target = new ScriptedTarget(true).byHand();

	private final Delivery before = delivery(this.target);

	private final Delivery after = delivery(this.target);

	@Test
	void takesWhatWaitsBehindAFailedEventInOrder() {
		CompletableFuture<Void> first = this.before.deliver(DeliverySetup.event("1", "k"));
		this.target.answer(0).completeExceptionally(ScriptedTarget.down());
		CompletableFuture<Void> second = this.before.deliver(DeliverySetup.event("2", "k"));
		this.before.handOver(this.after);
		CompletableFuture<Void> third = this.after.deliver(DeliverySetup.event("3", "k"));
		assertThat(this.target.sentIds()).containsExactly("1", "1", "2", "3");
		for (int i = 1; i <= 3; i++) {
			this.target.answer(i).complete(null);
		}
		assertThat(List.of(first, second, third)).allSatisfy((settled) -> assertThat(settled).isCompleted());
		assertThat(this.before.inFlight() + this.after.inFlight()).isZero();
		this.timer.advance(Duration.ofMinutes(5));
		assertThat(this.target.sentCount()).as("no retry of the old delivery goes out").isEqualTo(4);
	}

	@Test
	void holdsBackAKeyThatIsUnderWayAndNoOther() {
		this.before.deliver(DeliverySetup.event("1", "k"));
		this.before.handOver(this.after);
		CompletableFuture<Void> second = this.after.deliver(DeliverySetup.event("2", "k"));
		CompletableFuture<Void> other = this.after.deliver(DeliverySetup.event("3", "other"));
		CompletableFuture<Void> without = this.after.deliver(DeliverySetup.event("4", null));
		assertThat(this.target.sentIds()).containsExactly("1", "3", "4");
		this.target.answer(0).complete(null);
		assertThat(this.target.sentIds()).containsExactly("1", "3", "4", "2");
		for (int i = 1; i <= 3; i++) {
			this.target.answer(i).complete(null);
		}
		assertThat(List.of(second, other, without)).allSatisfy((settled) -> assertThat(settled).isCompleted());
	}

	@Test
	void takesWhatWasUnderWayAndFailsAheadOfLaterEvents() {
		CompletableFuture<Void> first = this.before.deliver(DeliverySetup.event("1", "k"));
		CompletableFuture<Void> second = this.before.deliver(DeliverySetup.event("2", "k"));
		this.before.handOver(this.after);
		this.after.deliver(DeliverySetup.event("3", "k"));
		this.target.answer(1).completeExceptionally(ScriptedTarget.down());
		assertThat(this.target.sentIds()).containsExactly("1", "2");
		this.target.answer(0).completeExceptionally(ScriptedTarget.down());
		assertThat(this.target.sentIds()).containsExactly("1", "2", "1", "2", "3");
		this.target.answer(2).complete(null);
		this.target.answer(3).complete(null);
		assertThat(first).isCompleted();
		assertThat(second).isCompleted();
	}

	@Test
	void keepsOrderOverSeveralHandOversWhileTheFirstIsStillUnderWay() {
		Delivery last = delivery(this.target);
		this.before.deliver(DeliverySetup.event("1", "k"));
		this.before.handOver(this.after);
		this.after.deliver(DeliverySetup.event("2", "k"));
		this.after.handOver(last);
		last.deliver(DeliverySetup.event("3", "k"));
		assertThat(this.target.sentIds()).containsExactly("1");
		this.target.answer(0).completeExceptionally(ScriptedTarget.down());
		assertThat(this.target.sentIds()).containsExactly("1", "1", "2", "3");
	}

	@Test
	void waitsForTheFirstThoughTheOneBetweenHadNothingOfTheKey() {
		Delivery last = delivery(this.target);
		this.before.deliver(DeliverySetup.event("1", "k"));
		this.before.handOver(this.after);
		this.after.handOver(last);
		this.after.unlink();
		last.deliver(DeliverySetup.event("2", "k"));
		assertThat(this.target.sentIds()).containsExactly("1");
		this.target.answer(0).complete(null);
		assertThat(this.target.sentIds()).containsExactly("1", "2");
	}

	@Test
	void sendsOnWhatSomebodyStillBringsToTheOldOne() {
		this.before.handOver(this.after);
		CompletableFuture<Void> late = this.before.deliver(DeliverySetup.event("1", "k"));
		assertThat(this.before.inFlight()).isZero();
		this.target.answer(0).complete(null);
		assertThat(late).isCompleted();
	}

	@Test
	void takesOverAnEventThatNobodyTook() {
		Delivery old = this.setup.delivery(
				new ScriptedTarget(true).answers((event) -> CompletableFuture.failedFuture(ScriptedTarget.bad())), null,
				POLICY);
		CompletableFuture<Void> settled = old.deliver(DeliverySetup.event("1", "k"));
		assertThat(this.setup.counters.held().count()).isOne();
		old.handOver(this.after);
		this.target.answer(0).complete(null);
		assertThat(settled).isCompleted();
	}

	@Test
	void takesTheEventsOfATargetThatIsOutToTheOneThatIsNot() {
		ScriptedTarget gone = new ScriptedTarget(true).isGone();
		Delivery old = this.setup.delivery(gone, null, POLICY);
		List<CompletableFuture<Void>> settled = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			settled.add(old.deliver(DeliverySetup.event(String.valueOf(i), "k" + i % 2)));
		}
		this.timer.advance(Duration.ofSeconds(10));
		assertThat(old.gate().shut()).isTrue();
		this.target.takesAll();
		old.handOver(this.after);
		assertThat(settled).allSatisfy((each) -> assertThat(each).isCompleted());
		assertThat(this.target.sentIds()).containsSubsequence("0", "2", "4", "6", "8")
			.containsSubsequence("1", "3", "5", "7", "9")
			.hasSize(10);
	}

	@Test
	void sendsADeadLetterThatIsOnItsWayOnce() {
		ScriptedTarget sink = new ScriptedTarget(true).byHand();
		Delivery old = this.setup.delivery(
				new ScriptedTarget(true).answers((event) -> CompletableFuture.failedFuture(ScriptedTarget.bad())), sink,
				POLICY);
		CompletableFuture<Void> settled = old.deliver(DeliverySetup.event("1", "k"));
		old.handOver(this.after);
		CompletableFuture<Void> second = this.after.deliver(DeliverySetup.event("2", "k"));
		assertThat(this.target.sentIds()).isEmpty();
		sink.answer(0).complete(null);
		assertThat(settled).isCompleted();
		assertThat(this.target.sentIds()).containsExactly("2");
		this.target.answer(0).complete(null);
		assertThat(second).isCompleted();
	}

	@Test
	void retriesADeadLetterInTheNewOneOnly() {
		ScriptedTarget sink = new ScriptedTarget(true).isDown();
		Delivery old = this.setup.delivery(
				new ScriptedTarget(true).answers((event) -> CompletableFuture.failedFuture(ScriptedTarget.bad())), sink,
				POLICY);
		CompletableFuture<Void> settled = old.deliver(DeliverySetup.event("1", "k"));
		assertThat(sink.sentCount()).isOne();
		old.handOver(this.after);
		this.timer.advance(Duration.ofMinutes(5));
		assertThat(sink.sentCount()).isOne();
		this.target.answer(0).complete(null);
		assertThat(settled).isCompleted();
	}

	@Test
	void givesBackEverythingWhenTheGatewayStopsMeanwhile() {
		CompletableFuture<Void> underWay = this.before.deliver(DeliverySetup.event("1", "k"));
		this.before.handOver(this.after);
		CompletableFuture<Void> waiting = this.after.deliver(DeliverySetup.event("2", "k"));
		this.before.startClosing();
		this.after.startClosing();
		assertThat(waiting).isCompletedExceptionally();
		this.before.close();
		this.after.close();
		assertThat(underWay).isCompletedExceptionally();
	}

	@Test
	void anEventThatIsReplacedOnItsWayIntoItsLaneIsNotOvertaken() {
		Thread bringing = Thread.currentThread();
		AtomicBoolean handingOver = new AtomicBoolean();
		CompletableFuture<Void> taken = new CompletableFuture<>();
		CompletableFuture<Void> next = new CompletableFuture<>();
		WatchedKey key = new WatchedKey(() -> {
			if (Thread.currentThread() != bringing) {
				taken.complete(null);
				next.orTimeout(20, TimeUnit.SECONDS).join();
			}
			else if (handingOver.compareAndSet(false, true)) {
				CompletableFuture.runAsync(() -> this.before.handOver(this.after))
					.whenComplete((nothing, failure) -> taken.complete(null));
				taken.orTimeout(20, TimeUnit.SECONDS).join();
			}
		});
		this.before.deliver(new RoutedEvent(DeliverySetup.sample("1"), key, null, true));
		this.after.deliver(new RoutedEvent(DeliverySetup.sample("2"), key, null, true));
		next.complete(null);
		await().atMost(Duration.ofSeconds(20)).until(() -> this.target.sentCount() == 2);
		assertThat(this.target.sentIds()).containsExactly("1", "2");
	}

	@Test
	void anEventThatIsReplacedWhenItIsAboutToBeTheProbeLeavesThatToItsSuccessor() {
		Delivery old = delivery(this.target.isGone());
		Delivery next = delivery(this.target);
		probeIsWanted(old);
		this.target.byHand();
		this.timer.meanwhile(() -> old.handOver(next));
		CompletableFuture<Void> settled = old.deliver(DeliverySetup.event("1", "k"));
		this.timer.runDue();
		assertThat(this.target.sentIds()).containsExactly("0", "1");
		this.target.answer(1).complete(null);
		assertThat(settled).isCompleted();
		assertThat(next.gate().shut()).isFalse();
	}

	@Test
	void anEventThatIsGivenBackWhenItIsAboutToBeTheProbeLeavesThatToWhoCameMeanwhile() {
		Delivery old = delivery(this.target.isGone());
		Delivery other = delivery(this.target);
		probeIsWanted(old);
		this.target.byHand();
		List<CompletableFuture<Void>> waiting = new ArrayList<>();
		this.timer.meanwhile(() -> {
			waiting.add(other.deliver(DeliverySetup.event("2", "k")));
			old.startClosing();
		});
		assertThat(old.deliver(DeliverySetup.event("1", null))).isCompletedExceptionally();
		assertThat(this.target.sentIds()).containsExactly("0");
		this.timer.runDue();
		assertThat(this.target.sentIds()).containsExactly("0", "2");
		this.target.answer(1).complete(null);
		assertThat(waiting.get(0)).isCompleted();
	}

	@Test
	void sourcesNeedNotWaitForAProbeThatIsNotMade() {
		Delivery old = delivery(this.target.isGone());
		probeIsWanted(old);
		this.timer.meanwhile(old::startClosing);
		assertThat(old.deliver(DeliverySetup.event("1", null))).isCompletedExceptionally();
		this.timer.runDue();
		assertThat(old.gate().holdsSources()).isFalse();
		assertThat(old.gate().breaker().wantsProbe()).isTrue();
	}

	/** Its target is out, and the next event shows whether it is back. */
	private void probeIsWanted(Delivery delivery) {
		delivery.deliver(DeliverySetup.urgent("0"));
		delivery.gate().breaker().trip(ScriptedTarget.gone());
		this.timer.advance(Duration.ofSeconds(1));
		assertThat(delivery.gate().breaker().wantsProbe()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void deliversEachEventOnceAndInOrderThoughItIsReplacedAllTheTime(boolean keepsOrder) throws Exception {
		int keys = 6;
		int perKey = 400;
		DeliveryPolicy policy = DeliverySetup.policy(3, Duration.ofMillis(2), Duration.ofMillis(5));
		ExecutorService threads = Executors.newFixedThreadPool(keys);
		AtomicInteger changes = new AtomicInteger();
		List<Delivery> old = new ArrayList<>();
		ConcurrentLinkedQueue<CompletableFuture<Void>> settled = new ConcurrentLinkedQueue<>();
		List<String> accepted;
		try (TimerThread real = new TimerThread(Clock.systemUTC());
				FlakyTarget flaky = new FlakyTarget(keepsOrder, new Random(42))) {
			DeliverySetup busy = new DeliverySetup(real);
			AtomicReference<Delivery> current = new AtomicReference<>(busy.delivery(flaky, null, policy));
			List<Future<?>> senders = new ArrayList<>();
			for (int key = 0; key < keys; key++) {
				String name = String.valueOf(key);
				senders.add(threads.submit(() -> {
					for (int i = 0; i < perKey; i++) {
						settled.add(current.get().deliver(DeliverySetup.event(name + "-" + i, name)));
					}
				}));
			}
			await().pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(5))
				.atMost(Duration.ofSeconds(30))
				.until(() -> {
					Delivery next = busy.delivery(flaky, null, policy);
					current.get().handOver(next);
					old.add(current.getAndSet(next));
					// As the dispatcher ends them, but for the last one, which a sender
					// may have in his hands.
					List<Delivery> ended = old.subList(0, old.size() - 1)
						.stream()
						.filter((each) -> each.inFlight() == 0)
						.toList();
					ended.forEach(Delivery::unlink);
					old.removeAll(ended);
					return changes.incrementAndGet() == 200;
				});
			for (Future<?> sender : senders) {
				sender.get(60, TimeUnit.SECONDS);
			}
			CompletableFuture.allOf(settled.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
			accepted = flaky.accepted();
		}
		finally {
			threads.shutdownNow();
		}
		Map<String, Integer> next = new HashMap<>();
		for (String id : accepted) {
			String key = id.substring(0, id.indexOf('-'));
			assertThat(Integer.parseInt(id.substring(id.indexOf('-') + 1))).as(id).isEqualTo(next.getOrDefault(key, 0));
			next.merge(key, 1, Integer::sum);
		}
		assertThat(next.values()).hasSize(keys).containsOnly(perKey);
	}

	private Delivery delivery(ScriptedTarget to) {
		return this.setup.delivery(to, null, POLICY);
	}

	/**
	 * An order key that does something each time somebody looks for its lane.
	 */
	private static final class WatchedKey {

		private final Runnable meanwhile;

		WatchedKey(Runnable meanwhile) {
			this.meanwhile = meanwhile;
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			this.meanwhile.run();
			return 1;
		}

	}

}
