package io.meshbridge.gateway.dispatch;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.meshbridge.rules.DeliveryPolicy;
import io.meshbridge.rules.DeliveryPolicy.OnOutage;
import io.meshbridge.rules.DeliveryPolicy.Order;
import io.meshbridge.rules.RateLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.meshbridge.gateway.dispatch.DeliverySetup.event;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a target gets at once, in a time, and in which order.
 */
class TargetLimitsTests {

	private static final DeliveryPolicy POLICY = DeliverySetup.policy(2, Duration.ofMillis(100), Duration.ofSeconds(1));

	private final VirtualTimer timer = new VirtualTimer();

	private final DeliverySetup setup = new DeliverySetup(this.timer);

	private final ScriptedTarget target = new ScriptedTarget(true);

	private final List<CompletableFuture<Void>> settled = new ArrayList<>();

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aTargetHasNoMoreUnderWayThanItMay(boolean keyed) {
		this.target.byHand();
		Delivery delivery = this.setup.delivery(this.target, null, DeliverySetup.limited(POLICY, null, 3));
		for (int i = 0; i < 10; i++) {
			this.settled.add(delivery.deliver(event("e" + i, keyed ? "key" + i % 2 : null)));
		}
		for (int i = 0; i < 10; i++) {
			assertThat(this.target.sentCount()).isEqualTo(Math.min(i + 3, 10));
			this.target.answer(i).complete(null);
			this.timer.runDue();
		}
		assertThat(this.settled).allSatisfy((future) -> assertThat(future).isCompleted());
		assertThat(this.target.sentIds().stream().filter((id) -> (id.charAt(1) - '0') % 2 == 0)).isSorted();
		assertThat(this.setup.bulkheads.getAllBulkheads())
			.allSatisfy((bulkhead) -> assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(3));
	}

	@Test
	void aFailingEventGivesItsPlaceToOthers() {
		this.target.answers((event) -> event.getId().equals("bad")
				? CompletableFuture.failedFuture(ScriptedTarget.down()) : CompletableFuture.completedFuture(null));
		Delivery delivery = this.setup.delivery(this.target, null, DeliverySetup.limited(POLICY, null, 1));
		this.settled.add(delivery.deliver(event("bad", "a")));
		CompletableFuture<Void> behind = delivery.deliver(event("a2", "a"));
		CompletableFuture<Void> other = delivery.deliver(event("b1", "b"));
		this.timer.runDue();
		assertThat(other).isCompleted();
		assertThat(behind).isNotDone();
	}

	@Test
	void placesAreFreeAgainAfterAnOutage() {
		this.target.broker().isGone();
		Delivery delivery = this.setup.delivery(this.target, null, DeliverySetup.limited(POLICY, null, 2));
		for (int i = 0; i < 10; i++) {
			this.settled.add(delivery.deliver(event("e" + i, "key" + i % 3)));
		}
		this.timer.advance(Duration.ofMinutes(1));
		assertThat(delivery.gate().shut()).isTrue();
		this.target.takesAll();
		this.timer.advance(Duration.ofSeconds(2));
		assertThat(this.settled).allSatisfy((future) -> assertThat(future).isCompleted());
		assertThat(this.setup.bulkheads.getAllBulkheads())
			.allSatisfy((bulkhead) -> assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(2));
	}

	@Test
	void aTargetGetsNoMoreInATimeThanItMayAndInOrder() throws Exception {
		try (TimerThread real = new TimerThread(Clock.systemUTC())) {
			Delivery delivery = new DeliverySetup(real).delivery(this.target, null,
					DeliverySetup.limited(POLICY, new RateLimit(10, Duration.ofMillis(200)), 0));
			long began = System.nanoTime();
			for (int i = 0; i < 35; i++) {
				this.settled.add(delivery.deliver(event(String.valueOf(i), "key" + i % 2)));
			}
			int sent = this.target.sentCount();
			// One period may have begun right away, and more if this took its time.
			int periods = 2 + (int) ((System.nanoTime() - began) / Duration.ofMillis(200).toNanos());
			assertThat(sent).isBetween(10, 10 * periods);
			CompletableFuture.allOf(this.settled.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
			// 10 at once, and 25 in the three periods that follow, the first of which may
			// begin right away.
			assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(400));
		}
		for (int key = 0; key < 2; key++) {
			int remainder = key;
			assertThat(this.target.sentIds().stream().map(Integer::parseInt).filter((id) -> id % 2 == remainder))
				.isSorted();
		}
	}

	@Test
	void withoutOrderNothingWaitsForAFailingEvent() {
		this.target.answers((event) -> event.getId().equals("1") ? CompletableFuture.failedFuture(ScriptedTarget.down())
				: CompletableFuture.completedFuture(null));
		DeliveryPolicy none = new DeliveryPolicy(2, POLICY.backoff(), POLICY.timeout(), Duration.ZERO, null, Order.NONE,
				OnOutage.PAUSE, null, 0, DeliveryPolicy.OnExpiry.DEAD_LETTER);
		Delivery delivery = this.setup.delivery(this.target, null, none);
		CompletableFuture<Void> failing = delivery.deliver(event("1", "a"));
		CompletableFuture<Void> next = delivery.deliver(event("2", "a"));
		assertThat(failing).isNotDone();
		assertThat(next).isCompleted();
		assertThat(this.target.sent(1).orderKey()).as("for a target that orders by itself").isEqualTo("a");
	}

	@Test
	void onePoisonKeyAmongAThousandHoldsNoOtherBack() {
		this.target.answers((event) -> event.getId().startsWith("500-")
				? CompletableFuture.failedFuture(ScriptedTarget.down()) : CompletableFuture.completedFuture(null));
		DeliveryPolicy patient = DeliverySetup.policy(100, Duration.ofSeconds(1), Duration.ofSeconds(1));
		Delivery delivery = this.setup.delivery(this.target, null, patient);
		for (int i = 0; i < 10; i++) {
			for (int key = 0; key < 1000; key++) {
				CompletableFuture<Void> future = delivery.deliver(event(key + "-" + i, "key" + key));
				if (key == 500) {
					assertThat(future).isNotDone();
				}
				else {
					assertThat(future).isCompleted();
				}
			}
			this.timer.advance(Duration.ofSeconds(1));
		}
		assertThat(this.setup.breakers.find("kafka:scripted").orElseThrow().getState()).isEqualTo(State.CLOSED);
		assertThat(delivery.inFlight()).isEqualTo(10);
		this.target.takesAll();
		this.timer.advance(Duration.ofSeconds(1));
		assertThat(delivery.inFlight()).isZero();
		List<String> ids = this.target.sentIds();
		assertThat(ids.subList(ids.size() - 10, ids.size())).containsExactly("500-0", "500-1", "500-2", "500-3",
				"500-4", "500-5", "500-6", "500-7", "500-8", "500-9");
	}

}
