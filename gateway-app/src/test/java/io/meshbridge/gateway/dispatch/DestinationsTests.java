package io.meshbridge.gateway.dispatch;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.EndpointCatalog;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteCompiler;
import io.meshbridge.rules.RouteTarget;
import io.meshbridge.rules.YamlSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DestinationsTests {

	private final VirtualTimer timer = new VirtualTimer();

	private final DeliverySetup setup = new DeliverySetup(this.timer, "r");

	private final ScriptedTarget sink = new ScriptedTarget(true);

	private final Map<String, ScriptedTarget> targets = new TreeMap<>();

	private final List<String> closed = new ArrayList<>();

	private final RouteDispatch route = dispatch();

	@Test
	void eachEventGoesToTheDestinationThatItNames() {
		assertThat(this.route.dispatch(event("1", "a"))).isCompleted();
		assertThat(this.route.dispatch(event("2", "b"))).isCompleted();
		assertThat(this.route.dispatch(event("3", "a"))).isCompleted();
		assertThat(target("kafka:orders.a").sentIds()).containsExactly("1", "3");
		assertThat(target("kafka:orders.b").sentIds()).containsExactly("2");
	}

	@Test
	void oneThatIsNotAllowedIsADeadLetter() {
		for (String subject : new String[] { "c/d", "../secret", "", null }) {
			assertThat(this.route.dispatch(event("1", subject))).isCompleted();
		}
		assertThat(this.targets).isEmpty();
		assertThat(this.sink.sentCount()).isEqualTo(4);
		CloudEvent letter = this.sink.sent(0).event();
		assertThat(letter.getExtension("dlcode")).isEqualTo("DESTINATION");
		assertThat(letter.getExtension("dltarget")).isEqualTo("kafka:orders.{subject}");
		assertThat(letter.getExtension("dlreason")).asString()
			.isEqualTo("kafka:orders.{subject}: 'kafka:orders.c/d' is not allowed, or no endpoint; allowed is orders.?*"
				.replace("?", ""));
	}

	@Test
	void aDestinationThatIsOutHoldsNoOtherBack() {
		this.targets.put("kafka:orders.a", new ScriptedTarget(true).broker().isGone());
		List<CompletableFuture<Void>> waiting = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			waiting.add(this.route.dispatch(event("a" + i, "a")));
			this.timer.advance(Duration.ofMillis(20));
		}
		assertThat(this.route.dispatch(event("b", "b"))).isCompleted();
		assertThat(waiting).noneMatch(CompletableFuture::isDone);
		assertThat(this.route.outage()).isNull();
		assertThat(this.sink.sentCount()).isZero();
		assertThat(this.route.inFlight()).isEqualTo(5);
		target("kafka:orders.a").takesAll();
		this.timer.advance(Duration.ofMinutes(1));
		assertThat(waiting).allMatch(CompletableFuture::isDone);
		assertThat(target("kafka:orders.a").sentIds()
			.subList(target("kafka:orders.a").sentCount() - 5, target("kafka:orders.a").sentCount()))
			.containsExactly("a0", "a1", "a2", "a3", "a4");
	}

	@Test
	void whatHadNoEventForAWhileIsClosedAndSoIsTheOldestWhenThereAreTooMany() {
		this.targets.put("kafka:orders.busy", new ScriptedTarget(true).byHand());
		CompletableFuture<Void> busy = this.route.dispatch(event("busy", "busy"));
		for (int i = 0; i < 150; i++) {
			this.route.dispatch(event("1", "n" + i));
			this.timer.advance(Duration.ofMillis(1));
		}
		assertThat(this.closed).hasSize(51).startsWith("kafka:orders.n0", "kafka:orders.n1");
		this.timer.advance(Duration.ofMinutes(9));
		this.route.expire(0);
		assertThat(this.closed).hasSize(51);
		this.timer.advance(Duration.ofMinutes(2));
		this.route.expire(0);
		assertThat(this.closed).hasSize(150).doesNotContain("kafka:orders.busy");
		assertThat(busy).isNotDone();
		this.route.startClosing();
		this.route.close();
		assertThat(this.closed).contains("kafka:orders.busy");
		assertThat(busy).isCompletedExceptionally();
	}

	@Test
	void aReplayGoesToWhereTheEventSays() {
		assertThat(this.route.hasTarget("kafka:orders.zz")).isTrue();
		assertThat(this.route.hasTarget("kafka:orders.{subject}")).isTrue();
		assertThat(this.route.hasTarget("kafka:invoices.zz")).isFalse();
		assertThat(this.route.replay(event("1", "a"), "kafka:orders.zz")).isCompletedWithValue(true);
		assertThat(target("kafka:orders.a").sentIds()).containsExactly("1");
		assertThat(this.route.replay(event("1", "a/b"), "kafka:orders.{subject}")).isCompletedWithValue(false);
		assertThat(this.route.replay(event("1", "a"), "kafka:invoices.zz")).isNull();
	}

	private ScriptedTarget target(String name) {
		return this.targets.computeIfAbsent(name, (missing) -> new ScriptedTarget(true));
	}

	private RouteDispatch dispatch() {
		YamlSettings.RuleFile file = YamlSettings.ruleFile("routes.yaml", """
				delivery: {retry: 1, backoff-delay: 1ms}
				routes: [{id: r, from: 'kafka:in', to: [{uri: 'kafka:orders.{subject}', allow: ['orders.*']}]}]
				""");
		Route rule = new RouteCompiler(new EndpointCatalog(Set.of("kafka"), Set.of()))
			.compile(List.of(Objects.requireNonNull(file.routes())), file.delivery())
			.get(0);
		RouteTarget to = rule.to().get(0);
		Endpoint.AtTemplate template = (Endpoint.AtTemplate) to.endpoint();
		Destinations destinations = new Destinations(template.dynamic(),
				(endpoint) -> this.setup.delivery(target(endpoint.toString()), to.at(endpoint), this.sink, null),
				(delivery) -> this.closed.add(delivery.leg().target().endpoint().toString()), this.timer);
		return new RouteDispatch(rule,
				List.of(new Outlet(this.setup.delivery(new NamedByEvents(template), to, this.sink, null), destinations,
						null, false)),
				null, null, new TransformThreads().work("r"), this.setup.counters, null, Clock.systemUTC());
	}

	private static RoutedEvent event(String id, @Nullable String subject) {
		CloudEvent event = DeliverySetup.sample(id);
		return new RoutedEvent((subject == null || subject.isEmpty()) ? event
				: CloudEventBuilder.from(event).withSubject(subject).build(), "key", null, true);
	}

}
