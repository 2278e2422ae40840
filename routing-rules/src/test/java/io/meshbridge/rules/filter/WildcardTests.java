package io.meshbridge.rules.filter;

import java.util.regex.Pattern;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import static org.assertj.core.api.Assertions.assertThat;

class WildcardTests {

	@Property
	void aStarStandsForAnyText(@ForAll("patterns") String pattern, @ForAll("texts") String text)
			throws ExpressionException {
		assertThat(Wildcard.star(pattern.replace('_', 'c')).matches(text))
			.isEqualTo(expression(pattern.replace('_', 'c'), "*").matcher(text).matches());
	}

	@Property
	void likeHasOneForAnyCharacterToo(@ForAll("patterns") String pattern, @ForAll("texts") String text)
			throws ExpressionException {
		assertThat(Wildcard.like(pattern.replace('*', '%')).matches(text))
			.isEqualTo(expression(pattern, "*").matcher(text).matches());
	}

	private static Pattern expression(String pattern, String any) {
		StringBuilder expression = new StringBuilder();
		pattern.codePoints().forEach((character) -> {
			String one = Character.toString(character);
			expression.append(one.equals(any) ? ".*" : one.equals("_") ? "." : Pattern.quote(one));
		});
		return Pattern.compile(expression.toString(), Pattern.DOTALL);
	}

	@Provide
	Arbitrary<String> patterns() {
		return Arbitraries.of("a", "b", "*", "_", "😀").list().ofMaxSize(80).map((parts) -> String.join("", parts));
	}

	@Provide
	Arbitrary<String> texts() {
		return Arbitraries.of("a", "b", "c", "😀").list().ofMaxSize(160).map((parts) -> String.join("", parts));
	}

	@Example
	void aPatternMayBeLongerThanAWord() throws ExpressionException {
		String text = "ab".repeat(31) + "cdefg".repeat(20);
		assertThat(Wildcard.star(text).matches(text)).isTrue();
		assertThat(Wildcard.star(text + "*").matches(text)).isTrue();
		assertThat(Wildcard.star("*" + text.substring(1)).matches(text)).isTrue();
		assertThat(Wildcard.star(text).matches(text + "a")).isFalse();
		assertThat(Wildcard.star(text).matches(text.substring(1))).isFalse();
		assertThat(Wildcard.star(text.substring(0, 64) + "*" + text.substring(64)).matches(text)).isTrue();
	}

	@Example
	void wildcardsCanBeEscaped() throws ExpressionException {
		assertThat(Wildcard.star("a\\*\\\\b\\c").matches("a*\\b\\c")).isTrue();
		assertThat(Wildcard.star("a\\*").matches("ab")).isFalse();
		assertThat(Wildcard.like("a\\%\\_\\x\\").matches("a%_\\x\\")).isTrue();
		assertThat(Wildcard.like("a\\E.*").matches("a\\E.*")).isTrue();
		assertThat(Wildcard.like("").matches("")).isTrue();
		assertThat(Wildcard.like("").matches("a")).isFalse();
	}

}
