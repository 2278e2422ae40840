package io.meshbridge.gateway.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.rules.Delay;
import io.meshbridge.rules.DeliveryPolicy;
import io.meshbridge.rules.DeliveryPolicy.OnExpiry;
import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.RouteTarget;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static io.meshbridge.gateway.dispatch.DeliverySetup.NOW;
import static io.meshbridge.gateway.dispatch.DeliverySetup.event;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Events that are not wanted any more, and those that are not wanted yet; time is turned
 * on by hand.
 */
class EventTimesTests {

	private static final DeliveryPolicy POLICY = DeliverySetup.policy(3, Duration.ofSeconds(10),
			Duration.ofSeconds(30));

	private final VirtualTimer timer = new VirtualTimer();

	private final DeliverySetup setup = new DeliverySetup(this.timer);

	private final ScriptedTarget target = new ScriptedTarget(true).broker();

	private final ScriptedTarget sink = new ScriptedTarget(true);

	private final List<CompletableFuture<Void>> settled = new ArrayList<>();

	@Test
	void anEventThatHasExpiredGoesToTheSinkUntried() {
		Delivery delivery = this.setup.delivery(this.target, this.sink, POLICY);
		deliver(delivery, "late", "a", NOW.minusSeconds(1));
		deliver(delivery, "good", "a", NOW.plusSeconds(1));
		deliver(delivery, "without", "a", null);
		assertThat(this.target.sentIds()).containsExactly("good", "without");
		assertThat(this.sink.sentIds()).containsExactly("late");
		CloudEvent letter = this.sink.sent(0).event();
		assertThat(letter.getExtension("dlcode")).isEqualTo("EXPIRED");
		assertThat(letter.getExtension("dlattempts")).isEqualTo(0);
		assertThat(letter.getExtension("dlreason")).asString().contains("2026-03-01T09:59:59Z, its expirytime");
		assertThat(this.settled).allSatisfy((future) -> assertThat(future).isCompleted());
		assertThat(this.setup.counters.expired().count()).isEqualTo(1);
		assertThat(this.setup.counters.deadLettered().count()).isEqualTo(1);
	}

	@Test
	void oneWithoutASinkOrWithDropGoesNowhereAndIsCounted() {
		deliver(this.setup.delivery(this.target, null, POLICY), "1", "a", NOW);
		deliver(this.setup.delivery(this.target, this.sink, dropping()), "2", null, NOW);
		assertThat(this.settled).allSatisfy((future) -> assertThat(future).isCompleted());
		assertThat(this.target.sentCount()).isZero();
		assertThat(this.sink.sentCount()).isZero();
		assertThat(this.setup.counters.expired().count()).isEqualTo(2);
		assertThat(this.setup.counters.held().count()).isZero();
	}

	@Test
	void itMayExpireBetweenTwoAttempts() {
		ScriptedTarget function = new ScriptedTarget(false).isDown();
		Delivery delivery = this.setup.delivery(function, this.sink, POLICY);
		deliver(delivery, "1", "a", NOW.plusSeconds(15));
		this.timer.advance(Duration.ofMinutes(2));
		assertThat(function.sentCount()).as("at 0 s and 10 s, not at 30 s").isEqualTo(2);
		assertThat(this.sink.sent(0).event().getExtension("dlattempts")).isEqualTo(2);
		assertThat(this.sink.sent(0).event().getExtension("dlcode")).isEqualTo("EXPIRED");
	}

	@Test
	void itExpiresWhileItsTargetIsOutAndLetsThoseBehindItAlone() {
		this.target.isGone();
		Delivery delivery = this.setup.delivery(this.target, this.sink, POLICY);
		for (int i = 0; i < 3; i++) {
			deliver(delivery, "e" + i, "a", (i == 1) ? null : NOW.plusSeconds(100));
		}
		deliver(delivery, "unkeyed", null, NOW.plusSeconds(100));
		this.timer.advance(Duration.ofSeconds(90));
		assertThat(delivery.gate().shut()).isTrue();
		assertThat(this.sink.sentCount()).isZero();
		this.timer.advance(Duration.ofSeconds(20));
		delivery.expire(this.timer.nanoTime());
		assertThat(this.sink.sentIds()).contains("e0").doesNotContain("e1");
		this.target.takesAll();
		int before = this.target.sentCount();
		this.timer.advance(Duration.ofMinutes(2));
		assertThat(this.target.sentIds().subList(before, this.target.sentCount())).containsExactly("e1");
		assertThat(this.sink.sentIds()).containsExactlyInAnyOrder("e0", "e2", "unkeyed");
		assertThat(this.settled).allSatisfy((future) -> assertThat(future).isCompleted());
		assertThat(delivery.inFlight()).isZero();
	}

	@Test
	void anExpiredEventDoesNotHoldBackItsKeyWhileTheSinkIsOut() {
		this.sink.byHand();
		Delivery delivery = this.setup.delivery(this.target, this.sink, POLICY);
		deliver(delivery, "late", "a", NOW);
		deliver(delivery, "next", "a", null);
		assertThat(this.target.sentIds()).containsExactly("next");
		assertThat(this.settled.get(0)).isNotDone();
		this.sink.answer(0).complete(null);
		assertThat(this.settled.get(0)).isCompleted();
	}

	@Test
	void whatIsNoTimestampNeverExpires() {
		Delivery delivery = this.setup.delivery(this.target, this.sink, POLICY);
		CloudEvent odd = CloudEventBuilder.from(DeliverySetup.sample("1"))
			.withExtension("expirytime", "tomorrow")
			.build();
		delivery.deliver(new RoutedEvent(odd, null, null, true));
		assertThat(this.target.sentIds()).containsExactly("1");
	}

	@Test
	void itsTimeMayHaveCrossedAProtocolThatKnowsTextOnly() {
		Delivery delivery = this.setup.delivery(this.target, this.sink, POLICY);
		CloudEvent text = CloudEventBuilder.from(DeliverySetup.sample("1"))
			.withExtension("expirytime", "2026-03-01T10:59:59+01:00")
			.build();
		delivery.deliver(new RoutedEvent(text, null, null, true));
		assertThat(this.sink.sentIds()).containsExactly("1");
	}

	@Test
	void aChannelIsToldHowLongToKeepAnEvent() {
		Delivery delivery = delayed(new Delay(Duration.ofMinutes(5), "deliverat"));
		delivery.deliver(event("plain", null));
		delivery.deliver(deliverAt("soon", "2026-03-01T10:01:00Z"));
		delivery.deliver(deliverAt("later", "2026-03-01T12:00:00Z"));
		assertThat(List.of(this.target.sent(0), this.target.sent(1), this.target.sent(2)))
			.extracting(Outbound::notBefore)
			.containsExactly(NOW.plusSeconds(300), NOW.plusSeconds(300), NOW.plusSeconds(7200));
	}

	@Test
	void whatIsDueLeavesAtOnce() {
		Delivery delivery = delayed(new Delay(Duration.ZERO, "deliverat"));
		delivery.deliver(event("plain", null));
		delivery.deliver(deliverAt("past", "2026-03-01T09:00:00Z"));
		assertThat(this.target.sent(0).notBefore()).isNull();
		assertThat(this.target.sent(1).notBefore()).isNull();
	}

	@Test
	void aTimeThatIsNoneIsAPermanentFailure() {
		Delivery delivery = delayed(new Delay(Duration.ZERO, "deliverat"));
		delivery.deliver(deliverAt("odd", "tomorrow"));
		assertThat(this.target.sentCount()).isZero();
		CloudEvent letter = this.sink.sent(0).event();
		assertThat(letter.getExtension("dlcode")).isEqualTo("DELIVER_AT");
		assertThat(letter.getExtension("dlreason")).asString().contains("'deliverat' is no timestamp", "tomorrow");
	}

	private Delivery delayed(Delay delay) {
		return this.setup.delivery(this.target,
				new RouteTarget(new Endpoint.AtChannel("route.orders"), false, null, null, delay, POLICY), this.sink,
				null);
	}

	private static RoutedEvent deliverAt(String id, String time) {
		return new RoutedEvent(
				CloudEventBuilder.from(DeliverySetup.sample(id)).withExtension("deliverat", time).build(), null, null,
				true);
	}

	private static DeliveryPolicy dropping() {
		return new DeliveryPolicy(POLICY.retry(), POLICY.backoff(), POLICY.timeout(), POLICY.retryAfterMax(), null,
				POLICY.order(), POLICY.onOutage(), null, 0, OnExpiry.DROP);
	}

	private void deliver(Delivery delivery, String id, @Nullable String key, @Nullable Instant expiry) {
		CloudEventBuilder made = CloudEventBuilder.from(DeliverySetup.sample(id));
		if (expiry != null) {
			made.withExtension("expirytime", OffsetDateTime.ofInstant(expiry, ZoneOffset.UTC));
		}
		this.settled.add(delivery.deliver(new RoutedEvent(made.build(), key, null, true)));
	}

}
