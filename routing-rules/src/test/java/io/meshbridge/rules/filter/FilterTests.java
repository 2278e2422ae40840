package io.meshbridge.rules.filter;

import java.net.URI;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FilterTests {

	private final CloudEvent event = CloudEventBuilder.v1()
		.withId("1")
		.withSource(URI.create("/plant/a"))
		.withType("com.example.reading")
		.withTime(OffsetDateTime.parse("2018-04-05T17:31:00Z"))
		.withExtension("big", 5_000_000_000L)
		.withExtension("link", URI.create("https://example.com/a%20b"))
		.withExtension("seen", OffsetDateTime.parse("2018-04-05T17:31:00.5+02:00"))
		.withExtension("hash", new byte[] { 0, (byte) 0xFF, 0x10 })
		.build();

	@Test
	void comparesTypedExtensionsByCanonicalText() {
		assertThat(Filter.exact(Map.of("big", "5000000000")).matches(this.event)).isTrue();
		assertThat(Filter.exact(Map.of("link", "https://example.com/a%20b")).matches(this.event)).isTrue();
		assertThat(Filter.exact(Map.of("seen", "2018-04-05T17:31:00.5+02:00")).matches(this.event)).isTrue();
		assertThat(Filter.exact(Map.of("hash", "AP8Q")).matches(this.event)).isTrue();
	}

	@Test
	void missesAttributesThatTheEventHasNot() {
		for (String name : List.of("subject", "datacontenttype", "dataschema", "unknown", "data")) {
			assertThat(Filter.exact(Map.of(name, "")).matches(this.event)).isFalse();
			assertThat(Filter.prefix(Map.of(name, "")).matches(this.event)).isFalse();
			assertThat(Filter.suffix(Map.of(name, "")).matches(this.event)).isFalse();
			assertThat(Filter.not(Filter.exact(Map.of(name, ""))).matches(this.event)).isTrue();
		}
	}

	@Test
	void readsEventsOfTheOldSpecification() {
		CloudEvent old = CloudEventBuilder.v03()
			.withId("1")
			.withSource(URI.create("/plant/a"))
			.withType("t")
			.withSchemaUrl(URI.create("https://example.com/schema"))
			.build();
		assertThat(Filter.exact(Map.of("specversion", "0.3")).matches(old)).isTrue();
		assertThat(Filter.exact(Map.of("schemaurl", "https://example.com/schema")).matches(old)).isTrue();
		assertThat(Filter.exact(Map.of("dataschema", "https://example.com/schema")).matches(old)).isTrue();
	}

	@Test
	void anyOfNothingMatchesNothingAndAllOfNothingEverything() {
		assertThat(Filter.any(List.of()).matches(this.event)).isFalse();
		assertThat(Filter.all(List.of()).matches(this.event)).isTrue();
		assertThat(Filter.all(List.of())).isSameAs(Filter.EVERYTHING);
	}

	@Test
	void readsLikeTheRule() throws ExpressionException {
		Map<String, String> values = new LinkedHashMap<>();
		values.put("type", "com.example.a");
		values.put("subject", "it's 5 o'clock");
		Filter filter = Filter.all(List.of(Filter.exact(values),
				Filter
					.not(Filter.any(List.of(Filter.prefix(Map.of("type", "true")), Filter.suffix(Map.of("id", "1"))))),
				Filter.sql("type = 'a'")));
		assertThat(filter).hasToString("all: [{exact: {type: com.example.a, subject: 'it''s 5 o''clock'}}, "
				+ "{not: {any: [{prefix: {type: 'true'}}, {suffix: {id: '1'}}]}}, {sql: 'type = ''a'''}]");
		assertThat(Filter.EVERYTHING).hasToString("everything");
	}

	@Test
	void isEqualToAFilterOfTheSameRule() throws ExpressionException {
		assertThat(Filter.exact(Map.of("type", "a"))).isEqualTo(Filter.exact(Map.of("type", "a")))
			.hasSameHashCodeAs(Filter.exact(Map.of("type", "a")))
			.isNotEqualTo(Filter.prefix(Map.of("type", "a")));
		assertThat(Filter.sql("EXISTS a")).isEqualTo(Filter.sql("EXISTS a")).isNotEqualTo(Filter.sql("EXISTS b"));
		assertThat(Filter.not(Filter.EVERYTHING)).isEqualTo(Filter.not(Filter.all(List.of())));
	}

}
