package io.meshbridge.rules.filter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class DataPathTests {

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', textBlock = """
			$, $
			$.a, $.a
			a, $.a
			a.b-c.d_e, $.a.b-c.d_e
			$.$schema, $.$schema
			$schema, $.$schema
			a[0][12].b, $.a[0][12].b
			[*].a, $[*].a
			$[*]['a'], $[*].a
			['a.b'], $['a.b']
			["it's"].x, $["it's"].x
			['*'], $['*']
			[''], $['']
			['x"]["y''], $['x"]["y'']
			["a'b"], $["a'b"]
			Größe.😀, $.Größe.😀
			""")
	void isWrittenInOneForm(String written, String path) throws ExpressionException {
		assertThat(DataPath.parse(written)).hasToString(path)
			.isEqualTo(DataPath.parse(path))
			.hasSameHashCodeAs(DataPath.parse(path));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", "$.", "$$.a.", "a..b", "a.", "a[", "a[]", "a[ 0]", "a[01]", "a[1:2]", "a['b]",
			"a[b]", "a b", "*", "$.*", "a.@b", "a[?(@.x)]", "a[*", "a]", "a[1000000]" })
	void isNothingElse(String text) {
		assertThatExceptionOfType(ExpressionException.class).isThrownBy(() -> DataPath.parse(text))
			.withMessageMatching("is no path, at character [0-9]+ expected .*");
	}

	@Test
	void differsByEachStep() throws ExpressionException {
		assertThat(DataPath.parse("a[0]")).isNotEqualTo(DataPath.parse("a[1]"))
			.isNotEqualTo(DataPath.parse("a[*]"))
			.isNotEqualTo(DataPath.parse("a['0']"))
			.isNotEqualTo(DataPath.parse("a"));
	}

}
