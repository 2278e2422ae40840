package io.meshbridge.rules.filter;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the CloudEvents SQL conformance tests say of true, false and errors, and what the
 * engine can't do by itself.
 */
class SqlFilterTests {

	private final CloudEvent event = CloudEventBuilder.v1()
		.withId("myId")
		.withSource(URI.create("https://example.com/source"))
		.withType("com.example.reading")
		.withTime(OffsetDateTime.parse("2018-04-05T17:31:00Z"))
		.withExtension("mybool", true)
		.withExtension("myint", 10)
		.withExtension("mytext", "abc")
		.withExtension("digits", "7")
		.withExtension("seen", OffsetDateTime.parse("2018-04-05T17:31:00Z"))
		.withExtension("hash", new byte[] { 0, (byte) 0xFF })
		.build();

	@ParameterizedTest
	@ValueSource(strings = { "TRUE", "tRuE", "type = 'com.example.reading'", "type = \"com.example.reading\"",
			"type != 'a'", "type <> 'a'", "type LIKE 'com.%'", "type LIKE 'com_example%ing'", "type NOT LIKE 'org.%'",
			"mytext LIKE 'a\\%c' OR TRUE", "source = 'https://example.com/source'", "mybool", "NOT (NOT mybool)",
			"mybool = 'true'", "myint = 10", "myint = '10'", "myint > 9 AND myint <= 10", "digits > 6",
			"digits * 2 = 14", "myint % 3 = 1", "-myint < 0", "EXISTS mytext", "EXISTS SOURCE", "NOT EXISTS subject",
			"NOT EXISTS other", "TRUE XOR FALSE", "mytext IN ('x', 'abc')", "myint IN ('10', 5)",
			"mytext NOT IN ('x', 'y')", "LENGTH(mytext) = 3", "UPPER(mytext) = 'ABC'", "upper(mytext) = 'ABC'",
			"SUBSTRING(mytext, 2) = 'bc'", "SUBSTRING(mytext, -1) = 'c'", "CONCAT_WS('-', 'a', 'b') = 'a-b'",
			"LEFT('abc', 2) = 'ab'", "INT('5') = 5", "BOOL('TRUE')", "STRING(5) = '5'", "ABS(-5) = 5",
			"specversion = '1.0'", "mytext\n=\n'abc'", "time = '2018-04-05T17:31:00Z'", "seen = '2018-04-05T17:31:00Z'",
			"hash = 'AP8='" })
	void matches(String expression) throws ExpressionException {
		assertThat(Filter.sql(expression).matches(this.event)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "FALSE", "NOT mybool", "type = 'a'", "type = 'COM.EXAMPLE.READING'", "type LIKE 'com'",
			"mytext LIKE 'a\\_c'", "EXISTS subject", "mytext IN ('x')", "TRUE XOR TRUE" })
	void doesNotMatchWhatIsFalse(String expression) throws ExpressionException {
		assertThat(Filter.sql(expression).explain(this.event).outcome()).isEqualTo(Outcome.FALSE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "missing = 'a'", "missing != 'a'", "NOT (missing = 'a')", "missing", "NOT missing",
			"missing = 'a' OR TRUE", "mybool AND missing", "missing NOT IN ('a')", "missing NOT LIKE 'a'",
			"'a' IN ('b', missing)", "mytext > 5", "NOT (mytext > 5)", "myint / 0 = 0", "myint % 0 = 0",
			"LEFT(mytext, -1) = mytext", "INT(mytext) = 0", "mytext AND TRUE", "TRUE XOR missing", "subject = ''" })
	void whatFailsIsAnError(String expression) throws ExpressionException {
		assertThat(Filter.sql(expression).matches(this.event)).isFalse();
		assertThat(Filter.sql(expression).explain(this.event).outcome()).isEqualTo(Outcome.ERROR);
	}

	@ParameterizedTest
	@ValueSource(strings = { "time < '2026-01-01'", "time > 5", "5 <= 'a'", "myint + 'a' = 1", "-(time) = 1",
			"mytext > 'a'", "mybool AND 'yes'", "NOT 'a'", "TRUE XOR time", "time = 5" })
	void whatHasATypeErrorFails(String expression) throws ExpressionException {
		assertThat(Filter.sql(expression).typeErrors()).isNotEmpty();
		assertThat(Filter.sql(expression).explain(this.event).outcome()).isEqualTo(Outcome.ERROR);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "LENGTH(mytext) = 'a'", "myint * 2 = 'a'", "BOOL(mybool) = 'yes'", "(type = 'a') = 'yes'" })
	void whatNeverIsOfTheOthersTypeIsNeverEqual(String expression) throws ExpressionException {
		assertThat(Filter.sql(expression).typeErrors()).isNotEmpty();
		assertThat(Filter.sql(expression).matches(this.event)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "'5' < '10'", "myint + '5' = 15", "mybool AND 'True'", "LENGTH(mytext) = '3'",
			"mybool = 'true'", "myint = 10" })
	void textThatIsAValueOfTheWantedTypeIsNoTypeError(String expression) throws ExpressionException {
		assertThat(Filter.sql(expression).typeErrors()).isEmpty();
		assertThat(Filter.sql(expression).explain(this.event).outcome()).isNotEqualTo(Outcome.ERROR);
	}

	@ParameterizedTest
	@ValueSource(strings = { "mybool OR missing", "NOT mybool OR type LIKE 'com%' OR missing",
			"NOT (FALSE AND missing)", "myint IN (10, missing)" })
	void doesNotReadWhatCanNotChangeTheAnswer(String expression) throws ExpressionException {
		assertThat(Filter.sql(expression).matches(this.event)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "mytext", "myint", "time" })
	void aValueThatIsNoBooleanIsAnError(String expression) throws ExpressionException {
		assertThat(Filter.sql(expression).explain(this.event).outcome()).isEqualTo(Outcome.ERROR);
	}

	@Test
	void logicOperatorsAreReadFromRightToLeft() throws ExpressionException {
		assertThat(Filter.sql("FALSE AND FALSE OR TRUE").matches(this.event)).isFalse();
		assertThat(Filter.sql("(FALSE AND FALSE) OR TRUE").matches(this.event)).isTrue();
	}

	@Test
	void neverWritesToStandardError() {
		PrintStream before = System.err;
		ByteArrayOutputStream written = new ByteArrayOutputStream();
		System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
		try {
			Stream.of("type = 'a' §", "§", "type = 'a", "type ==== 'a'", "")
				.forEach((text) -> assertThatExceptionOfType(ExpressionException.class)
					.isThrownBy(() -> Filter.sql(text)));
		}
		finally {
			System.setErr(before);
		}
		assertThat(written.toString(StandardCharsets.UTF_8)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { 201, 1_000 })
	void refusesWhatIsNestedTooDeeply(int depth) {
		Stream
			.of("(".repeat(depth) + "TRUE" + ")".repeat(depth), "NOT ".repeat(depth) + "TRUE",
					"TRUE AND ".repeat(depth) + "TRUE")
			.forEach((text) -> assertThatExceptionOfType(ExpressionException.class).isThrownBy(() -> Filter.sql(text))
				.withMessageContaining("nested deeper than 200 levels"));
	}

	@Test
	void mayBeUsedByManyThreads() throws Exception {
		Filter filter = Filter.sql("type LIKE 'com.%' AND myint > 5 AND UPPER(mytext) = 'ABC'");
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try {
			Callable<Boolean> task = () -> IntStream.range(0, 2_000).allMatch((i) -> filter.matches(this.event));
			for (Future<Boolean> answer : threads.invokeAll(java.util.Collections.nCopies(4, task), 30,
					TimeUnit.SECONDS)) {
				assertThat(answer.get(1, TimeUnit.SECONDS)).isTrue();
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

}
