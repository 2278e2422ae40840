package io.meshbridge.rules.filter;

import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.core.builder.CloudEventBuilder;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

class FilterIndexTests {

	private static final int MANY = 10_000;

	@Property(tries = 200)
	void findsWhatAskingEachOneFinds(@ForAll("tables") List<Filter> filters, @ForAll("events") CloudEvent event) {
		List<Integer> numbers = IntStream.range(0, filters.size()).boxed().toList();
		FilterIndex.Matches<Integer> found = FilterIndex.of(numbers, filters::get).matching(event);
		assertThat(found.matching()).isEqualTo(numbers.stream().filter((i) -> filters.get(i).matches(event)).toList());
		assertThat(found.failed().stream().map(FilterIndex.Failure::item).toList()).isEqualTo(
				numbers.stream().filter((i) -> filters.get(i).explain(event).outcome() == Outcome.ERROR).toList());
	}

	@Property
	void explainsWhatItDoes(@ForAll("filters") Filter filter, @ForAll("events") CloudEvent event) {
		Verdict verdict = filter.explain(event);
		assertThat(verdict.outcome() == Outcome.TRUE).isEqualTo(filter.matches(event));
		assertThat(verdict.clause()).isEqualTo(filter.toString());
		assertConsistent(verdict);
	}

	@Property
	void saysOfNoFilterThatMatchesThatItNeverDoes(@ForAll("filters") Filter one, @ForAll("filters") Filter other,
			@ForAll("events") CloudEvent event) {
		Filter both = Filter.all(List.of(one, other));
		assertThat(both.contradiction() != null && both.matches(event)).isFalse();
	}

	@Property
	void saysOnlyOfFiltersThatMatchLessThatTheyImplyAnother(@ForAll("filters") Filter one,
			@ForAll("filters") Filter other, @ForAll("events") CloudEvent event) {
		assertThat(one.implies(other) && one.matches(event) && !other.matches(event)).isFalse();
		assertThat(Filter.all(List.of(one, other)).implies(other)).isTrue();
	}

	private static void assertConsistent(Verdict verdict) {
		assertThat(verdict.why()).isNotBlank();
		List<Outcome> parts = verdict.parts().stream().map(Verdict::outcome).toList();
		if (verdict.clause().startsWith("not: ")) {
			assertThat(verdict.outcome()).isEqualTo(parts.get(0).negated());
		}
		else if (verdict.clause().startsWith("any: ")) {
			assertThat(verdict.outcome()).isEqualTo(combined(parts, Outcome.TRUE, Outcome.FALSE));
		}
		else if (!parts.isEmpty()) {
			assertThat(verdict.outcome()).isEqualTo(combined(parts, Outcome.FALSE, Outcome.TRUE));
		}
		verdict.parts().forEach(FilterIndexTests::assertConsistent);
	}

	private static Outcome combined(List<Outcome> parts, Outcome decisive, Outcome other) {
		return parts.contains(decisive) ? decisive : parts.contains(Outcome.ERROR) ? Outcome.ERROR : other;
	}

	@Provide
	Arbitrary<List<Filter>> tables() {
		return filters().list().ofMaxSize(40);
	}

	@Provide
	Arbitrary<Filter> filters() {
		return Arbitraries.lazyOf(this::leaves, this::leaves, this::leaves,
				() -> filters().list().ofMaxSize(3).map(Filter::all),
				() -> filters().list().ofMaxSize(3).map(Filter::any), () -> filters().map(Filter::not));
	}

	private Arbitrary<Filter> leaves() {
		Arbitrary<Filter> attributes = Combinators.combine(
				Arbitraries.maps(Arbitraries.of("type", "source", "subject", "ext"), texts()).ofMinSize(1).ofMaxSize(2),
				Arbitraries.of(0, 1, 2))
			.as((values, kind) -> (kind == 0) ? Filter.exact(values)
					: (kind == 1) ? Filter.prefix(values) : Filter.suffix(values));
		Arbitrary<Filter> others = Arbitraries.of(sql("type = 'a'"), sql("ext = 'ab'"), sql("EXISTS ext"),
				sql("subject"), data("k", DataCondition.equalTo(List.of("a"))), data("k", DataCondition.exists(false)),
				data("n[*]", DataCondition.numeric(Map.of(">", BigDecimal.ONE))));
		return Arbitraries.frequencyOf(Tuple.of(4, attributes), Tuple.of(1, others));
	}

	@Provide
	Arbitrary<CloudEvent> events() {
		return Combinators
			.combine(texts(), texts(), texts().injectNull(0.3), texts().injectNull(0.3),
					Arbitraries.of("{\"k\":\"a\",\"n\":[1,2]}", "{\"k\":\"b\",\"k\":\"a\"}", "{\"n\":1}", "{", "")
						.injectNull(0.2))
			.as(FilterIndexTests::event);
	}

	private static Arbitrary<String> texts() {
		return Arbitraries.strings().withChars('a', 'b').ofMinLength(1).ofMaxLength(4);
	}

	@Example
	void amongTenThousandItAsksAFewOnly() {
		CloudEvent event = event("com.example.t7", "/plant/7", "line/7", null, null);
		assertAsks(event, 1, (i) -> Filter.exact(Map.of("type", "com.example.t" + i)));
		assertAsks(event, 1, (i) -> Filter.exact(Map.of("type", "com.example.t7", "subject", "line/" + i)));
		assertAsks(event, 1, (i) -> Filter.all(List.of(Filter.exact(Map.of("type", "com.example.t7")),
				Filter.prefix(Map.of("source", "/plant/")), Filter.prefix(Map.of("subject", "line/" + i)))));
		assertAsks(event, 1, (i) -> Filter.any(List.of(Filter.exact(Map.of("type", "com.example.t" + i)),
				Filter.exact(Map.of("subject", "line/" + i)))));
		assertAsks(event, 1, (i) -> Filter.all(List.of(Filter.prefix(Map.of("source", "/plant/" + i)),
				data("k", DataCondition.equalTo(List.of(i))), Filter.not(sql("priority > 3")))));
		assertAsks(event, MANY, (i) -> Filter.suffix(Map.of("type", "t" + i)));
	}

	private static void assertAsks(CloudEvent event, int expected, IntFunction<Filter> filter) {
		List<Integer> numbers = IntStream.range(0, MANY).boxed().toList();
		List<Filter> filters = numbers.stream().map(filter::apply).toList();
		FilterIndex<Integer> index = FilterIndex.of(numbers, filters::get);
		assertThat(index.candidates(event)).hasSize(expected).contains(7);
		assertThat(index.matching(event).matching())
			.isEqualTo(numbers.stream().filter((i) -> filters.get(i).matches(event)).toList());
	}

	@Example
	void findsAllPrefixesOfAText() {
		List<String> prefixes = List.of("a", "ab", "abc", "abd", "ac", "b", "abcdef", "abce", "", "aa", "abcd");
		List<Integer> numbers = IntStream.range(0, prefixes.size()).boxed().toList();
		FilterIndex<Integer> index = FilterIndex.of(numbers, (i) -> Filter.prefix(Map.of("subject", prefixes.get(i))));
		for (String subject : List.of("abcd", "abcde", "abcz", "a", "", "c", "abcdefg", "0")) {
			assertThat(index.candidates(event("t", "/s", subject, null, null))).as(subject)
				.containsExactly(numbers.stream()
					.filter((i) -> subject.startsWith(prefixes.get(i)))
					.mapToInt(Integer::intValue)
					.toArray());
		}
	}

	@Example
	void readsTheDataOnceForAllAndOnlyWhenAsked() {
		List<byte[]> read = new ArrayList<>();
		CloudEventData data = () -> {
			byte[] bytes = "{\"k\":\"a\"}".getBytes(StandardCharsets.UTF_8);
			read.add(bytes);
			return bytes;
		};
		List<Filter> filters = IntStream.range(0, 20)
			.mapToObj((i) -> Filter
				.all(List.of(Filter.prefix(Map.of("type", "wanted")), data("k", DataCondition.equalTo(List.of("a"))))))
			.toList();
		FilterIndex<Filter> index = FilterIndex.of(filters, (filter) -> filter);
		CloudEventBuilder event = CloudEventBuilder.v1().withId("1").withSource(URI.create("/s")).withData(data);
		assertThat(index.matching(event.withType("other").build()).matching()).isEmpty();
		assertThat(read).isEmpty();
		assertThat(index.matching(event.withType("wanted").build()).matching()).hasSize(20);
		assertThat(read).hasSize(1);
	}

	@Example
	void tellsWhyAFilterFailed() {
		FilterIndex<String> index = FilterIndex.of(List.of("a", "b"), (name) -> name.equals("a") ? sql("ext > 5")
				: Filter.not(Filter.all(List.of(Filter.EVERYTHING, data("k", DataCondition.exists(true))))));
		FilterIndex.Matches<String> found = index.matching(event("t", "/s", null, "much", "{"));
		assertThat(found.matching()).isEmpty();
		assertThat(found.failed()).extracting(FilterIndex.Failure::item).containsExactly("a", "b");
		assertThat(found.failed()).extracting(FilterIndex.Failure::why)
			.containsExactly("in 'ext>5' a value is not of the type that is wanted there",
					"the data is no JSON, at line 1, column 2");
	}

	private static Filter sql(String expression) {
		try {
			return Filter.sql(expression);
		}
		catch (ExpressionException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	private static Filter data(String path, DataCondition condition) {
		try {
			return Filter.data(Map.of(DataPath.parse(path), condition));
		}
		catch (ExpressionException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	private static CloudEvent event(String type, String source, @Nullable String subject, @Nullable String extension,
			@Nullable String data) {
		CloudEventBuilder event = CloudEventBuilder.v1().withId("1").withSource(URI.create(source)).withType(type);
		if (subject != null) {
			event.withSubject(subject);
		}
		if (extension != null) {
			event.withExtension("ext", extension);
		}
		if (data != null) {
			event.withData(data.getBytes(StandardCharsets.UTF_8));
		}
		return event.build();
	}

}
