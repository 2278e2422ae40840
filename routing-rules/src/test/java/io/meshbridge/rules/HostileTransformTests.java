package io.meshbridge.rules;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.rules.transform.Transform;
import io.meshbridge.rules.transform.TransformException;
import io.meshbridge.rules.transform.TransformLimits;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Expressions and data that would take for ever, or all memory, are stopped within their
 * limits.
 */
@Timeout(60)
class HostileTransformTests {

	private static final TransformLimits LIMITS = new TransformLimits(Duration.ofMillis(200), 32 << 20, 1 << 20);

	/** Much more than a limit, for a machine that does other things too. */
	private static final Duration SOON = Duration.ofSeconds(10);

	@TestFactory
	Stream<DynamicTest> stopsExpressions() {
		return Stream.of("( $f := function($n) { $f($n) }; $f(1) )", "( $f := function($n) { 1 + $f($n + 1) }; $f(1) )",
				"( $f := function($n) { [$n, $f($n + 1)] }; $f(1) )", "[1..10000000]", "$sum([1..9999999])",
				"[1..9000000].($ * 2)", "$map([1..3000000], function($i) { $i })",
				"( $f := function($s) { $f($s & $s) }; $f('0123456789') )", "$pad('x', 2000000000)",
				"$pad('x', -2000000000)",
				"$join([1..1000000].('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'))",
				"( $big := $pad('', 1000000, 'a'); $replace($big, 'a', $big) )",
				"( $big := $pad('', 1000000, 'a'); $replace($big, /(a+)/, '$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1') )",
				"$contains($pad('', 40, 'a') & 'b', /(a|aa)+\\1c/)", "$match($pad('', 40, 'a') & 'b', /(a|aa)+\\1c/)",
				"$split($pad('', 40, 'a') & 'b', /(a|aa)+\\1c/)",
				"$replace($pad('', 40, 'a') & 'b', /(a|aa)+\\1c/, 'x')",
				"( $f := function($x, $n) { $n = 0 ? $x : $f({'a': $x, 'b': $x}, $n - 1) }; $string($f({'a': 1}, 60)) )",
				"( $f := function($x, $n) { $n = 0 ? $x : $f({'a': $x, 'b': $x}, $n - 1) }; $f({'a': 1}, 60).** )",
				"$eval('( $f := function($n) { $f($n) }; $f(1) )')",
				"( $a := $append([1], [1..4000000]); $append($a, $a) )")
			.map((expression) -> DynamicTest.dynamicTest(expression.substring(0, Math.min(90, expression.length())),
					() -> stops("'" + expression.replace("'", "''") + "'")));
	}

	private static void stops(String expression) {
		Transform transform = transform("- data-jsonata: " + expression);
		long before = System.nanoTime();
		assertThatExceptionOfType(TransformException.class)
			.isThrownBy(() -> transform.apply(event("{}".getBytes(StandardCharsets.UTF_8)), LIMITS))
			.withMessageMatching("(?s)transform\\[0]\\.data-jsonata: (takes longer|needs more|calls itself).*");
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SOON);
	}

	@Test
	void stopsDeeplyNestedData() {
		byte[] bomb = "[".repeat(500_000).getBytes(StandardCharsets.UTF_8);
		byte[] closed = ("[".repeat(400_000) + "]".repeat(400_000)).getBytes(StandardCharsets.UTF_8);
		for (byte[] data : new byte[][] { bomb, closed }) {
			assertThatExceptionOfType(TransformException.class)
				.isThrownBy(() -> transform("- data-jsonata: '$'").apply(event(data), LIMITS))
				.withMessageContaining("nesting depth");
			assertThatExceptionOfType(TransformException.class)
				.isThrownBy(() -> transform("- set: {subject: '{data.a}'}").apply(event(data), LIMITS))
				.withMessageContaining("nesting depth");
		}
	}

	@Test
	void aNumberWithAHugeExponentIsANumber() throws TransformException {
		CloudEvent event = event("{\"n\": 1e999999999}".getBytes(StandardCharsets.UTF_8));
		assertThat(transform("- data-jsonata: '{\"m\": n}'").apply(event, LIMITS).getData()).isNotNull();
		assertThat(transform("- set: {subject: '{data.n}'}").apply(event, LIMITS).getSubject())
			.isEqualTo("1E+999999999");
	}

	@Test
	void ordinaryWorkIsDoneWithinTheLimits() throws TransformException {
		StringBuilder items = new StringBuilder();
		for (int i = 0; i < 2000; i++) {
			items.append((i == 0) ? "" : ",")
				.append("{\"sku\":\"x-")
				.append(i)
				.append("\",\"price\":")
				.append(i)
				.append("}");
		}
		CloudEvent event = event(("{\"items\":[" + items + "]}").getBytes(StandardCharsets.UTF_8));
		CloudEvent made = transform("- data-jsonata: '{\"sum\": $sum(items.price), \"last\": items[-1].sku}'")
			.apply(event, TransformLimits.DEFAULT);
		assertThat(new String(Objects.requireNonNull(made.getData()).toBytes(), StandardCharsets.UTF_8))
			.isEqualTo("{\"sum\":1999000,\"last\":\"x-1999\"}");
	}

	private static Transform transform(String step) {
		return Objects.requireNonNull(Samples
			.compile(
					"routes: [{id: r, from: kafka:in, to: kafka:out, transform:\n [\n  " + step.substring(2) + "\n ]}]")
			.get(0)
			.transform());
	}

	private static CloudEvent event(byte[] data) {
		return CloudEventBuilder.v1()
			.withId("1")
			.withSource(URI.create("/test"))
			.withType("test")
			.withDataContentType("application/json")
			.withData(data)
			.build();
	}

}
