package io.meshbridge.rules.filter;

import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Rules and data that are made to take for ever, or all of the memory, take neither.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileRulesTests {

	private static final String LONG_TEXT = "a".repeat(1_000_000);

	@ParameterizedTest
	@ValueSource(strings = { "'%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%b'", "'%_%_%_%_%_%_%_%_%_%_%_%_%_%_%_%_b'",
			"'%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%b'" })
	void likeTakesTimeByTheLengthOfTheTextOnly(String pattern) throws ExpressionException {
		assertThat((Filter.sql("subject LIKE " + pattern).explain(event(LONG_TEXT, "")).outcome()))
			.isEqualTo(Outcome.FALSE);
	}

	@Test
	void aLongPatternTakesNoLongerThanItsLength() throws ExpressionException {
		String pattern = "%" + "a%_".repeat(300) + "b";
		assertThat((Filter.sql("subject LIKE '" + pattern + "'").explain(event(LONG_TEXT, "")).outcome()))
			.isEqualTo(Outcome.FALSE);
		assertThatExceptionOfType(ExpressionException.class)
			.isThrownBy(() -> Filter.sql("subject LIKE '" + "%".repeat(1_001) + "'"))
			.withMessage("is a pattern of 1001 characters, expected 1000 at most");
	}

	@Test
	void aWildcardTakesTimeByTheLengthOfTheTextOnly() throws ExpressionException {
		Filter filter = data("$", DataCondition.wildcard(List.of("*a".repeat(499) + "*b")));
		assertThat((filter.explain(event("x", "\"" + LONG_TEXT + "\"")).outcome())).isEqualTo(Outcome.FALSE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "[", "{\"a\":", "[{\"a\":[" })
	void dataThatIsNestedWithoutEndIsAnError(String opening) throws ExpressionException {
		String bomb = opening.repeat(2_000_000);
		for (String path : List.of("a", "$", "b[*].c", "[0][0][0]")) {
			Verdict verdict = (data(path, DataCondition.exists(true)).explain(event("x", bomb)));
			assertThat(verdict.outcome()).isEqualTo(Outcome.ERROR);
			assertThat(verdict.why()).startsWith("the data is nested deeper than 500 levels");
		}
	}

	@Test
	void ofHugeDataOnlyWhatIsAskedForIsKept() throws ExpressionException {
		String many = IntStream.range(0, 200_000)
			.mapToObj((i) -> "{\"id\":" + i + ",\"text\":\"" + "x".repeat(40) + "\"}")
			.collect(Collectors.joining(",", "{\"items\":[", "],\"kind\":\"a\"}"));
		EventData found = (DataPaths
			.of(List.of(DataPath.parse("kind"), DataPath.parse("items[7].id"), DataPath.parse("items[*].id")))
			.read(event("x", many)));
		assertThat(found.at(DataPath.parse("kind")).values()).containsExactly("a");
		assertThat(found.at(DataPath.parse("items[7].id")).values()).containsExactly(BigDecimal.valueOf(7));
		assertThat(found.at(DataPath.parse("items[*].id")).error())
			.isEqualTo("the data has more than 10000 values at a path that the filter looks at");
		assertThat(found.at(DataPath.parse("items[*].id")).values()).isEmpty();
	}

	@Test
	void dataThatIsTooLargeIsAnErrorAndNotRead() throws ExpressionException {
		String large = "\"" + "x".repeat(16 * 1024 * 1024) + "\"";
		assertThat((data("$", DataCondition.exists(true)).explain(event("x", large)))).satisfies((verdict) -> {
			assertThat(verdict.outcome()).isEqualTo(Outcome.ERROR);
			assertThat(verdict.why())
				.isEqualTo("the data has 16,777,218 bytes, and filters read no more than 16,777,216");
		});
	}

	@Test
	void aNumberOfManyDigitsIsAnError() throws ExpressionException {
		assertThat((data("$", DataCondition.equalTo(List.of(1))).explain(event("x", "9".repeat(1_000_000))).outcome()))
			.isEqualTo(Outcome.ERROR);
	}

	@Test
	void aNumberWithAHugeExponentIsComparedAtOnce() throws ExpressionException {
		Filter filter = data("$", DataCondition.numeric(Map.of(">", new BigDecimal("1e9999"))));
		assertThat(filter.matches(event("x", "1e2147483647"))).isTrue();
		assertThat(filter.explain(event("x", "1e-2147483647")).outcome()).isEqualTo(Outcome.FALSE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "-1E-2147483648", "1e999999999999999999", "1e2147483648" })
	void anExponentThatNothingCanHoldIsAnErrorWhereAFilterLooks(String number) throws ExpressionException {
		Filter filter = data("a", DataCondition.numeric(Map.of(">", BigDecimal.ONE)));
		assertThat(filter.explain(event("x", "{\"a\":" + number + "}")).why())
			.isEqualTo("the data has a number with too large an exponent at a path that the filter looks at");
		assertThat(filter.matches(event("x", "{\"b\":" + number + ",\"a\":2}"))).isTrue();
	}

	@Test
	void whatAnErrorSaysHasNothingOfTheData() throws ExpressionException {
		Verdict verdict = data("a", DataCondition.exists(true)).explain(event("x", "{\"a\": secret}"));
		assertThat(verdict.outcome()).isEqualTo(Outcome.ERROR);
		assertThat(verdict.why()).isEqualTo("the data is no JSON, at line 1, column 14");
	}

	@Test
	void aLongExpressionIsRefusedAtOnce() throws ExpressionException {
		for (String part : List.of("NOT ", "(", "TRUE AND ", "1 + ", "-", "LENGTH(", "'a' IN (")) {
			assertThatExceptionOfType(ExpressionException.class)
				.isThrownBy(() -> Filter.sql(part.repeat(100_000) + "TRUE"))
				.withMessageMatching("has \\d+ characters, expected 10000 at most .*");
		}
	}

	@Test
	void theLongestExpressionIsReadInTime() throws ExpressionException {
		for (String part : List.of("NOT ", "(", "TRUE AND ", "1 + ", "- ", "LENGTH(", "'a' IN (")) {
			assertThatExceptionOfType(ExpressionException.class).as(part)
				.isThrownBy(() -> Filter.sql(part.repeat(9_990 / part.length()) + "TRUE"));
		}
	}

	private static Filter data(String path, DataCondition condition) throws ExpressionException {
		return Filter.data(Map.of(DataPath.parse(path), condition));
	}

	private static CloudEvent event(String subject, String data) {
		return CloudEventBuilder.v1()
			.withId("1")
			.withSource(URI.create("/test"))
			.withType("test")
			.withSubject(subject)
			.withData(data.getBytes(StandardCharsets.UTF_8))
			.build();
	}

}
