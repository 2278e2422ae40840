package io.meshbridge.rules;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RevisionTests {

	private static final String RULE = "routes: [{id: r, from: kafka:in, to: [kafka:a, {uri: kafka:b, key: plant}]}]";

	@Test
	void isTheSameForOneRuleInAnotherPlaceAndForm() {
		assertThat(revision(RULE)).matches("[0-9a-f]{12}").isEqualTo(revision("""
				# moved
				routes:
				  - to:
				      - kafka:a
				      - key: plant
				        uri: kafka:b
				    from: kafka:in
				    id: r
				"""));
	}

	@Test
	void changesWithEachChangeOfTheRule() {
		assertThat(revision(RULE)).isNotEqualTo(revision(RULE.replace("kafka:b", "kafka:c")))
			.isNotEqualTo(revision(RULE.replace("key: plant", "key: line")))
			.isNotEqualTo(revision(RULE.replace("id: r,", "id: r, delivery: {retry: 1},")))
			.isNotEqualTo(revision(RULE.replace("id: r,", "id: r, on-filter-error: skip,")))
			.isNotEqualTo(revision(RULE.replace("id: r,", "id: r, filters: [{data: {a: 1}}],")))
			.isNotEqualTo(revision(
					RULE.replace("[kafka:a, {uri: kafka:b, key: plant}]", "[{uri: kafka:b, key: plant}, kafka:a]")));
	}

	@Test
	void isThatOfTheRouteInEachOfItsStages() {
		Route route = Samples
			.compile(Samples.WITH_CHANNELS,
					"routes: [{id: r, from: kafka:in, accept: durable, to: [kafka:a, kafka:b]}]")
			.get(0);
		assertThat(route.stages()).hasSize(3).extracting(Route::revision).containsOnly(route.revision());
	}

	private static String revision(String rules) {
		return Samples.compile(rules).get(0).revision();
	}

}
