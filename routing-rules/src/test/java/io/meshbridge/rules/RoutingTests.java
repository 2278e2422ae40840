package io.meshbridge.rules;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.cloudevents.CloudEvent;
import io.meshbridge.rules.filter.FilterIndex;
import io.meshbridge.rules.filter.Outcome;
import io.meshbridge.rules.filter.Verdict;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each event in the tables of {@code routing/} matches the routes that its table says,
 * and the filters of those under {@code errors} can't be evaluated: by looking it up
 * among all, by asking one filter, and by explaining.
 */
class RoutingTests {

	@TestFactory
	Stream<DynamicTest> events() {
		return Samples.tables("routing").entrySet().stream().flatMap((entry) -> {
			Map<String, Object> table = Samples.map(entry.getValue());
			List<Route> routes = Samples.compile(String.valueOf(table.get("rules")));
			return Samples.maps(table.get("events"))
				.stream()
				.map((test) -> DynamicTest.dynamicTest(entry.getKey() + ": " + test.get("name"),
						() -> check(routes, test)));
		});
	}

	private void check(List<Route> routes, Map<String, Object> test) {
		CloudEvent event = Samples.event(Samples.map(Objects.requireNonNullElse(test.get("event"), Map.of())));
		List<String> matching = Samples.texts(test.get("routes"));
		List<String> failed = Samples.texts(Objects.requireNonNullElse(test.get("errors"), List.of()));
		FilterIndex.Matches<Route> found = FilterIndex.of(routes, Route::filter).matching(event);
		assertThat(found.matching()).extracting(Route::id).containsExactlyElementsOf(matching);
		assertThat(found.failed()).extracting((failure) -> failure.item().id()).containsExactlyElementsOf(failed);
		for (Route route : routes) {
			Verdict verdict = route.filter().explain(event);
			assertThat(verdict.outcome()).as(route.id() + ": " + verdict)
				.isEqualTo(matching.contains(route.id()) ? Outcome.TRUE
						: failed.contains(route.id()) ? Outcome.ERROR : Outcome.FALSE);
			assertThat(route.filter().matches(event)).as(route.id()).isEqualTo(matching.contains(route.id()));
		}
	}

}
