package io.meshbridge.rules;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Durable channels in rules: as endpoints, as what holds events until they are delivered,
 * and as the dead letter sink that is always there.
 */
class ChannelRoutesTests {

	@Test
	void aChannelIsASourceAndATarget() {
		List<Route> routes = Samples.compile(Samples.WITH_CHANNELS, """
				routes:
				  - {id: in, from: kafka:orders, to: channel:orders}
				  - {id: out, from: channel:orders, to: rabbit:orders}
				""");
		assertThat(routes.get(0).to()).extracting(RouteTarget::endpoint)
			.containsExactly(new Endpoint.AtChannel("orders"));
		assertThat(routes.get(1).from()).isEqualTo(new Endpoint.AtChannel("orders")).hasToString("channel:orders");
	}

	@ParameterizedTest
	@ValueSource(strings = { "channel:", "channel:a b", "channel:a/b", "channel:a::b", "channel:ü", "channel:#" })
	void aChannelHasAPlainName(String endpoint) {
		assertThatExceptionOfType(RulesException.class)
			.isThrownBy(() -> Samples.compile(Samples.WITH_CHANNELS,
					"routes: [{id: r, from: '" + endpoint + "', to: kafka:out}]"))
			.withMessageContaining("'" + endpoint + "' names no channel, expected 1 to 64 letters, digits");
	}

	@Test
	void withoutSomethingThatHoldsChannelsThereAreNone() {
		assertThatExceptionOfType(RulesException.class).isThrownBy(() -> Samples.compile("""
				routes:
				  - {id: r, from: kafka:in, to: channel:out}
				  - {id: s, from: kafka:in, to: kafka:out, accept: durable}
				"""))
			.withMessage(
					"""
							rules.yaml:2:33: routes[0] (r).to: 'channel:out' is a durable channel, but nothing here holds channels; \
							expected the embedded broker to be on, or meshbridge.channels.backing to name a binder
							rules.yaml:3:52: routes[1] (s).accept: nothing here holds channels; expected the embedded broker to be on, \
							or meshbridge.channels.backing to name a binder""");
	}

	@Test
	void aRouteWithAChannelOfItsOwnMayKeepItsEvents() {
		Route route = Samples.compile(Samples.WITH_CHANNELS, """
				routes:
				  - {id: r, from: 'http:/in', to: kafka:out, delay: 10m, deliver-at: deliverat, deduplicate: P1D}
				""").get(0);
		Delay delay = new Delay(Duration.ofMinutes(10), "deliverat");
		assertThat(route.delay()).isEqualTo(delay);
		List<Route> stages = route.stages();
		assertThat(stages.get(0).to()).extracting(RouteTarget::delay).containsExactly(delay);
		assertThat(stages.get(0).deduplicate()).isEqualTo(Duration.ofDays(1));
		assertThat(stages.get(1).to()).extracting(RouteTarget::delay).containsOnlyNulls();
		assertThat(stages.get(1).deduplicate()).as("or all would be duplicates of themselves").isNull();
	}

	@Test
	void whatARouteSaysOfTimesMayBeWrong() {
		assertThatExceptionOfType(RulesException.class).isThrownBy(() -> Samples.compile(Samples.WITH_CHANNELS, """
				routes:
				  - {id: a, from: kafka:in, to: kafka:out, delay: 10m}
				  - {id: b, from: kafka:in, to: kafka:out, deliver-at: deliverat}
				  - {id: c, from: kafka:in, to: kafka:out, accept: durable, delay: 400d, deliver-at: Not-Before}
				  - {id: d, from: kafka:in, to: kafka:out, deduplicate: 10}
				  - {id: e, from: kafka:in, to: kafka:out, deduplicate: 30d, delivery: {on-expiry: ignore}}
				""")).withMessage("""
				rules.yaml:2:44: routes[0] (a).delay: events wait in the channel of their route, which this route \
				has not; expected 'accept: durable' beside it
				rules.yaml:3:44: routes[1] (b).deliver-at: events wait in the channel of their route, which this \
				route has not; expected 'accept: durable' beside it
				rules.yaml:4:68: routes[2] (c).delay: '400d' is out of range, expected PT0.001S to PT8760H
				rules.yaml:4:86: routes[2] (c).deliver-at: 'Not-Before' is no attribute name, expected the name of \
				the attribute that holds the time, in lower-case letters and digits, such as 'deliverat'
				rules.yaml:5:57: routes[3] (d).deduplicate: '10' is no duration, expected ISO 8601 such as 'PT0.2S', \
				or '200ms'; did you mean '10s'?
				rules.yaml:6:57: routes[4] (e).deduplicate: '30d' is out of range, expected PT1S to PT168H
				rules.yaml:6:84: routes[4] (e).delivery.on-expiry: 'ignore' is no way to meet an expired event, \
				expected one of dead-letter, drop""");
	}

	@Test
	void aNearMissOfTheWordIsSuggested() {
		assertThatExceptionOfType(RulesException.class)
			.isThrownBy(
					() -> Samples.compile(Samples.WITH_CHANNELS, "routes: [{id: r, from: chanel:a, to: kafka:out}]"))
			.withMessageContaining("did you mean 'channel'?");
	}

	@ParameterizedTest
	@CsvSource({ "http:/orders, DURABLE", "kafka:orders, DELIVERED", "mqtt:orders, DELIVERED",
			"channel:orders, DELIVERED", "orders-in, DELIVERED" })
	void onlyHttpIsStoredFirstUnlessTheRouteSaysSo(String from, Accept accept) {
		assertThat(Samples.compile(Samples.WITH_CHANNELS, "routes: [{id: r, from: '" + from + "', to: kafka:out}]")
			.get(0)
			.accept()).isEqualTo(accept);
	}

	@ParameterizedTest
	@CsvSource({ "http:/orders, delivered, DELIVERED", "kafka:orders, durable, DURABLE" })
	void theRouteMaySayWhenItAccepts(String from, String written, Accept accept) {
		assertThat(Samples
			.compile(Samples.WITH_CHANNELS,
					"routes: [{id: r, from: '" + from + "', to: kafka:out, accept: " + written + "}]")
			.get(0)
			.accept()).isEqualTo(accept);
	}

	@Test
	void aDurableRouteReadsItsChannelForEachTargetByItself() {
		List<Route> stages = Samples.compile(Samples.WITH_CHANNELS, """
				routes:
				  - id: r
				    from: http:/in
				    delivery: {retry: 7}
				    to:
				      - kafka:out
				      - {uri: 'https://example.com/a?b=c', delivery: {retry: 1}}
				""").get(0).stages();
		assertThat(stages)
			.extracting((stage) -> stage.from().toString(), Route::group,
					(stage) -> stage.to().get(0).endpoint().toString(), (stage) -> stage.to().get(0).delivery().retry())
			.containsExactly(tuple("http:/in", "meshbridge", "channel:route.r", 0),
					tuple("channel:route.r", "meshbridge.kafka-out.24b180fa", "kafka:out", 7), tuple("channel:route.r",
							"meshbridge.https-example-com-a-b-c.9931fa69", "https://example.com/a?b=c", 1));
	}

	@Test
	void theGroupOfATargetStaysWhenOthersComeAndGo() {
		List<List<Route>> stages = Samples.compile(Samples.WITH_CHANNELS, """
				routes:
				  - {id: r, from: 'http:/in', to: [kafka:a, kafka:b]}
				  - {id: s, from: 'http:/in', to: [kafka:c, kafka:b, kafka:a]}
				  - {id: t, from: 'http:/in', to: [kafka:a]}
				""").stream().map(Route::stages).toList();
		assertThat(stages.get(0).get(1).group()).isEqualTo(stages.get(1).get(3).group());
		assertThat(stages.get(0).get(2).group()).isEqualTo(stages.get(1).get(2).group());
		assertThat(stages.get(2).get(1).group()).isEqualTo(stages.get(0).get(1).group());
	}

	@Test
	void withoutChannelsHttpIsAcceptedWhenDelivered() {
		assertThat(Samples.compile("routes: [{id: r, from: 'http:/a', to: kafka:out}]").get(0).accept())
			.isEqualTo(Accept.DELIVERED);
	}

	@Test
	void wrongWaysToAcceptAreFound() {
		assertThatExceptionOfType(RulesException.class).isThrownBy(() -> Samples.compile(Samples.WITH_CHANNELS, """
				routes:
				  - {id: r, from: channel:a, to: kafka:out, accept: durable}
				  - {id: s, from: kafka:a, to: kafka:out, accept: durabel}
				""")).withMessage("""
				rules.yaml:2:53: routes[0] (r).accept: a channel holds its events already, expected no \
				'accept: durable' for a route from 'channel:a'
				rules.yaml:3:51: routes[1] (s).accept: 'durabel' is no way to accept, expected one of delivered, \
				durable; did you mean 'durable'?""");
	}

	@Test
	void theDeadLetterSinkAlwaysExistsWhereThereAreChannels() {
		List<Route> routes = Samples.compile(Samples.WITH_CHANNELS, """
				routes:
				  - {id: default, from: kafka:in, to: kafka:out}
				  - {id: none, from: kafka:in, to: kafka:out, delivery: {dead-letter-sink: none}}
				  - {id: other, from: kafka:in, to: kafka:out, delivery: {dead-letter-sink: kafka:dead}}
				  - {id: reader, from: channel:dead-letters, to: kafka:out}
				""");
		assertThat(routes).extracting((route) -> route.delivery().deadLetterSink())
			.containsExactly(DeliveryPolicy.DEAD_LETTERS, null, new Endpoint.AtBinder("kafka", "dead"), null);
	}

	@Test
	void aRouteFromTheDeadLetterChannelCanNotNameItAsItsSink() {
		assertThatExceptionOfType(RulesException.class).isThrownBy(() -> Samples.compile(Samples.WITH_CHANNELS, """
				routes:
				  - id: r
				    from: channel:dead-letters
				    to: kafka:out
				    delivery: {dead-letter-sink: channel:dead-letters}
				""")).withMessageContaining("would come back for ever");
	}

}
