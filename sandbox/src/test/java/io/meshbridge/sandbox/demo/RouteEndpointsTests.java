package io.meshbridge.sandbox.demo;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RouteEndpointsTests {

	@Test
	void findsTargetsInEveryFormThatRoutesHave() {
		RouteEndpoints endpoints = RouteEndpoints.of("""
				routes:
				  - {id: a, from: kafka:in, to: kafka:one}
				  - {id: b, from: kafka:in, to: [kafka:two, {uri: rabbit:three, content-mode: structured}]}
				  - {id: c, from: kafka:in, to: {uri: 'mqtt:four/five'}, delivery: {dead-letter-sink: kafka:six}}
				delivery: {dead-letter-sink: rabbit:seven}
				""");
		assertThat(endpoints.targets()).containsExactlyInAnyOrder("kafka:one", "kafka:two", "rabbit:three",
				"mqtt:four/five", "kafka:six", "rabbit:seven");
	}

	@Test
	void findsTheDeadLetterSinkOfOneTarget() {
		assertThat(RouteEndpoints
			.of("routes: [{from: kafka:a, to: [{uri: kafka:b, delivery: {dead-letter-sink: kafka:dead}}]}]")
			.targets()).containsExactlyInAnyOrder("kafka:b", "kafka:dead");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "routes:", "routes: 5", "routes: [5, {to: 7}, {to: [[]]}, {}]", "[", "- a", "x: *y" })
	void findsNothingInABrokenFile(String file) {
		assertThat(RouteEndpoints.of(file).targets()).isEmpty();
	}

	@Test
	void knowsWhichPathsAreRead() {
		RouteEndpoints routes = RouteEndpoints.of("routes: [{from: http:/orders}, {from: kafka:x}]");
		assertThat(routes.readsPath("/orders")).isTrue();
		assertThat(routes.readsPath("/other")).isFalse();
		assertThat(RouteEndpoints.of("routes: [{from: 'http:/{any}'}]").readsPath("/orders")).isTrue();
	}

}
