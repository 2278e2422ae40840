package io.meshbridge.gateway.routes;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.meshbridge.gateway.GatewayApplication;
import io.meshbridge.gateway.bindings.BindingRegistry;
import io.meshbridge.gateway.bindings.BindingStatus;
import io.meshbridge.gateway.bindings.SourceBinding;
import io.meshbridge.gateway.dispatch.RouteDispatch;
import io.meshbridge.gateway.queue.Queues;
import io.meshbridge.rules.EndpointCatalog;
import io.meshbridge.rules.RouteCompiler;
import io.meshbridge.rules.RouteTable;
import io.meshbridge.rules.RulesException;
import io.meshbridge.rules.YamlSettings;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The gateway as a whole, over a binder of a third party and without a broker.
 */
class GatewayTests {

	private static final Duration WAIT = Duration.ofSeconds(30);

	private final Queues queues = new Queues();

	private @Nullable ConfigurableApplicationContext context;

	@TempDir
	private Path directory = Path.of(".");

	@AfterEach
	void stop() {
		if (this.context != null) {
			this.context.close();
		}
	}

	@Test
	void carriesEventsOverABinderThatHasNoBridge() throws Exception {
		start("routes: [{id: r, from: 'queue:in', to: 'queue:out'}]");
		this.queues.queue("in").add(event("1", "order.placed"));
		Message<?> message = take("out");
		assertThat(message.getHeaders()).containsEntry("ce-id", "1")
			.containsEntry("ce-type", "order.placed")
			.containsEntry("ce-source", "/shop")
			.containsEntry("contentType", "application/json");
		assertThat((byte[]) message.getPayload()).asString().isEqualTo("{\"n\":1.10}");
	}

	@Test
	void sendsToEveryRouteThatMatchesAndToEachOfItsTargets() throws Exception {
		start("""
				routes:
				  - {id: all, from: 'queue:in', to: ['queue:a', {uri: 'queue:b', content-mode: structured}]}
				  - {id: some, from: 'queue:in', filters: [{exact: {type: x}}], to: 'queue:c'}
				""");
		this.queues.queue("in").add(event("1", "y"));
		this.queues.queue("in").add(event("2", "x"));
		assertThat(take("a").getHeaders()).containsEntry("ce-id", "1");
		assertThat(take("a").getHeaders()).containsEntry("ce-id", "2");
		assertThat((byte[]) take("b").getPayload()).asString().contains("\"id\":\"1\"", "\"data\":{\"n\":1.10}");
		assertThat(take("c").getHeaders()).containsEntry("ce-id", "2");
		assertThat(this.queues.queue("c")).isEmpty();
	}

	@Test
	void wrapsWhatIsNoEventByEachRoutesOwnBlock() throws Exception {
		start("""
				routes:
				  - {id: a, from: 'queue:in', event: {type: a.type, extensions: {plant: '{header.plant}'}}, to: 'queue:a'}
				  - {id: b, from: 'queue:in', to: 'queue:b'}
				""");
		this.queues.queue("in")
			.add(new GenericMessage<>("21.5".getBytes(StandardCharsets.UTF_8), Map.of("plant", "north")));
		assertThat(take("a").getHeaders()).containsEntry("ce-type", "a.type").containsEntry("ce-plant", "north");
		assertThat(take("b").getHeaders()).containsEntry("ce-type", "io.meshbridge.queue.message");
	}

	@Test
	void wrapsWhatIsNoEventForEachRouteWhoseBlockSaysTheSame() throws Exception {
		start("""
				routes:
				  - {id: a, from: 'queue:in', event: {type: t}, to: 'queue:a'}
				  - {id: b, from: 'queue:in', event: {type: other}, to: 'queue:b'}
				  - {id: c, from: 'queue:in', event: {type: t}, filters: [{exact: {type: t}}], to: 'queue:c'}
				  - {id: d, from: 'queue:in', event: {type: t}, filters: [{data: {$: 21}}], to: 'queue:d'}
				""");
		this.queues.queue("in").add(new GenericMessage<>("21.0".getBytes(StandardCharsets.UTF_8), Map.of()));
		assertThat(take("b").getHeaders()).containsEntry("ce-type", "other");
		Object id = take("a").getHeaders().get("ce-id");
		assertThat(take("c").getHeaders()).containsEntry("ce-type", "t").containsEntry("ce-id", id);
		assertThat(take("d").getHeaders()).containsEntry("ce-type", "t").containsEntry("ce-id", id);
	}

	@Test
	void looksIntoTheDataByRulesInTheEnvironmentToo() throws Exception {
		startWith("--meshbridge.routes[0].id=r", "--meshbridge.routes[0].from=queue:in",
				"--meshbridge.routes[0].to=queue:out", "--meshbridge.routes[0].filters[0].data[$.n].numeric[>]=1",
				"--meshbridge.routes[0].filters[0].data[list[*].name].prefix=a");
		this.queues.queue("in").add(event("1", "x"));
		this.queues.queue("in").add(event("2", "x", "{\"n\":1.10,\"list\":[{\"name\":\"b\"},{\"name\":\"ab\"}]}"));
		assertThat(take("out").getHeaders()).containsEntry("ce-id", "2");
	}

	@Test
	void anEventThatAFilterCannotBeEvaluatedForIsSkippedOrADeadLetter() throws Exception {
		start("""
				delivery: {dead-letter-sink: 'queue:dead'}
				routes:
				  - {id: skips, from: 'queue:in', filters: [{data: {n: 1.1}}], to: 'queue:a'}
				  - {id: keeps, from: 'queue:in', filters: [{data: {n: 1.1}}], on-filter-error: dead-letter, to: 'queue:b'}
				  - {id: else, from: 'queue:in', filters: [{not: {exact: {type: y}}}], to: 'queue:c'}
				""");
		this.queues.queue("in").add(event("1", "x", "{"));
		this.queues.queue("in").add(event("2", "y"));
		Message<?> letter = take("dead");
		assertThat((byte[]) letter.getPayload()).asString().isEqualTo("{");
		assertThat(letter.getHeaders()).containsEntry("ce-id", "1")
			.containsEntry("ce-dlroute", "keeps")
			.containsEntry("ce-dlcode", "FILTER")
			.containsEntry("ce-dlreason",
					"the filters of route 'keeps' can't be evaluated: the data is no JSON, at line 1, column 2");
		assertThat(take("c").getHeaders()).containsEntry("ce-id", "1");
		assertThat(take("a").getHeaders()).containsEntry("ce-id", "2");
		assertThat(take("b").getHeaders()).containsEntry("ce-id", "2");
		MeterRegistry meters = Objects.requireNonNull(this.context).getBean(MeterRegistry.class);
		for (String route : List.of("skips", "keeps")) {
			assertThat(meters.get("meshbridge.route.filter.errors").tag("route", route).counter().count()).isEqualTo(1);
			assertThat(meters.get("meshbridge.route.matched").tag("route", route).counter().count()).isEqualTo(1);
		}
		assertThat(meters.get("meshbridge.source.unrouted").counter().count()).isZero();
	}

	@Test
	void sendsWhatItCannotReadToTheDeadLetterSinkByteForByte() throws Exception {
		start("""
				delivery: {dead-letter-sink: 'queue:dead'}
				routes: [{id: r, from: 'queue:in', to: 'queue:out'}]
				""");
		byte[] body = { 1, 2, (byte) 0xff };
		this.queues.queue("in")
			.add(new GenericMessage<>(body, Map.of("ce-specversion", "1.0", "ce-id", "1", "ce-source", "/s")));
		Message<?> letter = take("dead");
		assertThat((byte[]) letter.getPayload()).isEqualTo(body);
		assertThat(letter.getHeaders()).containsEntry("ce-dlreason", "queue:in: attribute 'type' is missing")
			.containsEntry("ce-dlcode", "UNREADABLE")
			.containsEntry("ce-dlroute", "r")
			.containsEntry("ce-type", "io.meshbridge.unreadable");
		assertThat((String) letter.getHeaders().get("ce-dlheaders")).contains("\"ce-source\":\"/s\"");
		this.queues.queue("in").add(event("2", "x"));
		assertThat(take("out").getHeaders()).containsEntry("ce-id", "2");
	}

	@Test
	void sendsWhatIsTooLargeToTheDeadLetterSinkWithoutTryingTheTarget() throws Exception {
		start("""
				delivery: {dead-letter-sink: 'queue:dead'}
				routes: [{id: r, from: 'queue:in', to: 'queue:out'}]
				""", "--meshbridge.max-event-size=5B");
		this.queues.queue("in").add(event("1", "x"));
		assertThat(take("dead").getHeaders()).containsEntry("ce-dlcode", "TOO_LARGE")
			.containsEntry("ce-dlattempts", "0")
			.containsEntry("ce-dlreason",
					"queue:in: event of 10 bytes exceeds the limit of 5 bytes (meshbridge.max-event-size)");
		assertThat(this.queues.queue("out")).isEmpty();
	}

	@Test
	void keepsAnEventThatNobodyTakesAndDeliversItOnceSomebodyDoes() throws Exception {
		start("""
				delivery: {retry: 0, backoff-max-delay: 50ms}
				routes: [{id: r, from: 'queue:in', to: 'queue:out'}]
				""");
		this.queues.refuse((message) -> true);
		this.queues.queue("in").add(event("1", "x"));
		Gateway gateway = context().getBean(Gateway.class);
		await().atMost(WAIT).until(() -> gateway.routes().get(0).get(0).counters().retried().count() > 2);
		this.queues.refuse((message) -> false);
		assertThat(take("out").getHeaders()).containsEntry("ce-id", "1");
	}

	@Test
	void givesBackWhatIsHeldWhenItStops() throws Exception {
		start("""
				delivery: {retry: 0, backoff-max-delay: 10m}
				routes: [{id: r, from: 'queue:in', to: 'queue:out'}]
				""");
		this.queues.refuse((message) -> true);
		BindingRegistry bindings = context().getBean(BindingRegistry.class);
		await().atMost(WAIT)
			.until(() -> bindings.status()
				.stream()
				.allMatch((binding) -> binding.state() == BindingStatus.State.BOUND));
		this.queues.queue("in").add(event("1", "x"));
		Gateway gateway = context().getBean(Gateway.class);
		await().atMost(WAIT).until(() -> gateway.routes().get(0).get(0).counters().held().count() == 1);
		context().close();
		assertThat(take("in").getHeaders()).containsEntry("ce-id", "1");
	}

	@Test
	void pausesAndResumesASource() throws Exception {
		start("routes: [{id: r, from: 'queue:in', to: 'queue:out'}]");
		SourceBinding source = Objects.requireNonNull(context().getBean(BindingRegistry.class).sourceNamed("queue:in"));
		await().atMost(WAIT).until(() -> source.status().state() == BindingStatus.State.BOUND);
		source.pause();
		assertThat(source.status().state()).isEqualTo(BindingStatus.State.PAUSED);
		this.queues.queue("in").add(event("1", "x"));
		assertThat(this.queues.take("out", Duration.ofMillis(300))).isNull();
		source.resume();
		assertThat(take("out").getHeaders()).containsEntry("ce-id", "1");
	}

	@Test
	void appliesANewTableWithoutTouchingWhatStays() throws Exception {
		start("routes: [{id: r, from: 'queue:in', to: 'queue:out'}]");
		BindingRegistry bindings = context().getBean(BindingRegistry.class);
		SourceBinding before = bindings.sourceNamed("queue:in");
		Gateway gateway = context().getBean(Gateway.class);
		gateway.apply(table(
				"routes: [{id: r, from: 'queue:in', to: 'queue:new'}, {id: s, from: 'queue:more', to: 'queue:out'}]"));
		assertThat(bindings.sourceNamed("queue:in")).isSameAs(before);
		this.queues.queue("in").add(event("1", "x"));
		this.queues.queue("more").add(event("2", "x"));
		assertThat(take("new").getHeaders()).containsEntry("ce-id", "1");
		assertThat(take("out").getHeaders()).containsEntry("ce-id", "2");
		gateway.apply(table("routes: []"));
		await().atMost(WAIT).until(() -> bindings.status().isEmpty());
	}

	@Test
	void doesNotWaitForABrokenTargetWhenItsRouteIsRemoved() throws Exception {
		start("""
				delivery: {retry: 0, backoff-max-delay: 10m, dead-letter-sink: none}
				routes: [{id: r, from: 'queue:in', to: 'queue:broken'}, {id: s, from: 'queue:more', to: 'queue:out'}]
				""");
		this.queues.refuse(List.of("broken"));
		this.queues.queue("in").add(event("1", "x"));
		Gateway gateway = context().getBean(Gateway.class);
		awaitAttempt(gateway);
		long start = System.nanoTime();
		gateway.apply(table("routes: [{id: s, from: 'queue:more', to: 'queue:out'}]"));
		gateway.apply(table("routes: [{id: s, from: 'queue:more', to: 'queue:new'}]"));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
		this.queues.queue("more").add(event("2", "x"));
		assertThat(take("new").getHeaders()).containsEntry("ce-id", "2");
		assertThat(this.queues.queue("in")).as("nothing is given back yet").isEmpty();
		this.queues.refuse(List.of());
		gateway.apply(table("routes: [{id: r, from: 'queue:in', to: 'queue:out'}]"));
		assertThat(take("out").getHeaders()).as("the route is there again and goes on").containsEntry("ce-id", "1");
	}

	@Test
	void takesWhatIsHeldToTheTargetThatTookThePlaceOfABrokenOne() throws Exception {
		start("""
				delivery: {retry: 0, backoff-max-delay: 10m, dead-letter-sink: none}
				routes: [{id: r, from: 'queue:in', to: ['queue:broken', 'queue:out']}]
				""");
		this.queues.refuse(List.of("broken"));
		this.queues.queue("in").add(event("1", "x"));
		Gateway gateway = context().getBean(Gateway.class);
		awaitAttempt(gateway);
		assertThat(take("out").getHeaders()).containsEntry("ce-id", "1");
		gateway.apply(table("""
				delivery: {retry: 0, backoff-max-delay: 10m, dead-letter-sink: none}
				routes: [{id: r, from: 'queue:in', to: ['queue:right', 'queue:out']}]
				"""));
		assertThat(take("right").getHeaders()).containsEntry("ce-id", "1");
		await().atMost(WAIT).until(() -> gateway.routes().get(0).get(0).inFlight() == 0);
		assertThat(this.queues.queue("out")).as("events that came twice").isEmpty();
	}

	@Test
	void keepsTheOrderAtATargetThatARouteLeavesAndComesBackTo() throws Exception {
		String route = "delivery: {retry: 0, backoff-max-delay: 10m, dead-letter-sink: none}\n"
				+ "routes: [{id: r, from: 'queue:in', event: {type: %s}, to: {uri: 'queue:%s', key: subject}}]";
		start(route.formatted("t1", "out"));
		this.queues.refuse(List.of("out"));
		this.queues.queue("in").add(event("1", "x"));
		Gateway gateway = context().getBean(Gateway.class);
		awaitAttempt(gateway);
		gateway.apply(table(route.formatted("t2", "other")));
		assertThat(this.queues.queue("other")).as("it took the route as it was before").isEmpty();
		this.queues.refuse(List.of());
		gateway.apply(table(route.formatted("t3", "out")));
		this.queues.queue("in").add(event("2", "x"));
		assertThat(take("out").getHeaders()).containsEntry("ce-id", "1");
		assertThat(take("out").getHeaders()).containsEntry("ce-id", "2");
	}

	@Test
	void closesASourceOnlyWhenNoVersionOfItsRoutesHasAnEventOfIt() throws Exception {
		String route = "delivery: {retry: 0, backoff-max-delay: 1s, dead-letter-sink: none}\n"
				+ "routes: [{id: r, from: 'queue:in', event: {type: %s}, to: 'queue:%s'}]";
		start(route.formatted("t1", "out"));
		this.queues.refuse(List.of("out"));
		this.queues.queue("in").add(event("1", "x"));
		Gateway gateway = context().getBean(Gateway.class);
		awaitAttempt(gateway);
		gateway.apply(table(route.formatted("t2", "other")));
		RouteDispatch second = gateway.routes().get(0).get(0);
		gateway.apply(table("routes: []"));
		await().atMost(WAIT).until(second::ended);
		BindingRegistry bindings = context().getBean(BindingRegistry.class);
		await().during(Duration.ofMillis(500))
			.atMost(WAIT)
			.until(() -> bindings.sourceNamed("queue:in") != null && this.queues.queue("in").isEmpty());
		this.queues.refuse(List.of());
		assertThat(take("out").getHeaders()).containsEntry("ce-id", "1");
		await().atMost(WAIT).until(() -> bindings.status().isEmpty());
		assertThat(this.queues.queue("in")).as("nothing was given back").isEmpty();
	}

	/** Until the first event has come in and its broken target has not taken it. */
	private static void awaitAttempt(Gateway gateway) {
		RouteDispatch route = gateway.routes().get(0).get(0);
		await().atMost(WAIT)
			.until(() -> route.inFlight() == 1 && (route.counters().held().count() == 1
					|| route.targetStates().stream().anyMatch((state) -> !state.name().equals("up"))));
	}

	@Test
	void keepsTheOrderOfEachKeyWhileATransformIsEdited() throws Exception {
		String rules = "routes: [{id: r, from: 'queue:in', to: {uri: 'queue:out', transform: %s}}]";
		String slow = "[{data-jsonata: '$count($map([1..($$.n * 100)], function($i) {$i}))'}, {set: {type: edit%d}}]";
		start(rules.formatted(slow.formatted(0)));
		for (int i = 0; i < 240; i++) {
			Map<String, Object> headers = new HashMap<>(event(Integer.toString(i), "x").getHeaders());
			headers.put("ce-partitionkey", "key" + i % 3);
			this.queues.queue("in")
				.add(new GenericMessage<>(("{\"n\":" + i % 7 + "}").getBytes(StandardCharsets.UTF_8), headers));
		}
		Gateway gateway = context().getBean(Gateway.class);
		List<RouteDispatch> replaced = new ArrayList<>();
		Map<Integer, Integer> last = new HashMap<>();
		Set<String> types = new HashSet<>();
		for (int taken = 0; taken < 240; taken++) {
			if (taken % 40 == 20) {
				replaced.add(gateway.routes().get(0).get(0));
				int edit = taken / 40 + 1;
				gateway.apply(table(rules.formatted((edit == 3) ? "[{set: {type: edit3}}]" : slow.formatted(edit))));
			}
			Message<?> message = take("out");
			int id = Integer.parseInt(String.valueOf(message.getHeaders().get("ce-id")));
			assertThat(id).isEqualTo(last.getOrDefault(id % 3, id % 3 - 3) + 3);
			last.put(id % 3, id);
			types.add(String.valueOf(message.getHeaders().get("ce-type")));
		}
		assertThat(types).as("versions that made something").hasSizeGreaterThan(1);
		await().atMost(WAIT).until(() -> replaced.stream().allMatch(RouteDispatch::ended));
		assertThat(this.queues.queue("out")).isEmpty();
	}

	@Test
	void doesNotTakeHalfAFileForWholeSinceTheAdminApiHasJustWrittenIt() throws Exception {
		String one = "routes:\n  - {id: a, from: 'queue:a', to: 'queue:out'}\n";
		start(one, "--meshbridge.routes-watch=1h");
		LiveRules rules = context().getBean(LiveRules.class);
		rules.look();
		String both = one + "  - {id: b, from: 'queue:b', to: 'queue:out'}\n";
		rules.putAll(both, LiveRules.Condition.NONE, "test", false);
		long revision = rules.active().number();
		Path file = this.directory.resolve("routes.yaml");
		Files.writeString(file, one);
		rules.look();
		assertThat(rules.active().number()).as("who writes may not be done").isEqualTo(revision);
		Files.writeString(file, both + "  - {id: c, from: 'queue:c', to: 'queue:out'}\n");
		rules.look();
		rules.look();
		assertThat(rules.active().added()).containsExactly("c");
	}

	@Test
	void readsASourceOnThatIsRemovedAndAddedAgain() throws Exception {
		String with = "routes: [{id: r, from: 'queue:in', to: 'queue:out'}]";
		start(with);
		Gateway gateway = context().getBean(Gateway.class);
		for (int i = 0; i < 20; i++) {
			gateway.apply(table("routes: []"));
			this.queues.queue("in").add(event(String.valueOf(i), "x"));
			gateway.apply(table(with));
			assertThat(take("out").getHeaders()).containsEntry("ce-id", String.valueOf(i));
		}
		BindingRegistry bindings = context().getBean(BindingRegistry.class);
		gateway.apply(table("routes: []"));
		await().atMost(WAIT).until(() -> bindings.status().isEmpty());
		gateway.apply(table(with));
		this.queues.queue("in").add(event("last", "x"));
		assertThat(take("out").getHeaders()).containsEntry("ce-id", "last");
	}

	@Test
	void readsRoutesFromTheEnvironmentWithTheirPlaces() throws Exception {
		Path config = Files.writeString(this.directory.resolve("application.yml"), """
				meshbridge:
				  routes:
				    - id: r
				      from: queue:in
				      to:
				        - queue:out
				""");
		startWith("--spring.config.additional-location=file:" + config);
		this.queues.queue("in").add(event("1", "x"));
		assertThat(take("out").getHeaders()).containsEntry("ce-id", "1");
		assertThat(context().getBean(Gateway.class).routes().get(0).get(0).route().location().toString())
			.isEqualTo("application.yml:3:11");
	}

	@Test
	void readsAndWritesNamedBindersBesideThePlainOne() throws Exception {
		start("routes: [{id: r, from: 'queue:in', to: 'second:middle'}, {id: s, from: 'second:middle', to: 'queue:out'}]",
				"--spring.cloud.stream.binders.second.type=queue");
		this.queues.queue("in").add(event("1", "x"));
		assertThat(take("out").getHeaders()).containsEntry("ce-id", "1");
	}

	@Test
	void readsAndWritesConfiguredBindings() throws Exception {
		start("routes: [{id: r, from: plant-in, to: plant-out}]",
				"--spring.cloud.stream.bindings.plant-in.destination=in",
				"--spring.cloud.stream.bindings.plant-in.binder=queue",
				"--spring.cloud.stream.bindings.plant-in.group=analytics",
				"--spring.cloud.stream.bindings.plant-out.destination=out",
				"--spring.cloud.stream.bindings.plant-out.binder=queue");
		this.queues.queue("in").add(event("1", "x"));
		assertThat(take("out").getHeaders()).containsEntry("ce-id", "1");
		assertThat(context().getBean(BindingRegistry.class).status().get(0).group()).isEqualTo("analytics");
	}

	@Test
	void endsTheStartWithAllProblemsAtOnce() throws Exception {
		Path config = Files.writeString(this.directory.resolve("application.yml"), """
				meshbridge:
				  max-in-fligt:
				    events: 5
				  routes:
				    - id: one
				      form: queue:in
				      to: quue:out
				""");
		Path routes = Files.writeString(this.directory.resolve("routes.yaml"), """
				routes:
				  - id: one
				    from: queue:in
				    filters:
				      - sql: "type ="
				    to: queue:out
				""");
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> startWith("--spring.config.additional-location=file:" + config,
					"--meshbridge.routes-file=" + routes))
			.havingRootCause()
			.isInstanceOfSatisfying(RulesException.class, (ex) -> {
				List<String> lines = new ArrayList<>();
				ex.problems().forEach((problem) -> lines.add(problem.toString()));
				assertThat(lines).anyMatch((line) -> line.startsWith(
						"application.yml:3:13: meshbridge.max-in-fligt.events: unknown property; did you mean 'meshbridge.max-in-flight.events'?"))
					.anyMatch((line) -> line.contains("'form'") && line.contains("from"))
					.anyMatch((line) -> line.contains("'quue'") && line.contains("queue"))
					.anyMatch((line) -> line.contains("routes.yaml:2:") && line.contains("one"))
					.anyMatch((line) -> line.contains("routes.yaml:5:"));
			});
	}

	@Test
	void saysWhichBindersCanHoldChannels() throws Exception {
		Path config = Files.writeString(this.directory.resolve("application.yml"), """
				meshbridge:
				  channels:
				    backing: mqtt
				""");
		assertThat(problemsOf("routes: []", "--spring.config.additional-location=file:" + config)).containsExactly(
				"application.yml:3:14: meshbridge.channels.backing: 'mqtt' is a binder of type 'mqtt', which"
						+ " can't hold channels; expected one of amqp10, embedded, kafka, rabbit");
		assertThat(problemsOf("routes: []", "--meshbridge.channels.backing=kafak")).singleElement()
			.asString()
			.endsWith("meshbridge.channels.backing: 'kafak' is not known, expected one of amqp10, embedded, kafka, "
					+ "rabbit; did you mean 'kafka'?");
	}

	@Test
	void saysWhichChannelsCanNotBeAtTheBroker() throws Exception {
		Path config = Files.writeString(this.directory.resolve("application.yml"), """
				meshbridge:
				  channels:
				    backing: kafka
				    prefix: mesh/
				""");
		assertThat(problemsOf("routes: []", "--spring.config.additional-location=file:" + config)).containsExactly(
				"application.yml:4:13: meshbridge.channels.prefix: 'mesh/' begins no name at 'kafka': 'mesh/x'"
						+ " is no name of a topic, expected 1 to 249 letters, digits, '.', '_' or '-'");
		assertThat(
				problemsOf("routes: [{id: r, from: 'queue:in', to: 'channel:..', delivery: {dead-letter-sink: none}}]",
						"--meshbridge.channels.backing=kafka", "--meshbridge.channels.prefix="))
			.singleElement()
			.asString()
			.endsWith(
					"routes.yaml:1:10: route r: 'channel:..' is '..' at 'kafka', which is no name of a topic, expected"
							+ " 1 to 249 letters, digits, '.', '_' or '-'");
		assertThat(problemsOf(
				"""
						routes: [{id: r, from: 'channel:orders', group: 'a|b', to: 'queue:out', delivery: {dead-letter-sink: none}}]
						""",
				"--meshbridge.channels.backing=amqp10"))
			.singleElement()
			.asString()
			.contains("routes.yaml:1:10: route r: 'channel:orders'", "with a '|' in its name");
		assertThat(problemsOf(
				"routes: [{id: r, from: 'channel:orders', group: '" + "ü".repeat(128)
						+ "', to: 'queue:out', delivery: {dead-letter-sink: none}}]",
				"--meshbridge.channels.backing=rabbit"))
			.singleElement()
			.asString()
			.contains("makes a queue with a name of 274 bytes, expected at most 255 with prefix and group");
	}

	private List<String> problemsOf(String routes, String... arguments) {
		List<String> lines = new ArrayList<>();
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> start(routes, arguments))
			.havingRootCause()
			.isInstanceOfSatisfying(RulesException.class,
					(ex) -> ex.problems().forEach((problem) -> lines.add(problem.toString())));
		return lines;
	}

	private void start(String routes, String... arguments) throws Exception {
		Path file = Files.writeString(this.directory.resolve("routes.yaml"), routes);
		List<String> all = new ArrayList<>(List.of(arguments));
		all.add("--meshbridge.routes-file=" + file);
		startWith(all.toArray(String[]::new));
	}

	private void startWith(String... arguments) {
		List<String> all = new ArrayList<>(List.of(arguments));
		// The binder gives each message to one reader, and that is to be the test.
		all.addAll(List.of("--meshbridge.embedded-broker.enabled=false", "--meshbridge.http.enabled=false",
				"--meshbridge.desk.sinks=channels"));
		this.context = new SpringApplicationBuilder(GatewayApplication.class).web(WebApplicationType.NONE)
			.initializers((context) -> context.getBeanFactory().registerSingleton("queues", this.queues))
			.run(all.toArray(String[]::new));
	}

	private ConfigurableApplicationContext context() {
		return Objects.requireNonNull(this.context);
	}

	private static RouteTable table(String yaml) {
		YamlSettings.RuleFile file = YamlSettings.ruleFile("routes.yaml", yaml);
		EndpointCatalog catalog = new EndpointCatalog(Set.of("queue"), Set.of());
		return RouteTable
			.of(new RouteCompiler(catalog).compile(List.of(Objects.requireNonNull(file.routes())), file.delivery()));
	}

	private Message<?> take(String queue) throws InterruptedException {
		Message<?> message = this.queues.take(queue, WAIT);
		assertThat(message).as("message from queue " + queue).isNotNull();
		return Objects.requireNonNull(message);
	}

	private static Message<?> event(String id, String type) {
		return event(id, type, "{\"n\":1.10}");
	}

	private static Message<?> event(String id, String type, String data) {
		Map<String, Object> headers = new HashMap<>();
		headers.put("ce-specversion", "1.0");
		headers.put("ce-id", id);
		headers.put("ce-source", "/shop");
		headers.put("ce-type", type);
		headers.put("contentType", "application/json");
		return new GenericMessage<>(data.getBytes(StandardCharsets.UTF_8), headers);
	}

}
