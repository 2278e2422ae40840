package io.meshbridge.gateway.dispatch;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.rules.EndpointCatalog;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteCompiler;
import io.meshbridge.rules.RouteTarget;
import io.meshbridge.rules.SchemaRule;
import io.meshbridge.rules.YamlSettings;
import io.meshbridge.rules.transform.RegisteredFormat;
import io.meshbridge.rules.transform.SchemaSource;
import io.meshbridge.rules.transform.Transform;
import io.meshbridge.rules.transform.TransformException;
import io.meshbridge.rules.transform.TransformLimits;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class OutletTests {

	private static final String ENDLESS = "- data-jsonata: '( $f := function($n) { $f($n) }; $f(1) )'";

	private final VirtualTimer timer = new VirtualTimer();

	private final DeliverySetup setup = new DeliverySetup(this.timer);

	private final ScriptedTarget target = new ScriptedTarget(true);

	private final ScriptedTarget sink = new ScriptedTarget(true);

	private final TransformThreads threads = new TransformThreads();

	private final AtomicInteger asked = new AtomicInteger();

	private volatile boolean registryIsAway = true;

	/** The registry answers when it is at zero. */
	private volatile CountDownLatch answer = new CountDownLatch(0);

	/** Far more than any transform needs that ends, however slow the machine is. */
	private Duration limit = Duration.ofSeconds(10);

	private final SchemaSource schemas = new SchemaSource() {

		@Override
		public Registered byId(int id) throws TransformException {
			OutletTests.this.asked.incrementAndGet();
			awaitAnswer();
			if (OutletTests.this.registryIsAway) {
				throw TransformException.inPassing("the registry is away", null);
			}
			return new Registered(id, RegisteredFormat.avro(List.of("\"int\"")));
		}

		@Override
		public Registered latest(String subject) {
			throw new IllegalStateException("nobody asks for it");
		}

	};

	private void awaitAnswer() {
		try {
			assertThat(this.answer.await(20, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@AfterEach
	void stop() {
		this.threads.close();
	}

	@Test
	void theTargetGetsWhatRouteAndTargetMakeOfTheEvent() {
		RouteDispatch route = dispatch("- set: { type: 'made.{type}' }",
				"- data-jsonata: '{\"m\": n}'\n      - set: { plant: '{type}-{data.m}' }");
		done(route.dispatch(event("1", "north")));
		CloudEvent sent = this.target.sent(0).event();
		assertThat(sent.getType()).isEqualTo("made.order");
		assertThat(sent.getExtension("plant")).isEqualTo("made.order-1");
		assertThat(data(sent)).isEqualTo("{\"m\":1}");
		assertThat(sent.getId()).isEqualTo("1");
	}

	@Test
	void theOrderIsThatOfTheEventThatCameInAndTheRecordKeyThatOfTheOneThatLeaves() {
		RouteDispatch route = dispatch("- set: { plant: 'key-{plant}' }", null);
		done(route.dispatch(event("1", "north")));
		assertThat(this.target.sent(0).orderKey()).isEqualTo("north");
		assertThat(this.target.sent(0).recordKey()).isEqualTo("key-north".getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void theDeadLetterIsTheEventThatCameIn() {
		RouteDispatch route = dispatch("- set: { type: other }", "- data-jsonata: n.absent");
		done(route.dispatch(event("1", "north")));
		assertThat(this.target.sentCount()).isZero();
		CloudEvent letter = this.sink.sent(0).event();
		assertThat(letter.getType()).isEqualTo("order");
		assertThat(data(letter)).isEqualTo("{\"n\": 1}");
		assertThat(letter.getExtension("dlcode")).isEqualTo("TRANSFORM");
		assertThat(letter.getExtension("dlattempts")).isEqualTo(0);
		assertThat(letter.getExtension("dlreason")).asString()
			.isEqualTo("r to kafka:scripted: transform[0].data-jsonata: the expression gives nothing for this event,"
					+ " expected data");
	}

	@Test
	void aDeadLetterOfATargetThatFailedIsTheEventThatCameInToo() {
		this.target.answers((event) -> CompletableFuture.failedFuture(ScriptedTarget.bad()));
		done(dispatch("- set: { type: other }", null).dispatch(event("1", "north")));
		assertThat(this.target.sent(0).event().getType()).isEqualTo("other");
		assertThat(this.sink.sent(0).event().getType()).isEqualTo("order");
	}

	@Test
	void aReplayGoesThroughTheTransformAgain() {
		RouteDispatch route = dispatch("- set: { type: other }", "- data-jsonata: n");
		assertThat(done(Objects.requireNonNull(route.replay(event("1", "north"), "kafka:scripted")))).isTrue();
		assertThat(this.target.sent(0).event().getType()).isEqualTo("other");
		assertThat(data(this.target.sent(0).event())).isEqualTo("1");
		RouteDispatch failing = dispatch(null, "- data-jsonata: absent");
		assertThat(done(Objects.requireNonNull(failing.replay(event("2", "north"), "kafka:scripted")))).isFalse();
	}

	@Test
	void eventsOfOneKeyStayInOrderThoughTheyAreMadeByManyThreads() {
		RouteDispatch route = dispatch(null,
				"- data-jsonata: '$count($map([1..($$.n % 7 * 100)], function($i) {$i}))'");
		List<CompletableFuture<Void>> all = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			all.add(route.dispatch(event(Integer.toString(i), "key" + i % 2)));
		}
		all.forEach(OutletTests::done);
		for (int key = 0; key < 2; key++) {
			int remainder = key;
			assertThat(this.target.sentIds().stream().map(Integer::valueOf).filter((id) -> id % 2 == remainder))
				.containsExactlyElementsOf(
						IntStream.range(0, 300).filter((id) -> id % 2 == remainder).boxed().toList());
		}
		assertThat(route.inFlight()).isZero();
	}

	@Test
	void anEndlessExpressionKeepsNeitherTheCallerNorOtherRoutesWaiting() {
		RouteDispatch other = dispatch(null, "- data-jsonata: n");
		this.limit = Duration.ofMillis(50);
		RouteDispatch hostile = dispatch(null, ENDLESS);
		List<CompletableFuture<Void>> stuck = new ArrayList<>();
		int madeByTheCaller = 0;
		for (int i = 0; i < 40; i++) {
			stuck.add(hostile.dispatch(event(Integer.toString(i), null)));
			madeByTheCaller += stuck.get(i).isDone() ? 1 : 0;
		}
		assertThat(madeByTheCaller).isLessThan(40);
		// Looked at by the thread that made it, for this one may come late.
		CompletableFuture<Boolean> allMade = other.dispatch(event("other", null))
			.thenApply((nothing) -> stuck.stream().allMatch(CompletableFuture::isDone));
		assertThat((boolean) done(allMade)).isFalse();
		stuck.forEach(OutletTests::done);
		assertThat(this.sink.sent(0).event().getExtension("dlreason")).asString()
			.contains("takes longer than 50 ms of processor time (meshbridge.transform.timeout)");
	}

	@Test
	void whatIsBeingMadeWhenTheRouteEndsGoesBackToItsSource() {
		this.registryIsAway = false;
		this.answer = new CountDownLatch(1);
		RouteDispatch route = dispatch("registry: true", null, null);
		CompletableFuture<Void> result = route.dispatch(new RoutedEvent(framed(), null, null, true));
		await().atMost(Duration.ofSeconds(20)).until(() -> this.asked.get() == 1);
		route.startClosing();
		assertThat(result).isNotDone();
		this.answer.countDown();
		assertThat(route.drained()).succeedsWithin(Duration.ofSeconds(20));
		assertThat(result).failsWithin(Duration.ofSeconds(20))
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(UndeliveredException.class);
		assertThat(this.target.sentCount()).isZero();
		assertThat(this.sink.sentCount()).isZero();
	}

	@Test
	void dataThatDoesNotFitItsSchemaIsADeadLetterOrRejected(@TempDir Path folder) throws Exception {
		Path schema = Files.writeString(folder.resolve("order.json"), "{\"required\": [\"total\"]}");
		RouteDispatch route = dispatch("json: '" + schema + "', on-invalid: reject", null, "- set: {type: other}");
		done(route.dispatch(event("1", "north")));
		CloudEvent letter = this.sink.sent(0).event();
		assertThat(letter.getExtension("dlcode")).isEqualTo("SCHEMA");
		assertThat(letter.getExtension("dlreason")).asString()
			.startsWith("r to kafka:scripted: schema: the data does not fit its schema: ");
		assertThat(route.dispatch(new RoutedEvent(event("2", "north").event(), null, null, false)))
			.failsWithin(Duration.ofSeconds(20))
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(UnreadableMessageException.class)
			.withMessageContaining("the data does not fit its schema");
		RouteDispatch lenient = dispatch("json: '" + schema + "'", null, null);
		done(lenient.dispatch(new RoutedEvent(event("3", "north").event(), null, null, false)));
		assertThat(this.sink.sentIds()).containsExactly("1", "3");
		assertThat(this.target.sentCount()).isZero();
	}

	@Test
	void whileTheRegistryIsAwayEventsWaitOrTheirSendersHear() {
		RouteDispatch route = dispatch("registry: true", null, null);
		assertThat(route.dispatch(new RoutedEvent(framed(), null, null, false))).failsWithin(Duration.ofSeconds(20))
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(UndeliveredException.class);
		CompletableFuture<Void> waiting = route.dispatch(new RoutedEvent(framed(), null, null, true));
		await().atMost(Duration.ofSeconds(20)).until(() -> this.asked.get() == 2);
		this.registryIsAway = false;
		await().atMost(Duration.ofSeconds(20)).until(() -> {
			this.timer.advance(Duration.ofSeconds(1));
			return waiting.isDone();
		});
		assertThat(this.target.sentCount()).isEqualTo(1);
		assertThat(this.sink.sentCount()).isZero();
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-", value = { "-, -", "- set: {type: edited}, -", "-, - set: {type: edited}" })
	void whatIsBeingMadeWhenItsRuleIsEditedStaysAheadOfTheNextOfItsKey(@Nullable String ofRoute,
			@Nullable String ofTarget) {
		RouteDispatch old = dispatch("registry: true", null, null);
		CompletableFuture<Void> first = old.dispatch(new RoutedEvent(
				CloudEventBuilder.from(framed()).withExtension("plant", "north").build(), null, null, true));
		await().atMost(Duration.ofSeconds(20)).until(() -> this.asked.get() == 1);
		RouteDispatch edited = edited(old, ofRoute, ofTarget);
		CompletableFuture<Void> second = edited.dispatch(event("2", "north"));
		done(edited.dispatch(event("3", "south")));
		assertThat(this.target.sentIds()).containsExactly("3");
		assertThat(old.ended()).isFalse();
		assertThat(old.drained()).isNotDone();
		this.registryIsAway = false;
		await().atMost(Duration.ofSeconds(20)).until(() -> {
			this.timer.advance(Duration.ofSeconds(1));
			return second.isDone();
		});
		done(first);
		assertThat(this.target.sentIds()).containsExactly("3", "1", "2");
		assertThat(old.ended()).isTrue();
		assertThat(edited.inFlight()).isZero();
		assertThat(this.sink.sentCount()).isZero();
	}

	@Test
	void editsWhileEventsAreMadeKeepEachKeyInOrderAndLoseNone() throws Exception {
		String slow = "- data-jsonata: '$count($map([1..($$.n % 7 * 100)], function($i) {$i}))'";
		AtomicReference<RouteDispatch> current = new AtomicReference<>(dispatch(null, slow));
		List<RouteDispatch> replaced = new ArrayList<>();
		ExecutorService sources = Executors.newFixedThreadPool(3);
		List<Future<List<CompletableFuture<Void>>>> sent = new ArrayList<>();
		try {
			for (int key = 0; key < 3; key++) {
				int number = key;
				sent.add(sources.submit(() -> IntStream.range(0, 200)
					.mapToObj((i) -> current.get().dispatch(event(Integer.toString(i * 3 + number), "k" + number)))
					.toList()));
			}
			for (int edit = 0; edit < 12; edit++) {
				String set = "- set: {type: 'edit" + edit + "'}";
				RouteDispatch before = current.get();
				int made = this.target.sentCount();
				RouteDispatch after = switch (edit % 4) {
					case 0 -> edited(before, set, slow);
					case 1 -> edited(before, slow, null);
					case 2 -> edited(before, null, null);
					default -> edited(before, null, slow);
				};
				current.set(after);
				replaced.add(before);
				await().pollInterval(Duration.ofMillis(1))
					.atMost(Duration.ofSeconds(20))
					.until(() -> this.target.sentCount() >= Math.min(600, made + 40));
			}
			for (Future<List<CompletableFuture<Void>>> each : sent) {
				each.get(20, TimeUnit.SECONDS).forEach(OutletTests::done);
			}
		}
		finally {
			sources.shutdownNow();
		}
		for (int key = 0; key < 3; key++) {
			int number = key;
			assertThat(this.target.sentIds().stream().map(Integer::valueOf).filter((id) -> id % 3 == number))
				.containsExactlyElementsOf(IntStream.range(0, 200).mapToObj((i) -> i * 3 + number).toList());
		}
		await().atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> assertThat(replaced).allSatisfy((each) -> assertThat(each.ended()).isTrue()));
		assertThat(this.sink.sentCount()).isZero();
	}

	private RouteDispatch dispatch(@Nullable String ofRoute, @Nullable String ofTarget) {
		return dispatch(null, ofRoute, ofTarget);
	}

	private RouteDispatch dispatch(@Nullable String schema, @Nullable String ofRoute, @Nullable String ofTarget) {
		return dispatch(rule(schema, ofRoute, ofTarget), null);
	}

	/** Puts another version of the rule in its place. */
	private RouteDispatch edited(RouteDispatch before, @Nullable String ofRoute, @Nullable String ofTarget) {
		RouteDispatch after = dispatch(rule(null, ofRoute, ofTarget), before);
		before.handOver(after);
		return after;
	}

	private static Route rule(@Nullable String schema, @Nullable String ofRoute, @Nullable String ofTarget) {
		return route("routes:\n- id: r\n  from: kafka:in\n" + ((schema == null) ? "" : "  schema: { " + schema + " }\n")
				+ ((ofRoute == null) ? "" : "  transform:\n      " + ofRoute + "\n")
				+ "  to:\n    - uri: kafka:scripted\n      key: plant\n"
				+ ((ofTarget == null) ? "" : "      transform:\n      " + ofTarget + "\n"));
	}

	/** Makes a route as the dispatcher does. */
	private RouteDispatch dispatch(Route route, @Nullable RouteDispatch before) {
		RouteTarget to = route.to().get(0);
		TransformThreads.Work work = this.threads.work("r");
		Outlet present = (before == null) ? null : before.unchanged(route, to);
		HandOver ahead = (before == null) ? null : before.making(to.endpoint());
		Delivery delivery = (present != null) ? present.delivery()
				: new DeliverySetup(this.timer, "r").delivery(this.target, to, this.sink, null);
		SchemaRule rule = route.schema();
		Outlet outlet = new Outlet(delivery, null, maker(to.transform(), work), rule != null && rule.reject(),
				(ahead == null) ? new HandOver() : ahead, ahead != null);
		return new RouteDispatch(route, List.of(outlet), maker((rule == null) ? null : rule.check(), work),
				maker(route.transform(), work), work, this.setup.counters, null, Clock.systemUTC());
	}

	private Outlet.@Nullable Maker maker(@Nullable Transform transform, TransformThreads.Work work) {
		TransformLimits limits = new TransformLimits(this.limit, 1 << 30, 1 << 20, this.schemas);
		return (transform == null) ? null : new Outlet.Maker(transform, limits, work, this.timer);
	}

	private static Route route(String rules) {
		YamlSettings.RuleFile file = YamlSettings.ruleFile("routes.yaml", rules);
		return new RouteCompiler(new EndpointCatalog(Set.of("kafka"), Set.of()))
			.compile(List.of(Objects.requireNonNull(file.routes())), file.delivery())
			.get(0);
	}

	private static RoutedEvent event(String id, @Nullable String plant) {
		CloudEventBuilder event = CloudEventBuilder.v1()
			.withId(id)
			.withSource(URI.create("/shop"))
			.withType("order")
			.withDataContentType("application/json")
			.withData(("{\"n\": " + (id.equals("other") ? "7" : id) + "}").getBytes(StandardCharsets.UTF_8));
		if (plant != null) {
			event.withExtension("plant", plant);
		}
		return new RoutedEvent(event.build(), null, null, true);
	}

	private static CloudEvent framed() {
		return CloudEventBuilder.from(DeliverySetup.sample("1")).withData(new byte[] { 0, 0, 0, 0, 7, 2 }).build();
	}

	private static <T> T done(CompletableFuture<T> result) {
		return result.orTimeout(30, TimeUnit.SECONDS).join();
	}

	private static String data(CloudEvent event) {
		return new String(Objects.requireNonNull(event.getData()).toBytes(), StandardCharsets.UTF_8);
	}

}
