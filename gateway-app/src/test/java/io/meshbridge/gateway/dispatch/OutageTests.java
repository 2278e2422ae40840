package io.meshbridge.gateway.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.cloudevents.CloudEvent;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.meshbridge.bridge.SendException;
import io.meshbridge.rules.Backoff;
import io.meshbridge.rules.DeliveryPolicy;
import io.meshbridge.rules.DeliveryPolicy.OnOutage;
import io.meshbridge.rules.Endpoint;
import org.junit.jupiter.api.Test;

import static io.meshbridge.gateway.dispatch.DeliverySetup.event;
import static io.meshbridge.gateway.dispatch.DeliverySetup.urgent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Failures of one event are told from those of a target; time is turned on by hand.
 */
class OutageTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final DeliveryPolicy PAUSE = policy(3, OnOutage.PAUSE);

	private final VirtualTimer timer = new VirtualTimer();

	private final DeliverySetup setup = new DeliverySetup(this.timer);

	/** Runs what others wrote, so each failure may be due to its event. */
	private final ScriptedTarget function = new ScriptedTarget(false);

	private final ScriptedTarget broker = new ScriptedTarget(true).broker();

	private final ScriptedTarget sink = new ScriptedTarget(true);

	private final List<CompletableFuture<Void>> settled = new ArrayList<>();

	@Test
	void oneBadEventIsNoOutageHoweverOftenItIsTried() {
		this.function.answers(fails("bad"));
		Delivery delivery = this.setup.delivery(this.function, this.sink, policy(100, OnOutage.PAUSE));
		deliver(delivery, "bad");
		while (this.sink.sentCount() == 0) {
			assertThat(delivery.gate().shut()).isFalse();
			this.timer.advance(SECOND);
		}
		assertThat(this.function.sentCount()).isEqualTo(101);
		assertThat(this.sink.sentIds()).containsExactly("bad");
	}

	@Test
	void badEventsAmongGoodOnesGoToTheSinkOneByOne() {
		this.function
			.answers((event) -> event.getId().startsWith("bad") ? failed() : CompletableFuture.completedFuture(null));
		Delivery delivery = this.setup.delivery(this.function, this.sink, PAUSE);
		for (int i = 0; i < 100; i++) {
			deliver(delivery, (i % 10 == 5) ? "bad" + i : "good" + i);
		}
		this.timer.advance(Duration.ofMinutes(1));
		assertThat(this.sink.sentCount()).isEqualTo(10);
		assertThat(this.settled).allSatisfy((future) -> assertThat(future).isCompleted());
		assertThat(breaker()).isEqualTo(State.CLOSED);
	}

	@Test
	void manyDifferentEventsThatFailAreAnOutageAndNoneIsDeadLettered() {
		this.function.isDown();
		Delivery delivery = this.setup.delivery(this.function, this.sink, PAUSE);
		for (int i = 0; i < 20; i++) {
			deliver(delivery, "e" + i);
		}
		assertThat(breaker()).isEqualTo(State.OPEN);
		assertThat(this.function.sentCount()).isEqualTo(5);
		this.timer.advance(Duration.ofMinutes(10));
		assertThat(this.sink.sentCount()).isZero();
		assertThat(this.settled).noneMatch(CompletableFuture::isDone);
		assertThat(this.setup.counters.held().count()).isZero();
		this.function.takesAll();
		this.timer.advance(Duration.ofSeconds(30));
		assertThat(this.settled).allSatisfy((future) -> assertThat(future).isCompleted());
		assertThat(breaker()).isEqualTo(State.CLOSED);
	}

	@Test
	void probesGoOutOneAtATimeAfterWaitsThatDoubleUpToTheLongest() {
		this.function.isDown();
		Delivery delivery = this.setup.delivery(this.function, this.sink, PAUSE);
		for (int i = 0; i < 5; i++) {
			deliver(delivery, "e" + i);
		}
		this.timer.runDue();
		int before = this.function.sentCount();
		for (int seconds : new int[] { 1, 2, 4, 8, 16, 30, 30 }) {
			this.timer.advance(Duration.ofSeconds(seconds).minusMillis(1));
			assertThat(this.function.sentCount()).as("before %d s", seconds).isEqualTo(before);
			this.timer.advance(Duration.ofMillis(1));
			assertThat(this.function.sentCount()).as("after %d s", seconds).isEqualTo(++before);
		}
	}

	@Test
	void aProbeWaitsAsLongAsTheTargetAskedFor() {
		this.function.answers((event) -> CompletableFuture
			.failedFuture(SendException.retryAfter("503", "busy", Duration.ofSeconds(20))));
		Delivery delivery = this.setup.delivery(this.function, this.sink, PAUSE);
		for (int i = 0; i < 5; i++) {
			deliver(delivery, "e" + i);
		}
		this.timer.advance(Duration.ofMillis(19_999));
		assertThat(this.function.sentCount()).isEqualTo(5);
		this.timer.advance(Duration.ofMillis(1));
		assertThat(this.function.sentCount()).isEqualTo(6);
	}

	@Test
	void aTargetThatIsGoneIsNoticedWithOneEventOnly() {
		this.function.isGone();
		Delivery delivery = this.setup.delivery(this.function, this.sink, PAUSE);
		deliver(delivery, "1");
		this.timer.advance(Duration.ofMillis(400));
		assertThat(breaker()).isEqualTo(State.CLOSED);
		this.timer.advance(Duration.ofMillis(800));
		assertThat(breaker()).isEqualTo(State.OPEN);
		this.timer.advance(Duration.ofHours(1));
		assertThat(this.sink.sentCount()).isZero();
		this.function.takesAll();
		this.timer.advance(Duration.ofSeconds(30));
		assertThat(this.settled.get(0)).isCompleted();
	}

	@Test
	void anEventWithoutRetriesIsNotGivenUpWhereNobodyIsThere() {
		this.function.isGone();
		Delivery delivery = this.setup.delivery(this.function, this.sink, policy(0, OnOutage.PAUSE));
		deliver(delivery, "1");
		assertThat(breaker()).isEqualTo(State.OPEN);
		this.timer.advance(Duration.ofHours(1));
		assertThat(this.sink.sentCount()).isZero();
	}

	@Test
	void aBrokerThatFailsInPassingIsOutForAnyEvent() {
		this.broker.isDown();
		Delivery delivery = this.setup.delivery(this.broker, this.sink, PAUSE);
		deliver(delivery, "1");
		this.timer.advance(Duration.ofHours(1));
		assertThat(breaker()).isEqualTo(State.OPEN);
		assertThat(this.sink.sentCount()).isZero();
	}

	@Test
	void anEventThatABrokerNeverTakesWhileItTakesOthersIsBad() {
		this.broker.answers(fails("bad"));
		Delivery delivery = this.setup.delivery(this.broker, this.sink, PAUSE);
		deliver(delivery, "bad");
		for (int i = 0; i < 100; i++) {
			this.timer.advance(Duration.ofMillis(100));
			deliver(delivery, "good" + i);
		}
		assertThat(this.sink.sentIds()).containsExactly("bad");
		assertThat(breaker()).isEqualTo(State.CLOSED);
	}

	@Test
	void aLostConnectionIsNoOutage() {
		this.broker.byHand();
		Delivery delivery = this.setup.delivery(this.broker, this.sink, PAUSE);
		for (int i = 0; i < 100; i++) {
			deliver(delivery, "e" + i);
		}
		this.timer.advance(SECOND);
		this.broker.takesAll();
		for (int i = 0; i < 100; i++) {
			this.broker.answer(i).completeExceptionally(ScriptedTarget.down());
		}
		assertThat(breaker()).isEqualTo(State.CLOSED);
		this.timer.advance(Duration.ofMillis(400));
		assertThat(this.settled).allSatisfy((future) -> assertThat(future).isCompleted());
	}

	@Test
	void waitingUsesUpNoRetries() {
		this.function.isGone();
		Delivery delivery = this.setup.delivery(this.function, this.sink, policy(1, OnOutage.PAUSE));
		deliver(delivery, "1");
		this.timer.advance(Duration.ofMinutes(5));
		assertThat(breaker()).isEqualTo(State.OPEN);
		// Back, and it does not like this event now: it has its retry still.
		this.function.isDown();
		this.timer.advance(Duration.ofSeconds(30));
		this.function.answers(fails("1"));
		deliver(delivery, "2");
		this.timer.advance(Duration.ofMinutes(2));
		assertThat(this.settled.get(1)).isCompleted();
		assertThat(this.sink.sentIds()).containsExactly("1");
	}

	@Test
	void theNextOutageFindsAllRetriesUnusedAndIsNoProofThatTheEventIsBad() {
		this.function.isGone();
		Delivery delivery = this.setup.delivery(this.function, this.sink, policy(0, OnOutage.PAUSE));
		deliver(delivery, "1");
		this.function.answers((event) -> event.getId().equals("2") ? CompletableFuture.completedFuture(null)
				: CompletableFuture.failedFuture(ScriptedTarget.gone()));
		deliver(delivery, "2");
		this.timer.advance(Duration.ofMinutes(10));
		assertThat(this.settled.get(1)).isCompleted();
		assertThat(this.settled.get(0)).isNotDone();
		assertThat(this.sink.sentCount()).isZero();
		this.function.takesAll();
		this.timer.advance(Duration.ofSeconds(30));
		assertThat(this.settled.get(0)).isCompleted();
	}

	@Test
	void everythingDrainsInOrderAndWithoutWaitingForEachOther() {
		this.broker.isGone();
		Delivery delivery = this.setup.delivery(this.broker, null, PAUSE);
		for (int i = 0; i < 1000; i++) {
			this.settled.add(delivery.deliver(event(i % 3 + "-" + i, "key" + i % 3)));
		}
		this.timer.advance(Duration.ofMinutes(10));
		int tries = this.broker.sentCount();
		assertThat(tries).isLessThan(60);
		this.broker.byHand();
		this.timer.advance(Duration.ofSeconds(30));
		assertThat(this.broker.sentCount()).isEqualTo(tries + 1);
		this.broker.answer(tries).complete(null);
		this.timer.runDue();
		// All of them are under way, unanswered.
		List<String> drained = this.broker.sentIds().subList(tries, this.broker.sentCount());
		assertThat(drained).hasSize(1000).doesNotHaveDuplicates();
		for (int key = 0; key < 3; key++) {
			String prefix = key + "-";
			assertThat(drained.stream()
				.filter((id) -> id.startsWith(prefix))
				.map((id) -> Integer.parseInt(id.substring(2)))).isSorted();
		}
	}

	@Test
	void whatFailedTogetherInOneKeyLeavesTogetherWhenTheTargetIsBack() {
		this.broker.byHand();
		Delivery delivery = this.setup.delivery(this.broker, null, PAUSE);
		for (int i = 0; i < 100; i++) {
			this.settled.add(delivery.deliver(event("e" + i, "key")));
		}
		this.timer.advance(SECOND);
		this.broker.isGone();
		for (int i = 0; i < 100; i++) {
			this.broker.answer(i).completeExceptionally(ScriptedTarget.gone());
		}
		this.timer.advance(Duration.ofMinutes(1));
		assertThat(breaker()).isEqualTo(State.OPEN);
		this.broker.takesAll();
		int tries = this.broker.sentCount();
		this.timer.advance(Duration.ofSeconds(30));
		assertThat(this.settled).allSatisfy((future) -> assertThat(future).isCompleted());
		List<String> again = this.broker.sentIds().subList(tries, this.broker.sentCount());
		assertThat(again).hasSize(100);
		assertThat(again.get(0)).isEqualTo("e0");
		assertThat(again.get(99)).isEqualTo("e99");
	}

	@Test
	void aTargetThatIsBoundIsLookedAtAtOnce() {
		this.function.isGone();
		Delivery delivery = this.setup.delivery(this.function, this.sink, policy(0, OnOutage.PAUSE));
		deliver(delivery, "1");
		this.timer.advance(Duration.ofMinutes(5));
		this.function.takesAll();
		delivery.gate().breaker().probeNow();
		this.timer.runDue();
		assertThat(this.settled.get(0)).isCompleted();
	}

	@Test
	void anAnswerThatTheEventIsBadIsASignOfLife() {
		this.function.isGone();
		Delivery delivery = this.setup.delivery(this.function, this.sink, policy(0, OnOutage.PAUSE));
		deliver(delivery, "1");
		this.function.answers((event) -> CompletableFuture.failedFuture(ScriptedTarget.bad()));
		this.timer.advance(SECOND);
		assertThat(breaker()).isEqualTo(State.CLOSED);
		assertThat(this.sink.sentIds()).containsExactly("1");
	}

	@Test
	void onOutageDeadLetterGivesUpAfterTheRetriesAndStillNoticesTheEnd() {
		this.function.isGone();
		Delivery delivery = this.setup.delivery(this.function, this.sink, policy(3, OnOutage.DEAD_LETTER));
		for (int i = 0; i < 5; i++) {
			deliver(delivery, "e" + i);
			this.timer.advance(Duration.ofSeconds(5));
		}
		assertThat(this.sink.sentIds()).containsExactly("e0", "e1", "e2", "e3", "e4");
		assertThat(this.function.sentCount()).isEqualTo(20);
		assertThat(breaker()).isNotEqualTo(State.CLOSED);
		assertThat(delivery.gate().holdsSources()).isFalse();
		this.function.takesAll();
		this.timer.advance(SECOND);
		deliver(delivery, "e5");
		assertThat(breaker()).isEqualTo(State.CLOSED);
	}

	@Test
	void allRoutesToATargetShareItsOutage() {
		this.function.isGone();
		Delivery one = this.setup.delivery(this.function, this.sink, policy(0, OnOutage.PAUSE));
		Delivery other = this.setup.delivery(this.function, this.sink, PAUSE);
		deliver(one, "1");
		deliver(other, "2");
		assertThat(this.function.sentIds()).containsExactly("1");
		this.function.takesAll();
		this.timer.advance(SECOND);
		assertThat(this.settled).allSatisfy((future) -> assertThat(future).isCompleted());
	}

	@Test
	void aSenderThatCannotWaitIsToldAtOnceAndTheNextOneIsTheProbe() {
		this.function.isGone();
		Delivery delivery = this.setup.delivery(this.function, this.sink, policy(0, OnOutage.PAUSE));
		assertThatThrownBy(() -> delivery.deliver(urgent("1")).join()).hasCauseInstanceOf(UndeliveredException.class)
			.hasMessageContaining("nobody is there");
		assertThatThrownBy(() -> delivery.deliver(urgent("2")).join()).rootCause()
			.isInstanceOfSatisfying(SendException.class, (ex) -> {
				assertThat(ex.code()).isEqualTo("CONNECTION_REFUSED");
				assertThat(ex).hasMessage("target kafka:scripted is out: nobody is there");
				assertThat(ex.retryAfter()).isEqualTo(SECOND);
			});
		assertThat(this.function.sentIds()).containsExactly("1");
		assertThat(delivery.gate().holdsSources()).isTrue();
		this.timer.advance(SECOND);
		assertThat(delivery.gate().holdsSources()).isFalse();
		this.function.byHand();
		CompletableFuture<Void> probe = delivery.deliver(urgent("3"));
		assertThat(delivery.gate().holdsSources()).isTrue();
		assertThat(delivery.deliver(urgent("4"))).isCompletedExceptionally();
		this.function.answer(1).complete(null);
		assertThat(probe).isCompleted();
		assertThat(delivery.gate().holdsSources()).isFalse();
	}

	@Test
	void senderWhoseEventWaitsIsToldWhenTheOutageBegins() {
		this.function.isGone();
		Delivery delivery = this.setup.delivery(this.function, this.sink, PAUSE);
		CompletableFuture<Void> retried = delivery.deliver(urgent("1"));
		for (int i = 0; i < 3; i++) {
			deliver(delivery, "e" + i);
		}
		this.timer.runDue();
		assertThat(retried).isCompletedExceptionally();
		assertThat(this.settled).noneMatch(CompletableFuture::isDone);
	}

	@Test
	void badEventsThatLookLikeAnOutageLetANewOneIn() {
		this.function
			.answers((event) -> event.getId().startsWith("bad") ? failed() : CompletableFuture.completedFuture(null));
		Delivery delivery = this.setup.delivery(this.function, this.sink, PAUSE);
		for (int i = 0; i < 5; i++) {
			deliver(delivery, "bad" + i);
		}
		assertThat(delivery.gate().holdsSources()).isTrue();
		this.timer.advance(Duration.ofMinutes(3));
		// Each of them was tried: it may be them.
		assertThat(delivery.gate().holdsSources()).isFalse();
		assertThat(this.sink.sentCount()).isZero();
		deliver(delivery, "good");
		this.timer.advance(Duration.ofMinutes(4));
		assertThat(breaker()).isEqualTo(State.CLOSED);
		assertThat(this.settled.get(5)).isCompleted();
		assertThat(this.sink.sentIds()).containsExactlyInAnyOrder("bad0", "bad1", "bad2", "bad3", "bad4");
	}

	@Test
	void aSinkThatIsOutHoldsItsEventsAndTakesThemWhenItIsBack() {
		this.function.answers((event) -> CompletableFuture.failedFuture(ScriptedTarget.bad()));
		ScriptedTarget gone = new ScriptedTarget(true).broker().isGone();
		Delivery delivery = this.setup.delivery(this.function, gone, PAUSE);
		for (int i = 0; i < 10; i++) {
			deliver(delivery, "e" + i);
		}
		this.timer.advance(Duration.ofHours(1));
		assertThat(this.settled).noneMatch(CompletableFuture::isDone);
		assertThat(this.setup.counters.held().count()).isEqualTo(10);
		assertThat(this.function.sentCount()).as("asked once only").isEqualTo(10);
		gone.takesAll();
		this.timer.advance(Duration.ofSeconds(30));
		assertThat(this.settled).allSatisfy((future) -> assertThat(future).isCompleted());
		assertThat(this.setup.counters.deadLettered().count()).isEqualTo(10);
	}

	@Test
	void aChannelThatCannotStoreIsAnOutageForOneEventAlready() {
		this.broker.isDown();
		Delivery delivery = this.setup.delivery(this.broker, new Endpoint.AtChannel("orders"), this.sink, null,
				policy(0, OnOutage.DEAD_LETTER));
		deliver(delivery, "1");
		this.timer.advance(Duration.ofMinutes(10));
		assertThat(this.sink.sentCount()).isZero();
		assertThat(this.settled.get(0)).isNotDone();
		this.broker.takesAll();
		this.timer.advance(Duration.ofSeconds(30));
		assertThat(this.settled.get(0)).isCompleted();
	}

	@Test
	void whatWaitsIsHandedBackOnClosing() {
		this.broker.isGone();
		Delivery delivery = this.setup.delivery(this.broker, null, PAUSE);
		for (int i = 0; i < 100; i++) {
			this.settled.add(delivery.deliver(event("e" + i, "key" + i % 3)));
		}
		this.timer.advance(Duration.ofMinutes(1));
		delivery.startClosing();
		assertThat(this.settled).allSatisfy((future) -> assertThat(future).isCompletedExceptionally());
		assertThat(delivery.inFlight()).isZero();
	}

	@Test
	void sourcesAreLookedAtWhenAnOutageBeginsAndEnds() {
		this.function.isGone();
		Delivery delivery = this.setup.delivery(this.function, this.sink, policy(0, OnOutage.PAUSE));
		deliver(delivery, "1");
		this.timer.runDue();
		assertThat(this.setup.steered).hasValue(1);
		this.function.takesAll();
		this.timer.advance(SECOND);
		assertThat(this.setup.steered).hasValue(2);
	}

	@Test
	void registriesForgetWhatIsGoneAndNothingElse() {
		Delivery one = this.setup.delivery(this.function, this.sink, DeliverySetup.limited(PAUSE, null, 5));
		Delivery same = this.setup.delivery(this.function, this.sink, DeliverySetup.limited(PAUSE, null, 6));
		this.setup.guards.remove(one.gate(), one.recovery().retry());
		assertThat(this.setup.bulkheads.find("orders to kafka:scripted")).get()
			.extracting((bulkhead) -> bulkhead.getBulkheadConfig().getMaxConcurrentCalls())
			.isEqualTo(6);
		assertThat(this.setup.breakers.find("kafka:scripted")).isPresent();
		this.setup.guards.remove(same.gate(), same.recovery().retry());
		assertThat(this.setup.bulkheads.getAllBulkheads()).isEmpty();
		assertThat(this.setup.retries.find("orders to kafka:scripted")).isEmpty();
	}

	private State breaker() {
		return this.setup.breakers.find("kafka:scripted").orElseThrow().getState();
	}

	private void deliver(Delivery delivery, String id) {
		this.settled.add(delivery.deliver(event(id, null)));
	}

	private static Function<CloudEvent, CompletableFuture<Void>> fails(String id) {
		return (event) -> event.getId().equals(id) ? failed() : CompletableFuture.completedFuture(null);
	}

	private static CompletableFuture<Void> failed() {
		return CompletableFuture.failedFuture(ScriptedTarget.down());
	}

	private static DeliveryPolicy policy(int retry, OnOutage onOutage) {
		return DeliverySetup.policy(retry,
				new Backoff(Backoff.Policy.EXPONENTIAL, Duration.ofMillis(200), Duration.ofSeconds(30), 0), onOutage);
	}

}
