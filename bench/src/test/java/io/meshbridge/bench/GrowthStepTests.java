package io.meshbridge.bench;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bench.growth.Curve;
import io.meshbridge.bench.load.EventSeries;
import io.meshbridge.rules.EndpointCatalog;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteCompiler;
import io.meshbridge.rules.YamlSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class GrowthStepTests {

	@ParameterizedTest
	@EnumSource
	void oneRouteOfTheLargestStepTakesItsEvents(Curve curve) {
		List<Integer> values = curve.steps(false);
		GrowthStep step = GrowthStep.of(curve, values.get(values.size() - 1), 1);
		List<Route> routes = routes(step);
		CloudEvent event = CloudEventBuilder.v1()
			.withId("1")
			.withSource(URI.create("/bench"))
			.withType(EventSeries.TYPE)
			.build();
		assertThat(routes).hasSize((curve == Curve.ROUTES) ? 10_000 : 1)
			.filteredOn((route) -> route.filter().matches(event))
			.singleElement()
			.satisfies((route) -> assertThat(route.to()).hasSize((curve == Curve.TARGETS) ? 100 : 1));
	}

	@Test
	void fewConnectionsGetFewEvents() {
		assertThat(GrowthStep.of(Curve.HTTP_CONNECTIONS, 1, 5).measured()).isEqualTo(3000);
		assertThat(GrowthStep.of(Curve.HTTP_CONNECTIONS, 5000, 5).measured()).isEqualTo(60_000);
		assertThat(GrowthStep.of(Curve.HTTP_CONNECTIONS, 5000, 5).keys()).isEqualTo(5000);
	}

	@Test
	void backlogIsThereAsAWhole() {
		assertThat(GrowthStep.of(Curve.BACKLOG, 1_000_000, 5).events()).isEqualTo(1_000_000);
	}

	@Test
	void largeEventsAreFew() {
		assertThat(GrowthStep.of(Curve.SIZE, 1024, 5).events()).isEqualTo(1000);
		assertThat(GrowthStep.of(Curve.SIZE, 1024, 5).dataBytes()).isEqualTo(1_048_576);
	}

	private static List<Route> routes(GrowthStep step) {
		EndpointCatalog catalog = new EndpointCatalog(Set.of("kafka", "http", "mqtt"), Set.of());
		return new RouteCompiler(catalog).compile(List
			.of(Objects.requireNonNull(YamlSettings.ruleFile("routes.yaml", step.routes("growth", "in")).routes())),
				null);
	}

}
