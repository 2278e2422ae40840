package io.meshbridge.gateway.dispatch;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.PlainMessage;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.rules.Endpoint;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * What happens to the answer of a target that is an event, and to the event it answers.
 */
class RepliesTests {

	static final int MOST_HOPS = 3;

	static final int MOST_BYTES = 1000;

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final TimerThread timer = new TimerThread(Clock.fixed(DeliverySetup.NOW, ZoneOffset.UTC));

	private final DeliverySetup setup = new DeliverySetup(this.timer, "f");

	private final DeliveryCounters counters = this.setup.counters;

	private final ScriptedTarget function = new ScriptedTarget(false).replies((event) -> replyTo(event.getId()));

	private final ScriptedTarget channel = new ScriptedTarget(true);

	private final ScriptedTarget sink = new ScriptedTarget(true);

	@AfterEach
	void stopTimer() {
		this.timer.close();
	}

	@Test
	void theEventIsDeliveredWhenItsReplyIsStoredAndNotBefore() {
		this.channel.byHand();
		CompletableFuture<Void> settled = delivery(this.sink).deliver(event("1", null));
		assertThat(settled).isNotDone();
		assertThat(this.counters.delivered().count()).isZero();
		this.channel.answer(0).complete(null);
		assertThat(settled).isCompleted();
		assertThat(this.counters.delivered().count()).isEqualTo(1);
		assertThat(this.counters.replied().count()).isEqualTo(1);
	}

	@Test
	void theReplyKeepsItsIdentityAndIsTheFirst() {
		done(delivery(this.sink).deliver(event("1", null)));
		CloudEvent stored = this.channel.sent(0).event();
		assertThat(stored)
			.isEqualTo(CloudEventBuilder.from(reply("reply-to-1")).withExtension("meshbridgehops", 1).build());
	}

	@Test
	void aTargetThatSaysNothingHasTheEventAllTheSame() {
		this.function.replies((event) -> null);
		done(delivery(this.sink).deliver(event("1", null)));
		assertThat(this.channel.sentCount()).isZero();
		assertThat(this.counters.delivered().count()).isEqualTo(1);
		assertThat(this.counters.replied().count()).isZero();
	}

	@Test
	void theTargetHearsHowLargeAReplyMayBe() {
		done(delivery(this.sink).deliver(event("1", null)));
		assertThat(this.function.sent(0).replyTo()).isNotNull()
			.satisfies((replyTo) -> assertThat(replyTo.maxBytes()).isEqualTo(MOST_BYTES));
		assertThat(this.channel.sent(0).replyTo()).isNull();
	}

	@Test
	void aReplyHasTheOrderOfItsOwnKeyElseThatOfTheEvent() {
		done(delivery(this.sink).deliver(new RoutedEvent(sample("1", null), "plant", new byte[] { 7 }, true)));
		Outbound inherited = this.channel.sent(0);
		assertThat(inherited.orderKey()).isEqualTo("plant");
		assertThat(inherited.recordKey()).containsExactly(7);
		this.function.replies((event) -> new Content.Event(
				CloudEventBuilder.from(reply("2")).withExtension("partitionkey", "own").build()));
		done(delivery(this.sink).deliver(new RoutedEvent(sample("1", null), "plant", new byte[] { 7 }, true)));
		Outbound own = this.channel.sent(1);
		assertThat(own.orderKey()).isEqualTo("own");
		assertThat(own.recordKey()).asString(StandardCharsets.UTF_8).isEqualTo("own");
	}

	@Test
	void theNextEventOfTheKeyLeavesWhenTheReplyToTheLastIsStored() {
		this.channel.byHand();
		Delivery delivery = delivery(this.sink);
		delivery.deliver(event("a1", "a"));
		delivery.deliver(event("a2", "a"));
		delivery.deliver(event("b1", "b"));
		assertThat(this.function.sentIds()).containsExactly("a1", "b1");
		this.channel.answer(0).complete(null);
		assertThat(this.function.sentIds()).containsExactly("a1", "b1", "a2");
	}

	@Test
	void theEventIsSentAgainWhenItsReplyIsNotStored() {
		this.channel.answers((event) -> (this.channel.sentCount() < 2)
				? CompletableFuture.failedFuture(ScriptedTarget.down()) : CompletableFuture.completedFuture(null));
		done(delivery(this.sink).deliver(event("1", "a")));
		assertThat(this.function.sentIds()).containsExactly("1", "1", "1");
		assertThat(this.counters.retried().count()).isEqualTo(2);
		assertThat(this.counters.replied().count()).isEqualTo(1);
		assertThat(this.counters.delivered().count()).isEqualTo(1);
		assertThat(this.sink.sentCount()).isZero();
	}

	@Test
	void theEventIsHeldAndNoDeadLetterWhileItsReplyIsNotStored() {
		this.channel.isDown();
		CompletableFuture<Void> settled = delivery(this.sink).deliver(event("1", "a"));
		await().atMost(PATIENCE).until(() -> this.function.sentCount() > 9);
		assertThat(settled).isNotDone();
		assertThat(this.counters.held().count()).isEqualTo(1);
		assertThat(this.sink.sentCount()).isZero();
		this.channel.takesAll();
		done(settled);
		assertThat(this.counters.delivered().count()).isEqualTo(1);
	}

	@Test
	void theEventIsADeadLetterWhenTheTargetFailsAfterAReplyThatWasNotStored() {
		this.channel.isDown();
		this.function.answers((event) -> (this.function.sentCount() == 0) ? CompletableFuture.completedFuture(null)
				: CompletableFuture.failedFuture(ScriptedTarget.bad()));
		done(delivery(this.sink).deliver(event("1", null)));
		assertThat(this.sink.sent(0).event().getId()).isEqualTo("1");
		assertThat(this.sink.sent(0).event().getExtension("dlcode")).isEqualTo("400");
		assertThat(this.counters.deadLettered().count()).isEqualTo(1);
	}

	@Test
	void aSenderThatWaitsHearsThatTheReplyWasNotStored() {
		this.channel.isDown();
		RoutedEvent event = new RoutedEvent(sample("1", null), null, null, false);
		CompletableFuture<Void> settled = delivery(this.sink).deliver(event);
		assertThatThrownBy(() -> settled.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(UndeliveredException.class)
			.hasMessageContaining("the target is down");
	}

	@Test
	void theReplyOfASendThatFailsIsNone() {
		this.function.answers((event) -> CompletableFuture.failedFuture(ScriptedTarget.bad()));
		done(delivery(this.sink).deliver(event("1", null)));
		assertThat(this.channel.sentCount()).isZero();
		assertThat(this.sink.sent(0).event().getId()).isEqualTo("1");
	}

	@Test
	void storingThatIsNotConfirmedInTimeIsAFailure() {
		this.channel.byHand();
		Delivery delivery = delivery(this.sink);
		CompletableFuture<Void> settled = delivery.deliver(event("1", null));
		this.channel.takesAll();
		delivery.expire(System.nanoTime() + Duration.ofSeconds(31).toNanos());
		done(settled);
		assertThat(this.function.sentIds()).containsExactly("1", "1");
	}

	@Test
	void aReplyThatIsNoEventGoesToTheDeadLetterSinkAndTheEventIsDelivered() {
		this.function.replies((event) -> unreadable());
		done(delivery(this.sink).deliver(event("1", null)));
		assertThat(this.channel.sentCount()).isZero();
		CloudEvent letter = this.sink.sent(0).event();
		assertThat(letter.getType()).isEqualTo(RawEvent.TYPE);
		assertThat(letter.getData()).isNotNull()
			.satisfies((data) -> assertThat(data.toBytes()).asString(StandardCharsets.UTF_8).isEqualTo("{broken"));
		assertThat(letter.getExtension("dlheaders")).isEqualTo("{\"server\":\"f\"}");
		assertThat(letter.getExtension("dlcode")).isEqualTo("UNREADABLE");
		assertThat(letter.getExtension("dlreason"))
			.isEqualTo("kafka:scripted: its reply is no event: byte 1: is no JSON");
		assertThat(letter.getExtension("dlroute")).isEqualTo("f");
		assertThat(this.counters.delivered().count()).isEqualTo(1);
		assertThat(this.counters.deadLettered().count()).isZero();
		assertThat(this.counters.repliesDeadLettered().count()).isEqualTo(1);
	}

	@Test
	void aReplyThatTheChannelCanNotHaveGoesToTheDeadLetterSink() {
		this.channel.answers((event) -> CompletableFuture.failedFuture(ScriptedTarget.bad()));
		done(delivery(this.sink).deliver(event("1", null)));
		CloudEvent letter = this.sink.sent(0).event();
		assertThat(letter.getId()).isEqualTo("reply-to-1");
		assertThat(letter.getExtension("dlcode")).isEqualTo("400");
		assertThat(this.function.sentCount()).isEqualTo(1);
		assertThat(this.counters.delivered().count()).isEqualTo(1);
		assertThat(this.counters.replied().count()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "2, 3", "0, 1", "-1, 1", "many, 1", "'', 1" })
	void everyReplyIsOneHopMore(String before, int after) {
		done(delivery(this.sink).deliver(new RoutedEvent(sample("1", before), null, null, true)));
		assertThat(this.channel.sent(0).event().getExtension("meshbridgehops")).isEqualTo(after);
	}

	@ParameterizedTest
	@CsvSource({ "3, 4", "9999999999, 2147483647" })
	void aReplyOverTheHopLimitGoesToTheDeadLetterSink(String before, int after) {
		done(delivery(this.sink).deliver(new RoutedEvent(sample("1", before), null, null, true)));
		assertThat(this.channel.sentCount()).isZero();
		CloudEvent letter = this.sink.sent(0).event();
		assertThat(letter.getId()).isEqualTo("reply-to-1");
		assertThat(letter.getExtension("meshbridgehops")).isEqualTo(after);
		assertThat(letter.getExtension("dlcode")).isEqualTo("HOPS");
		assertThat(letter.getExtension("dlreason")).asString()
			.startsWith("kafka:scripted: its reply follows from " + before
					+ " others, the limit is 3 (meshbridge.max-reply-hops)");
		assertThat(this.counters.delivered().count()).isEqualTo(1);
		assertThat(this.counters.repliesDeadLettered().count()).isEqualTo(1);
	}

	@Test
	void whatTheTargetSaysOfHopsDoesNotCount() {
		this.function.replies((event) -> new Content.Event(
				CloudEventBuilder.from(reply("2")).withExtension("meshbridgehops", 0).build()));
		done(delivery(this.sink).deliver(new RoutedEvent(sample("1", "2"), null, null, true)));
		assertThat(this.channel.sent(0).event().getExtension("meshbridgehops")).isEqualTo(3);
	}

	@Test
	void withoutADeadLetterSinkTheEventIsHeldUntilItsReplyCanBeRead() {
		this.function.replies((event) -> unreadable());
		CompletableFuture<Void> settled = delivery(null).deliver(event("1", null));
		await().atMost(PATIENCE).until(() -> this.function.sentCount() > 2);
		assertThat(settled).isNotDone();
		assertThat(this.counters.held().count()).isEqualTo(1);
		this.function.replies((event) -> replyTo(event.getId()));
		done(settled);
		assertThat(this.counters.replied().count()).isEqualTo(1);
	}

	@Test
	void theEventIsHeldWhileTheSinkDoesNotTakeTheReplyEither() {
		this.function.replies((event) -> unreadable());
		this.sink.isDown();
		CompletableFuture<Void> settled = delivery(this.sink).deliver(event("1", null));
		await().atMost(PATIENCE).until(() -> this.counters.held().count() == 1);
		assertThat(settled).isNotDone();
		this.sink.takesAll();
		done(settled);
		assertThat(this.counters.repliesDeadLettered().count()).isEqualTo(1);
		assertThat(this.counters.deadLettered().count()).isZero();
	}

	@Test
	void aReplyThatIsUnderWayWhenTheGatewayStopsMayEndWell() {
		this.channel.byHand();
		Delivery delivery = delivery(this.sink);
		CompletableFuture<Void> settled = delivery.deliver(event("1", null));
		delivery.startClosing();
		assertThat(settled).isNotDone();
		this.channel.answer(0).complete(null);
		assertThat(settled).isCompleted();
	}

	@Test
	void aReplyThatIsNotStoredWhenTheGatewayStopsGivesTheEventBack() {
		this.channel.byHand();
		Delivery delivery = delivery(this.sink);
		CompletableFuture<Void> settled = delivery.deliver(event("1", null));
		delivery.startClosing();
		delivery.close();
		assertThat(settled).isCompletedExceptionally();
	}

	private Delivery delivery(@Nullable ScriptedTarget deadLetters) {
		return this.setup.delivery(this.function, new Endpoint.AtUrl(URI.create("https://example.com/f")), deadLetters,
				this.channel, DeliverySetup.policy(2, Duration.ofMillis(1), Duration.ofMillis(5)));
	}

	private static void done(CompletableFuture<Void> settled) {
		assertThat(settled).succeedsWithin(PATIENCE);
	}

	private static RoutedEvent event(String id, @Nullable String key) {
		return new RoutedEvent(sample(id, null), key, null, true);
	}

	private static CloudEvent sample(String id, @Nullable String hops) {
		CloudEventBuilder event = CloudEventBuilder.v1()
			.withId(id)
			.withSource(URI.create("/orders"))
			.withType("order.placed");
		return ((hops == null) ? event : event.withExtension("meshbridgehops", hops)).build();
	}

	private static Content replyTo(String id) {
		return new Content.Event(reply("reply-to-" + id));
	}

	private static CloudEvent reply(String id) {
		return CloudEventBuilder.v1()
			.withId(id)
			.withSource(URI.create("/f"))
			.withType("order.checked")
			.withData("text/plain", "fine".getBytes(StandardCharsets.UTF_8))
			.build();
	}

	private static Content unreadable() {
		return new Content.Unreadable(new Answer(), UnreadableMessageException.atByte(1, "is no JSON", null));
	}

	/**
	 * An answer that is no event.
	 */
	private record Answer() implements PlainMessage {

		@Override
		public String id() {
			return "1";
		}

		@Override
		public String source() {
			return "https://example.com/f";
		}

		@Override
		public @Nullable String subject() {
			return null;
		}

		@Override
		public String contentType() {
			return "application/cloudevents+json";
		}

		@Override
		public byte[] data() {
			return "{broken".getBytes(StandardCharsets.UTF_8);
		}

		@Override
		public @Nullable String property(String name) {
			return null;
		}

		@Override
		public Map<String, String> headers() {
			return Map.of("server", "f");
		}

	}

}
