package io.meshbridge.rules;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class WordingTests {

	private static final List<String> KNOWN = List.of("exact", "prefix", "suffix", "all", "any", "not", "sql",
			"dead-letter-sink", "backoff-max-delay", "data-content-type", "kafka", "rabbit", "mqtt", "retry");

	@ParameterizedTest
	@CsvSource({ "prefx, prefix", "perfix, prefix", "preifx, prefix", "prefixx, prefix", "PREFIX, prefix",
			"Sufix, suffix", "exat, exact", "exactly, exact", "al, all", "nto, not", "deadLetterSink, dead-letter-sink",
			"dead_letter_sink, dead-letter-sink", "deadlettersnik, dead-letter-sink", "contenttype, data-content-type",
			"kafak, kafka", "mqt, mqtt", "mqqt, mqtt", "retries, retry", "rabbitmq, rabbit" })
	void guessesWhatWasMeant(String written, String meant) {
		assertThat(Wording.nearest(written, KNOWN)).isEqualTo(meant);
	}

	@ParameterizedTest
	@ValueSource(strings = { "nats", "regex", "x", "", "solace", "type", "ab", "pulsar" })
	void doesNotGuessWildly(String written) {
		assertThat(Wording.nearest(written, KNOWN)).isNull();
	}

	@Test
	void findsEveryWordWithOneSlip() {
		for (String word : KNOWN) {
			for (int i = 1; i < word.length(); i++) {
				String dropped = word.substring(0, i) + word.substring(i + 1);
				if (word.length() > 4) {
					assertThat(Wording.nearest(dropped, KNOWN)).as(dropped).isEqualTo(word);
				}
			}
		}
	}

	@Test
	void quotesOnOneLineWithoutInvisibleCharacters() {
		assertThat(Wording.quote("a\nb\u202Ec\uD800")).isEqualTo("'a\\u000Ab\\u202Ec\\uD800'");
		assertThat(Wording.quote("Größe 😀")).isEqualTo("'Größe 😀'");
	}

	@Test
	void shortensLongQuotesAndLists() {
		assertThat(Wording.quote("x".repeat(121))).isEqualTo("'" + "x".repeat(120) + "...'");
		List<String> many = IntStream.range(100, 125).mapToObj((i) -> "b" + i).toList();
		assertThat(Wording.expectedOneOf("zzz", many)).startsWith("expected one of b100, b101")
			.endsWith("b119 and 5 more");
		assertThat(Wording.expectedOneOf("a", List.of())).isEqualTo("but none is known here");
	}

}
