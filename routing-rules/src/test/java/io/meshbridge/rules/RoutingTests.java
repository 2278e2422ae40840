package io.meshbridge.rules;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.cloudevents.CloudEvent;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each event in the tables of {@code routing/} matches the routes that its table says.
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
		assertThat(routes.stream().filter((route) -> route.filter().matches(event)).map(Route::id))
			.containsExactlyElementsOf(Samples.texts(test.get("routes")));
	}

}
