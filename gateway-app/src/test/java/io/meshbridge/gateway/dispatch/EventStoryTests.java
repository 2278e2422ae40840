package io.meshbridge.gateway.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.SendException;
import io.meshbridge.rules.Backoff;
import io.meshbridge.rules.DeliveryPolicy;
import io.meshbridge.rules.DeliveryPolicy.OnOutage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the story of an event hears on its way to a target; time is turned on by hand.
 */
class EventStoryTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final VirtualTimer timer = new VirtualTimer();

	private final DeliverySetup setup = new DeliverySetup(this.timer);

	private final ScriptedTarget target = new ScriptedTarget(true);

	private final ScriptedTarget sink = new ScriptedTarget(true);

	private final List<String> heard = new ArrayList<>();

	@Test
	void hearsOnceOfADeliveryThatSucceedsAtOnce() {
		CompletableFuture<Void> settled = delivery(this.sink).deliver(event("1", null, true));
		assertThat(settled).isCompleted();
		assertThat(this.heard).containsExactly("1 delivered, 1 attempts");
	}

	@Test
	void hearsOfADeliveryBeforeTheSourceDoes() {
		this.target.byHand();
		delivery(this.sink).deliver(event("1", null, true)).thenRun(() -> this.heard.add("settled"));
		assertThat(this.heard).isEmpty();
		this.target.answer(0).complete(null);
		assertThat(this.heard).containsExactly("1 delivered, 1 attempts", "settled");
	}

	@Test
	void hearsOfEachAttempt() {
		this.target.answers((event) -> (this.target.sentCount() < 2)
				? CompletableFuture.failedFuture(ScriptedTarget.down()) : CompletableFuture.completedFuture(null));
		delivery(this.sink).deliver(event("1", "key", true));
		this.timer.advance(SECOND);
		assertThat(this.heard).containsExactly("1 attempt 1 failed: 503, the target is down",
				"1 attempt 2 failed: 503, the target is down", "1 delivered, 3 attempts");
	}

	@Test
	void hearsOfADeadLetterWhenTheSinkHoldsIt() {
		this.target.answers((event) -> CompletableFuture.failedFuture(ScriptedTarget.bad()));
		this.sink.byHand();
		delivery(this.sink).deliver(event("1", null, true));
		assertThat(this.heard).containsExactly("1 attempt 1 failed: 400, the target does not like it");
		this.sink.answer(0).complete(null);
		assertThat(this.heard).last().isEqualTo("1 in kafka:scripted after 1 attempts: 400");
	}

	@Test
	void hearsThatNobodyTookIt() {
		this.target.answers((event) -> CompletableFuture.failedFuture(ScriptedTarget.bad()));
		delivery(null).deliver(event("1", null, true));
		assertThat(this.heard).containsExactly("1 attempt 1 failed: 400, the target does not like it",
				"1 held: the target does not like it; there is no dead letter sink");
		this.target.takesAll();
		this.timer.advance(Duration.ofMinutes(1));
		assertThat(this.heard).last().isEqualTo("1 delivered, 2 attempts");
	}

	@Test
	void hearsThatAnEventIsLeftToASourceThatCannotWait() {
		this.target.answers((event) -> CompletableFuture.failedFuture(ScriptedTarget.bad()));
		delivery(null).deliver(event("1", null, false));
		assertThat(this.heard).containsExactly("1 attempt 1 failed: 400, the target does not like it",
				"1 given back: the target does not like it");
	}

	@Test
	void hearsThatAnEventIsGivenBackWhenTheGatewayStops() {
		this.target.isDown();
		Delivery delivery = delivery(this.sink);
		delivery.deliver(event("1", null, true));
		delivery.startClosing();
		assertThat(this.heard).containsExactly("1 attempt 1 failed: 503, the target is down",
				"1 given back: the gateway stops");
	}

	@Test
	void hearsWhatAnEventWaitsForInAnOutage() {
		this.target.isGone();
		Delivery delivery = delivery(this.sink);
		delivery.deliver(event("1", null, true));
		while (!delivery.gate().shut()) {
			this.timer.advance(SECOND);
		}
		delivery.deliver(event("2", null, true));
		assertThat(this.heard).contains("1 waits: nobody is there", "2 waits: nobody is there");
		this.target.takesAll();
		this.timer.advance(Duration.ofMinutes(2));
		assertThat(this.heard).anyMatch((line) -> line.startsWith("1 delivered, ")).contains("2 delivered, 1 attempts");
		assertThat(this.heard).noneMatch((line) -> line.startsWith("2 attempt"));
	}

	@Test
	void hearsOfWhatIsNotTriedAtAllOnce() {
		delivery(this.sink).deadLetterOnly(event("1", null, true),
				SendException.permanent("TOO_LARGE", "it is too large", null));
		assertThat(this.heard).containsExactly("1 in kafka:scripted after 0 attempts: TOO_LARGE");
	}

	@Test
	void anExpiredEventWithoutASinkIsDropped() {
		CloudEvent late = CloudEventBuilder.from(DeliverySetup.sample("1"))
			.withExtension("expirytime", "2020-01-01T00:00:00Z")
			.build();
		delivery(null).deliver(new RoutedEvent(late, null, null, true, 0, new Heard("1")));
		assertThat(this.heard).containsExactly("1 dropped: its expirytime was 2020-01-01T00:00:00Z");
	}

	private Delivery delivery(@Nullable ScriptedTarget deadLetters) {
		DeliveryPolicy policy = DeliverySetup.policy(2,
				new Backoff(Backoff.Policy.LINEAR, Duration.ofMillis(10), Duration.ofSeconds(30), 0), OnOutage.PAUSE);
		return this.setup.delivery(this.target, deadLetters, policy);
	}

	private RoutedEvent event(String id, @Nullable String key, boolean heldBySource) {
		return new RoutedEvent(DeliverySetup.sample(id), key, null, heldBySource, 0, new Heard(id));
	}

	private final class Heard implements EventStory {

		private final String id;

		Heard(String id) {
			this.id = id;
		}

		private void add(Leg leg, String what) {
			assertThat(leg).hasToString("orders to kafka:scripted");
			EventStoryTests.this.heard.add(this.id + " " + what);
		}

		@Override
		public void delivered(Leg leg, int attempts) {
			add(leg, "delivered, " + attempts + " attempts");
		}

		@Override
		public void failed(Leg leg, int attempt, SendException cause) {
			add(leg, "attempt " + attempt + " failed: " + cause.code() + ", " + cause.getMessage());
		}

		@Override
		public void waits(Leg leg, String reason) {
			add(leg, "waits: " + reason);
		}

		@Override
		public void held(Leg leg, String reason) {
			add(leg, "held: " + reason);
		}

		@Override
		public void deadLettered(Leg leg, String deadLetterSink, int attempts, SendException cause) {
			add(leg, "in " + deadLetterSink + " after " + attempts + " attempts: " + cause.code());
		}

		@Override
		public void dropped(Leg leg, String reason) {
			add(leg, "dropped: " + reason);
		}

		@Override
		public void duplicate(Leg leg) {
			add(leg, "duplicate");
		}

		@Override
		public void givenBack(Leg leg, String reason) {
			add(leg, "given back: " + reason);
		}

	}

}
