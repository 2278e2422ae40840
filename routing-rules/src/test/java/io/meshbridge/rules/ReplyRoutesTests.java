package io.meshbridge.rules;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@code reply-to}: where the answers of targets go.
 */
class ReplyRoutesTests {

	private static final String REPLIES = "channel:replies";

	@ParameterizedTest
	@ValueSource(strings = { "https://example.com/f", "[kafka:out, 'http://example.com/f']",
			"http:https://example.com/f", "orders-out" })
	void aRouteWithATargetOverHttpMayTakeReplies(String to) {
		Route route = compile("routes: [{id: r, from: kafka:in, to: " + to + ", reply-to: channel:replies}]").get(0);
		assertThat(route.replyTo()).isEqualTo(new Endpoint.AtChannel("replies")).hasToString(REPLIES);
	}

	@Test
	void aRouteTakesNoRepliesUnlessItSaysSo() {
		assertThat(compile("routes: [{id: r, from: kafka:in, to: 'https://example.com/f'}]").get(0).replyTo()).isNull();
	}

	@Test
	void whereARouteStoresFirstItsSecondStageTakesTheReplies() {
		List<Route> stages = compile(
				"routes: [{id: r, from: 'http:/in', to: 'https://example.com/f', reply-to: channel:replies}]")
			.get(0)
			.stages();
		assertThat(stages).extracting(Route::replyTo).containsExactly(null, new Endpoint.AtChannel("replies"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = {
			"kafka:replies | 'kafka:replies' is no channel, expected 'channel:name': an event is delivered"
					+ " when its reply is stored",
			"chanel:replies | 'chanel:replies' is no channel, expected 'channel:name': an event is delivered"
					+ " when its reply is stored; did you mean 'channel'?",
			"replies | 'replies' is no channel, expected 'channel:name': an event is delivered"
					+ " when its reply is stored; did you mean 'channel:replies'?",
			"\"'https://example.com/'\" | 'https://example.com/' is no channel, expected 'channel:name': an event"
					+ " is delivered when its reply is stored",
			"channel:route.x | 'channel:route.x' belongs to a route that accepts durably, expected a name that does"
					+ " not start with 'route.'",
			"channel:in | 'channel:in' is where this route's events come from, so each reply would be answered"
					+ " again; expected another channel" })
	void repliesGoToAnotherChannelOnly(String written, String problem) {
		assertProblem("  - {id: r, from: channel:in, to: 'https://example.com/f', reply-to: " + written + "}",
				"rules.yaml:2:70: routes[0] (r).reply-to: " + problem);
	}

	@ParameterizedTest
	@ValueSource(strings = { "kafka:out", "[mqtt:out, channel:x]", "orders-in" })
	void onlyTargetsOverHttpReply(String to) {
		assertProblem("  - {id: r, from: kafka:in, reply-to: channel:y, to: " + to + "}",
				"rules.yaml:2:39: routes[0] (r).reply-to: no target of this route can reply, expected an http(s) URL"
						+ " in 'to'");
	}

	@Test
	void aDestinationWithAPlaceholderTakesNoReplies() {
		assertProblem(
				"  - {id: r, from: kafka:in, to: ['https://example.com/f', {uri: 'kafka:x.{type}', allow: ['*']}],"
						+ " reply-to: channel:y}",
				"rules.yaml:2:109: routes[0] (r).reply-to: goes with no target whose destination has a placeholder,"
						+ " expected such a target in a route of its own");
	}

	@Test
	void aNearMissOfTheKeyIsSuggested() {
		assertProblem("  - {id: r, from: kafka:in, to: 'https://example.com/f', replyto: channel:y}",
				"rules.yaml:2:58: routes[0] (r).replyto: unknown key 'replyto', expected one of accept, deduplicate, delay, deliver-at, delivery,"
						+ " description, event, filters, from, group, id, on-filter-error, reply-to, schema, to, transform; did you mean 'reply-to'?");
	}

	@Test
	void withoutSomethingThatHoldsChannelsThereAreNoReplies() {
		assertThatExceptionOfType(RulesException.class)
			.isThrownBy(() -> Samples
				.compile("routes: [{id: r, from: kafka:in, to: 'https://example.com/f', reply-to: channel:y}]"))
			.withMessageContaining("'channel:y' is a durable channel, but nothing here holds channels");
	}

	private static void assertProblem(String route, String problem) {
		assertThatExceptionOfType(RulesException.class).isThrownBy(() -> compile("routes:\n" + route + "\n"))
			.withMessage(problem);
	}

	private static List<Route> compile(String rules) {
		return Samples.compile(Samples.WITH_CHANNELS, rules);
	}

}
