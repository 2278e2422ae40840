package io.meshbridge.gateway.dispatch;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.SendException;
import io.meshbridge.gateway.bindings.EventSender;
import io.meshbridge.rules.DeliveryPolicy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.meshbridge.gateway.dispatch.DeliverySetup.event;
import static io.meshbridge.gateway.dispatch.DeliverySetup.urgent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class DeliveryTests {

	private static final DeliveryPolicy POLICY = DeliverySetup.policy(2, Duration.ofMillis(1), Duration.ofMillis(5));

	private final TimerThread timer = new TimerThread(Clock.fixed(DeliverySetup.NOW, ZoneOffset.UTC));

	private final DeliverySetup setup = new DeliverySetup(this.timer);

	private final DeliveryCounters counters = this.setup.counters;

	private final ScriptedTarget target = new ScriptedTarget(true);

	private final ScriptedTarget sink = new ScriptedTarget(true);

	@AfterEach
	void stopTimer() {
		this.timer.close();
	}

	@Test
	void settlesWhenTheTargetConfirmsAndNotBefore() {
		this.target.byHand();
		CompletableFuture<Void> settled = delivery(this.target, this.sink).deliver(event("1", null));
		assertThat(settled).isNotDone();
		this.target.answer(0).complete(null);
		assertThat(settled).isCompleted();
		assertThat(this.counters.delivered().count()).isEqualTo(1);
		assertThat(this.target.sent(0).mode()).isEqualTo(ContentMode.BINARY);
	}

	@Test
	void triesAgainWhatMayPass() {
		this.target.answers((event) -> (this.target.sentCount() < 2)
				? CompletableFuture.failedFuture(ScriptedTarget.down()) : CompletableFuture.completedFuture(null));
		done(delivery(this.target, this.sink).deliver(event("1", null)));
		assertThat(this.target.sentIds()).containsExactly("1", "1", "1");
		assertThat(this.counters.retried().count()).isEqualTo(2);
		assertThat(this.sink.sentCount()).isZero();
	}

	@Test
	void sendsToDeadLetterSinkWhenRetriesAreUsedUp() {
		this.target.isDown();
		done(delivery(this.target, this.sink).deliver(event("1", null)));
		assertThat(this.target.sentCount()).isEqualTo(3);
		CloudEvent letter = this.sink.sent(0).event();
		assertThat(letter.getId()).isEqualTo("1");
		assertThat(letter.getSource()).isEqualTo(URI.create("/orders"));
		assertThat(letter.getExtension("dlroute")).isEqualTo("orders");
		assertThat(letter.getExtension("dltarget")).isEqualTo("kafka:scripted");
		assertThat(letter.getExtension("dlattempts")).isEqualTo(3);
		assertThat(letter.getExtension("dlcode")).isEqualTo("503");
		assertThat(letter.getExtension("dlreason")).isEqualTo("the target is down");
		assertThat(letter.getExtension("dltime")).isEqualTo(DeliverySetup.NOW.atOffset(ZoneOffset.UTC));
		assertThat(this.counters.deadLettered().count()).isEqualTo(1);
	}

	@Test
	void aDeadLetterTellsOfEachAttemptOfTheRuleAndOfItsKey() {
		this.target.isDown();
		done(delivery(this.target, this.sink).deliver(event("1", "plant-a")));
		CloudEvent letter = this.sink.sent(0).event();
		assertThat(letter.getExtension("dlhistory")).asString()
			.matches(
					"\\[(\\{\"time\":\"2026-03-01T.{1,16}Z\",\"code\":\"503\",\"answer\":\"the target is down\"\\},?){3}]");
		assertThat(letter.getExtension("dlrevision")).isEqualTo(DeliverySetup.REVISION);
		assertThat(letter.getExtension("dlkey")).isEqualTo("plant-a");
		assertThat(letter.getExtensionNames()).doesNotContain("dlreplays", "dlreplyto");
		assertThat(this.sink.sent(0).orderKey()).isEqualTo("plant-a");
	}

	@Test
	void aDeadLetterOfOneAttemptDoesNotTellTheSameTwice() {
		this.target.answers((event) -> CompletableFuture.failedFuture(ScriptedTarget.bad()));
		done(delivery(this.target, this.sink).deliver(event("1", null)));
		assertThat(this.sink.sent(0).event().getExtensionNames()).doesNotContain("dlhistory", "dlkey");
	}

	@Test
	void theAttemptsOfADeadLetterTakeTwoKibibytesAtMost() {
		FailedAttempts attempts = new FailedAttempts();
		for (int i = 0; i < 30; i++) {
			attempts.add(SendException.transientFailure("C" + i, i + " \u20ac\"".repeat(400), null), i);
		}
		String json = attempts.toJson(DeliverySetup.NOW, 30);
		assertThat(json).isNotNull()
			.startsWith("[{")
			.endsWith("}]")
			.contains("\"C20\"", "\"C29\"")
			.doesNotContain("\"C19\"");
		assertThat(json.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(2048).hasSizeGreaterThan(1500);
	}

	@Test
	void aReplayedEventSaysWhetherItsTargetTookItAndCountsItsReplays() {
		RoutedEvent again = new RoutedEvent(DeliverySetup.sample("1"), null, null, true, 2, EventStory.NONE);
		assertThat(delivery(this.target, this.sink).replay(again)).isCompletedWithValue(true);
		this.target.answers((event) -> CompletableFuture.failedFuture(ScriptedTarget.bad()));
		assertThat(delivery(this.target, this.sink).replay(again)).isCompletedWithValue(false);
		assertThat(this.sink.sent(0).event().getExtension("dlreplays")).isEqualTo(2);
	}

	@Test
	void sendsToDeadLetterSinkAtOnceWhatCannotPass() {
		this.target.answers((event) -> CompletableFuture.failedFuture(ScriptedTarget.bad()));
		done(delivery(this.target, this.sink).deliver(event("1", null)));
		assertThat(this.target.sentCount()).isEqualTo(1);
		assertThat(this.sink.sent(0).event().getExtension("dlattempts")).isEqualTo(1);
	}

	@Test
	void writesDeadLetterStructuredWhenTheSinkCannotHaveItsHeaders() {
		this.target.answers((event) -> CompletableFuture.failedFuture(ScriptedTarget.bad()));
		this.sink.answers((event) -> (this.sink.sentCount() == 0) ? CompletableFuture.failedFuture(ScriptedTarget.bad())
				: CompletableFuture.completedFuture(null));
		done(delivery(this.target, this.sink).deliver(event("1", null)));
		assertThat(this.sink.sent(1).mode()).isEqualTo(ContentMode.STRUCTURED);
	}

	@Test
	void holdsTheEventWhileTheSinkFailsToo() {
		this.target.isDown();
		this.sink.isDown();
		CompletableFuture<Void> settled = delivery(this.target, this.sink).deliver(event("1", null));
		await().atMost(Duration.ofSeconds(30)).until(() -> this.target.sentCount() > 9);
		assertThat(settled).isNotDone();
		assertThat(this.counters.held().count()).isEqualTo(1);
		this.sink.takesAll();
		done(settled);
	}

	@Test
	void holdsTheEventWhereThereIsNoSinkAndDeliversWhenTheTargetIsBack() {
		this.target.answers((event) -> CompletableFuture.failedFuture(ScriptedTarget.bad()));
		CompletableFuture<Void> settled = delivery(this.target, null).deliver(event("1", null));
		await().atMost(Duration.ofSeconds(30)).until(() -> this.target.sentCount() > 2);
		assertThat(settled).isNotDone();
		this.target.takesAll();
		done(settled);
	}

	@Test
	void answersASenderThatWaitsWhenNobodyTookIt() {
		this.target.isDown();
		this.sink.isDown();
		CompletableFuture<Void> settled = delivery(this.target, this.sink).deliver(urgent("1"));
		assertThatThrownBy(() -> settled.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(UndeliveredException.class)
			.hasMessageContaining("orders to kafka:scripted: the target is down")
			.hasRootCauseInstanceOf(SendException.class);
	}

	@Test
	void failingEventHoldsBackItsOwnKeyOnly() {
		DeliveryPolicy patient = DeliverySetup.policy(0, Duration.ofMillis(1), Duration.ofMillis(500));
		VirtualTimer turned = new VirtualTimer();
		this.target.byHand();
		Delivery delivery = new DeliverySetup(turned).delivery(this.target, null, patient);
		CompletableFuture<Void> failing = delivery.deliver(event("a1", "a"));
		this.target.answer(0).completeExceptionally(ScriptedTarget.bad());
		CompletableFuture<Void> sameKey = delivery.deliver(event("a2", "a"));
		this.target.takesAll();
		CompletableFuture<Void> otherKey = delivery.deliver(event("b1", "b"));
		assertThat(otherKey).isCompleted();
		assertThat(sameKey).isNotDone();
		turned.advance(Duration.ofMillis(500));
		done(failing);
		done(sameKey);
		assertThat(this.target.sentIds()).containsSubsequence("a1", "b1", "a1", "a2");
	}

	@Test
	void sendsEventsOfOneKeyWithoutWaitingWhereTheTargetKeepsOrder() {
		this.target.byHand();
		Delivery delivery = delivery(this.target, null);
		delivery.deliver(event("a1", "a"));
		delivery.deliver(event("a2", "a"));
		assertThat(this.target.sentIds()).containsExactly("a1", "a2");
	}

	@Test
	void sendsEventsOfOneKeyOneByOneWhereTheTargetDoesNotKeepOrder() {
		ScriptedTarget unordered = new ScriptedTarget(false).byHand();
		Delivery delivery = delivery(unordered, null);
		delivery.deliver(event("a1", "a"));
		delivery.deliver(event("a2", "a"));
		delivery.deliver(event("b1", "b"));
		assertThat(unordered.sentIds()).containsExactly("a1", "b1");
		unordered.answer(0).complete(null);
		assertThat(unordered.sentIds()).containsExactly("a1", "b1", "a2");
	}

	@Test
	void recoversFailedEventsOfAKeyOldestFirst() {
		this.target.byHand();
		Delivery delivery = delivery(this.target, null);
		List<CompletableFuture<Void>> settled = new ArrayList<>();
		for (String id : List.of("a1", "a2", "a3", "a4")) {
			settled.add(delivery.deliver(event(id, "a")));
		}
		// The connection breaks: what was under way fails in any order.
		this.target.answer(2).completeExceptionally(ScriptedTarget.down());
		this.target.answer(0).complete(null);
		this.target.answer(3).completeExceptionally(ScriptedTarget.down());
		this.target.takesAll();
		settled.add(delivery.deliver(event("a5", "a")));
		assertThat(this.target.sentCount()).isEqualTo(4);
		this.target.answer(1).completeExceptionally(ScriptedTarget.down());
		settled.forEach(DeliveryTests::done);
		assertThat(this.target.sentIds()).containsExactly("a1", "a2", "a3", "a4", "a2", "a3", "a4", "a5");
	}

	@Test
	void failsAnAttemptThatIsNotConfirmedInTime() {
		DeliveryPolicy impatient = new DeliveryPolicy(0, noRetry().backoff(), Duration.ofMillis(50), Duration.ZERO,
				null, DeliveryPolicy.Order.KEY, DeliveryPolicy.OnOutage.PAUSE, null, 0,
				DeliveryPolicy.OnExpiry.DEAD_LETTER);
		this.target.byHand();
		Delivery delivery = delivery(this.target, this.sink, impatient);
		long began = System.nanoTime();
		CompletableFuture<Void> settled = delivery.deliver(event("1", null));
		delivery.expire(began);
		assertThat(settled).isNotDone();
		delivery.expire(System.nanoTime() + Duration.ofMillis(60).toNanos());
		done(settled);
		assertThat(this.sink.sent(0).event().getExtension("dlcode")).isEqualTo("TIMEOUT");
		assertThat(this.sink.sent(0).event().getExtension("dlreason"))
			.isEqualTo("kafka:scripted: no confirmation within PT0.05S");
	}

	@Test
	void takesACancelledSendForAFailure() {
		this.target.byHand();
		CompletableFuture<Void> settled = delivery(this.target, this.sink, noRetry()).deliver(event("1", null));
		this.target.answer(0).cancel(true);
		done(settled);
		assertThat(this.sink.sent(0).event().getExtension("dlcode")).isEqualTo("CANCELLED");
	}

	@Test
	void handsBackWhatWaitsAndLetsEndWhatIsUnderWayWhenClosing() {
		ScriptedTarget unordered = new ScriptedTarget(false).byHand();
		Delivery delivery = delivery(unordered, null);
		CompletableFuture<Void> underWay = delivery.deliver(event("a1", "a"));
		CompletableFuture<Void> waiting = delivery.deliver(event("a2", "a"));
		delivery.startClosing();
		assertThat(waiting).isCompletedExceptionally();
		assertThat(underWay).isNotDone();
		unordered.answer(0).complete(null);
		assertThat(underWay).isCompleted();
		assertThat(delivery.drained()).isCompleted();
		assertThat(unordered.sentIds()).containsExactly("a1");
		assertThat(delivery.deliver(event("a3", "a"))).isCompletedExceptionally();
	}

	@Test
	void doesNotTakeASuccessThatComesAfterClosingForOne() {
		this.target.byHand();
		Delivery delivery = delivery(this.target, null);
		CompletableFuture<Void> settled = delivery.deliver(event("1", null));
		delivery.close();
		assertThat(settled).isCompletedExceptionally();
		this.target.answer(0).complete(null);
		assertThat(settled).isCompletedExceptionally();
		assertThat(delivery.inFlight()).isZero();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void keepsOrderPerKeyAndLosesNothingWhateverFails(boolean keepsOrder) throws Exception {
		int keys = 7;
		int perKey = 300;
		FlakyTarget flaky = new FlakyTarget(keepsOrder, new Random(42));
		Delivery delivery = delivery(flaky, null, POLICY);
		List<CompletableFuture<Void>> settled = new ArrayList<>();
		for (int i = 0; i < perKey; i++) {
			for (int key = 0; key < keys; key++) {
				settled.add(delivery.deliver(event(key + "-" + i, String.valueOf(key))));
			}
		}
		CompletableFuture.allOf(settled.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
		flaky.close();
		Map<String, Integer> next = new HashMap<>();
		for (String id : flaky.accepted()) {
			String key = id.substring(0, id.indexOf('-'));
			int number = Integer.parseInt(id.substring(id.indexOf('-') + 1));
			assertThat(number).as(id).isEqualTo(next.getOrDefault(key, 0));
			next.put(key, number + 1);
		}
		assertThat(next.values()).hasSize(keys).containsOnly(perKey);
	}

	private static DeliveryPolicy noRetry() {
		return DeliverySetup.policy(0, Duration.ofMillis(1), Duration.ofMillis(5));
	}

	private Delivery delivery(ScriptedTarget to, @Nullable ScriptedTarget deadLetters) {
		return delivery(to, deadLetters, POLICY);
	}

	private Delivery delivery(EventSender to, @Nullable EventSender deadLetters, DeliveryPolicy policy) {
		return this.setup.delivery(to, deadLetters, policy);
	}

	private static void done(CompletableFuture<Void> settled) {
		assertThat(settled).succeedsWithin(Duration.ofSeconds(30));
	}

}
