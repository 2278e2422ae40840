package io.meshbridge.rules;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.meshbridge.rules.DeliveryPolicy.OnExpiry;
import io.meshbridge.rules.DeliveryPolicy.OnOutage;
import io.meshbridge.rules.DeliveryPolicy.Order;
import io.meshbridge.rules.Endpoint.AtBinder;
import io.meshbridge.rules.Endpoint.AtBinding;
import io.meshbridge.rules.Endpoint.AtUrl;
import io.meshbridge.rules.Setting.Entries;
import io.meshbridge.rules.Setting.Entry;
import io.meshbridge.rules.Setting.Items;
import io.meshbridge.rules.Setting.Scalar;
import io.meshbridge.rules.filter.Filter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

class RouteCompilerTests {

	@Test
	void fourLinesAreARoute() {
		List<Route> routes = Samples.compile("""
				routes:
				  - id: orders
				    from: kafka:orders
				    to: rabbit:orders
				""");
		assertThat(routes).containsExactly(new Route("orders", new AtBinder("kafka", "orders"), "meshbridge",
				EventTemplate.DEFAULT, Filter.EVERYTHING, OnFilterError.SKIP, null, null,
				List.of(new RouteTarget(new AtBinder("rabbit", "orders"), false, null, DeliveryPolicy.DEFAULT)), null,
				Accept.DELIVERED, null, null, DeliveryPolicy.DEFAULT, new Location("rules.yaml", 2, 5),
				"76a0b425242e"));
	}

	@Test
	void aRouteMaySetEverything() {
		Route route = Samples.compile("""
				delivery: {retry: 5}
				routes:
				  - id: Plant_1.temperature-a
				    description: Readings of the plant to everyone
				    from: mqtt:plant/+/temperature
				    group: plant
				    event: {type: io.plant.reading}
				    filters: [{prefix: {subject: plant/a}}]
				    to:
				      - kafka:readings
				      - {uri: 'https://hooks.example.com/plant?a=b', content-mode: structured}
				      - uri: orders-out
				        content-mode: binary
				        key: partitionkey
				    delivery:
				      backoff-policy: linear
				      backoff-delay: PT0.5S
				      backoff-max-delay: 2m
				      jitter: 0.25
				      timeout: 5s
				      retry-after-max: 10m
				      dead-letter-sink: kafka:dead
				      order: none
				      on-outage: dead-letter
				      rate-limit: 20/100ms
				      max-in-flight: 50
				      on-expiry: drop
				    deduplicate: 10m
				""").get(0);
		assertThat(route.id()).isEqualTo("Plant_1.temperature-a");
		assertThat(route.from()).isEqualTo(new AtBinder("mqtt", "plant/+/temperature"));
		assertThat(route.group()).isEqualTo("plant");
		assertThat(route.filter()).hasToString("prefix: {subject: plant/a}");
		DeliveryPolicy policy = new DeliveryPolicy(5,
				new Backoff(Backoff.Policy.LINEAR, Duration.ofMillis(500), Duration.ofMinutes(2), 0.25),
				Duration.ofSeconds(5), Duration.ofMinutes(10), new AtBinder("kafka", "dead"), Order.NONE,
				OnOutage.DEAD_LETTER, new RateLimit(20, Duration.ofMillis(100)), 50, OnExpiry.DROP);
		assertThat(route.delivery()).isEqualTo(policy);
		assertThat(route.deduplicate()).isEqualTo(Duration.ofMinutes(10));
		assertThat(route.to()).containsExactly(new RouteTarget(new AtBinder("kafka", "readings"), false, null, policy),
				new RouteTarget(new AtUrl(URI.create("https://hooks.example.com/plant?a=b")), true, null, policy),
				new RouteTarget(new AtBinding("orders-out"), false, "partitionkey", policy));
	}

	@Test
	void routesComeInTheOrderOfWriting() {
		Setting one = YamlSettings
			.ruleFile("z.yaml",
					"routes: [{id: c, from: kafka:a, to: kafka:b}, " + "{id: a, from: kafka:a, to: kafka:b}]")
			.routes();
		Setting two = YamlSettings.ruleFile("a.yaml", "routes: [{id: b, from: kafka:a, to: kafka:b}]").routes();
		assertThat(one).isNotNull();
		assertThat(two).isNotNull();
		assertThat(new RouteCompiler(Samples.CATALOG).compile(List.of(one, two), null)).extracting(Route::id)
			.containsExactly("c", "a", "b");
	}

	@Test
	void aRouteInheritsWhatItDoesNotSet() {
		List<Route> routes = Samples.compile("""
				delivery: {retry: 7, dead-letter-sink: kafka:dead}
				routes:
				  - {id: a, from: kafka:a, to: kafka:b}
				  - {id: b, from: kafka:a, to: kafka:b, delivery: {retry: 0, timeout: PT1S}}
				  - {id: c, from: kafka:a, to: kafka:b, delivery: {dead-letter-sink: none}}
				  - {id: d, from: kafka:a, to: kafka:b, delivery: }
				""");
		assertThat(routes).extracting(Route::delivery)
			.extracting(DeliveryPolicy::retry, DeliveryPolicy::timeout, DeliveryPolicy::deadLetterSink)
			.containsExactly(tuple(7, Duration.ofSeconds(30), new AtBinder("kafka", "dead")),
					tuple(0, Duration.ofSeconds(1), new AtBinder("kafka", "dead")),
					tuple(7, Duration.ofSeconds(30), null),
					tuple(7, Duration.ofSeconds(30), new AtBinder("kafka", "dead")));
	}

	@Test
	void aTargetInheritsFromItsRouteWhatItDoesNotSet() {
		Route route = Samples
			.compile(
					"""
							delivery: {rate-limit: 100/s, max-in-flight: 10, order: none}
							routes:
							  - id: a
							    from: kafka:a
							    delivery: {retry: 7}
							    to:
							      - kafka:b
							      - {uri: kafka:c, delivery: {retry: 1, jitter: 1, rate-limit: none, max-in-flight: none, order: key}}
							      - {uri: kafka:d, delivery: {dead-letter-sink: kafka:dead}}
							""")
			.get(0);
		RateLimit limit = new RateLimit(100, Duration.ofSeconds(1));
		assertThat(route.to()).extracting(RouteTarget::delivery)
			.extracting(DeliveryPolicy::retry, (policy) -> policy.backoff().jitter(), DeliveryPolicy::rateLimit,
					DeliveryPolicy::maxInFlight, DeliveryPolicy::order, DeliveryPolicy::deadLetterSink)
			.containsExactly(tuple(7, 0.0, limit, 10, Order.NONE, null), tuple(1, 1.0, null, 0, Order.KEY, null),
					tuple(7, 0.0, limit, 10, Order.NONE, new AtBinder("kafka", "dead")));
	}

	@Test
	void everythingPausesAndKeepsOrderUnlessSaidOtherwise() {
		DeliveryPolicy policy = Samples.route("delivery:").delivery();
		assertThat(policy.order()).isEqualTo(Order.KEY);
		assertThat(policy.onOutage()).isEqualTo(OnOutage.PAUSE);
	}

	@ParameterizedTest
	@CsvSource({ "100/s, PT1S", "1/m, PT1M", "20/100ms, PT0.1S", "5/1h, PT1H" })
	void ratesAreEventsByTime(String written, String per) {
		RateLimit limit = Samples.route("delivery: {rate-limit: " + written + "}").delivery().rateLimit();
		assertThat(limit).isNotNull();
		assertThat(limit.per()).isEqualTo(Duration.parse(per));
		assertThat(RateLimit.parse(limit.toString())).isEqualTo(limit);
	}

	@ParameterizedTest
	@CsvSource({ "PT0.2S, PT0.2S", "200ms, PT0.2S", "5s, PT5S", "2m, PT2M", "1h, PT1H", "1d, PT24H", "P1D, PT24H",
			"1000000us, PT1S", "5000000ns, PT0.005S", "5S, PT5S" })
	void durationsAreIsoOrShort(String written, String duration) {
		assertThat(Samples.route("delivery: {timeout: " + written + "}").delivery().timeout())
			.isEqualTo(Duration.parse(duration));
	}

	@Test
	void noBackoffAtAllIsAllowed() {
		assertThat(Samples.route("delivery: {backoff-delay: PT0S}").delivery().backoff().delay())
			.isEqualTo(Duration.ZERO);
	}

	@ParameterizedTest
	@ValueSource(strings = { "http:/", "http:/orders", "http:/orders/{id}/items/{item-id}", "http:/a%20b/*/c",
			"http:/files/**", "mqtt:#", "mqtt:+", "mqtt:a/+/b/#", "mqtt:/a//b", "mqtt:$SYS/#", "plant-a:a/+",
			"rabbit:a+#", "rabbit:a:b", "orders-in" })
	void readsFrom(String from) {
		Route route = Samples.compile("routes: [{id: r, from: '" + from + "', to: kafka:out}]").get(0);
		assertThat(route.from()).hasToString(from);
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://localhost:8080", "HTTPS://example.com/a%20b?c=d", "http://[::1]:80/x",
			"mqtt:plant/a", "mqtt:/a b/ü", "rabbit:orders.new", "orders-out", "plant-a:x" })
	void readsTo(String to) {
		Route route = Samples.compile("routes: [{id: r, from: kafka:in, to: '" + to + "'}]").get(0);
		assertThat(route.to()).extracting(RouteTarget::endpoint).singleElement().hasToString(to);
	}

	@Test
	void theSameDestinationOfTwoBindersAreTwoEndpoints() {
		assertThat(
				Samples.compile("routes: [{id: r, from: kafka:a, to: [rabbit:a, 'mqtt:a', 'plant-a:a']}]").get(0).to())
			.hasSize(3);
	}

	@Test
	void pathPlaceholdersAreKnownForHttpAndNotCheckedForBindings() {
		assertThat(Samples.compile("""
				routes:
				  - {id: a, from: 'http:/orders/{id}', to: kafka:b, event: {subject: '{path.id}'}}
				  - {id: b, from: orders-in, to: kafka:b, event: {subject: '{path.any}'}}
				""")).hasSize(2);
	}

	@Test
	void withoutRoutesThereIsNothing() {
		assertThat(new RouteCompiler(Samples.CATALOG).compile(List.of(), null)).isEmpty();
		assertThat(Samples.compile("routes:\ndelivery:\n")).isEmpty();
	}

	@Test
	void emptyMappingsAndListsMayComeAsEmptyTexts() {
		Location here = new Location("env", 0, 0);
		Map<String, Entry> route = new java.util.LinkedHashMap<>();
		Map.of("id", "r", "from", "kafka:a", "to", "kafka:b", "filters", "", "event", "", "delivery", "", "description",
				"")
			.forEach((key, value) -> route.put(key, new Entry(here, new Scalar(here, value))));
		List<Route> routes = new RouteCompiler(Samples.CATALOG).compile(
				List.of(new Items(here, List.of(new Entries(here, route))), new Scalar(here, "")),
				new Scalar(here, null));
		assertThat(routes).extracting(Route::filter, Route::event, Route::delivery)
			.containsExactly(tuple(Filter.EVERYTHING, EventTemplate.DEFAULT, DeliveryPolicy.DEFAULT));
	}

	@Test
	void numbersMayComeAsTexts() {
		assertThat(Samples.route("delivery: {retry: '12'}").delivery().retry()).isEqualTo(12);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "legacy:https://old.example.com/x?y=z|",
					"legacy:https://old.example.com:0/x|has the port 0, expected 1 to 65535",
					"legacy:https://me:secret@old.example.com/x|holds a user or password",
					"legacy:https://old example.com/x|is no URL: illegal character in authority",
					"legacy:/x|events leave to a URL; write 'legacy:https://host/x'" })
	void takesAUrlAfterTheNameOfAnHttpBinder(String target, @Nullable String problem) {
		EndpointCatalog catalog = new EndpointCatalog(Set.of("kafka", "legacy"), Set.of(), Map.of("legacy", "http"),
				Map.of(), false);
		Setting routes = Objects.requireNonNull(
				YamlSettings.ruleFile("rules.yaml", "routes: [{id: a, from: 'kafka:a', to: '" + target + "'}]")
					.routes());
		RouteCompiler compiler = new RouteCompiler(catalog);
		if (problem == null) {
			assertThat(compiler.compile(List.of(routes), null).get(0).to().get(0).endpoint())
				.isEqualTo(new AtBinder("legacy", "https://old.example.com/x?y=z"));
		}
		else {
			assertThatExceptionOfType(RulesException.class).isThrownBy(() -> compiler.compile(List.of(routes), null))
				.withMessageContaining(problem)
				.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("secret"));
		}
	}

	@Test
	void anEmptyCatalogKnowsNoBinder() {
		Setting routes = YamlSettings.ruleFile("a.yaml", "routes: [{id: r, from: kafka:a, to: b}]").routes();
		assertThat(routes).isNotNull();
		assertThatExceptionOfType(RulesException.class)
			.isThrownBy(() -> new RouteCompiler(new EndpointCatalog(Set.of(), Set.of())).compile(List.of(routes), null))
			.withMessage("""
					a.yaml:1:24: routes[0] (r).from: 'kafka:a' names the unknown binder 'kafka', but none is known here
					a.yaml:1:37: routes[0] (r).to: 'b' is no configured binding, expected binder:destination, \
					an http(s) URL or the name of a binding""");
	}

	@Test
	void noShapeOfSettingsIsAnException() {
		Location here = new Location("x", 1, 1);
		List<Setting> shapes = List.of(new Scalar(here, null), new Scalar(here, ""), new Scalar(here, "a:b"),
				new Scalar(here, 5), new Scalar(here, 1.5), new Scalar(here, true), new Items(here, List.of()),
				new Items(here, List.of(new Scalar(here, null))), new Items(here, List.of(new Items(here, List.of()))),
				new Entries(here, Map.of()), new Entries(here, Map.of("", new Entry(here, new Scalar(here, null)))),
				new Entries(here, Map.of("uri", new Entry(here, new Items(here, List.of())))),
				new Entries(here, Map.of("exact", new Entry(here, new Scalar(here, 5)))));
		for (String key : List.of("id", "description", "from", "group", "event", "filters", "to", "accept",
				"deduplicate", "delay", "deliver-at", "delivery")) {
			for (Setting shape : shapes) {
				compileQuietly(here, Map.of(key, new Entry(here, shape)), shape);
			}
		}
		for (String key : List.of("event.id", "event.source", "event.extensions", "event.extensions.a", "filters.exact",
				"filters.exact.type", "filters.any", "filters.not", "filters.sql", "to.uri", "to.key",
				"to.content-mode", "to.delivery", "delivery.retry", "delivery.timeout", "delivery.backoff-policy",
				"delivery.jitter", "delivery.order", "delivery.on-outage", "delivery.on-expiry", "delivery.rate-limit",
				"delivery.max-in-flight", "delivery.dead-letter-sink")) {
			for (Setting shape : shapes) {
				String[] path = key.split("\\.");
				Setting nested = shape;
				for (int i = path.length - 1; i > 0; i--) {
					nested = new Entries(here, Map.of(path[i], new Entry(here, nested)));
				}
				compileQuietly(here, Map.of(path[0], new Entry(here, nested)), null);
			}
		}
	}

	private static void compileQuietly(Location here, Map<String, Entry> route, @Nullable Setting delivery) {
		try {
			new RouteCompiler(Samples.CATALOG).compile(List.of(new Items(here, List.of(new Entries(here, route)))),
					delivery);
		}
		catch (RulesException ex) {
			assertThat(ex.problems()).isNotEmpty();
		}
	}

}
