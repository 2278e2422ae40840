package io.meshbridge.bridge.mqtt;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Topic names and filters.
 */
class TopicsTests {

	@ParameterizedTest
	@ValueSource(strings = { "a", "/", "a//b", "plant/Z\u00fcrich \ud83d\ude00", "$SYS/x" })
	void acceptsNames(String topic) {
		assertThat(Topics.problemWithName(topic)).isNull();
		assertThat(Topics.problemWithFilter(topic)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a/#", "+/b", "a\u0000", "\ud83d" })
	void refusesNames(String topic) {
		assertThat(Topics.problemWithName(topic)).startsWith("topic '");
	}

	@ParameterizedTest
	@ValueSource(strings = { "#", "+", "a/+/b", "a/#", "+/+/#" })
	void acceptsFilters(String filter) {
		assertThat(Topics.problemWithFilter(filter)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a/#/b", "a+/b", "a/b#", "" })
	void refusesFilters(String filter) {
		assertThat(Topics.problemWithFilter(filter)).contains("'" + filter + "'");
	}

	@Test
	void namesTheLengthOfATopicThatIsTooLong() {
		assertThat(Topics.problemWithName("t".repeat(65_535))).isNull();
		assertThat(Topics.problemWithName("\u20ac".repeat(21_846))).contains("has 65538 bytes, the limit is 65535");
	}

	@Test
	void refusesGroupsThatWouldBreakTheFilter() {
		assertThat(Topics.problemWithGroup("g-1")).isNull();
		assertThat(Topics.problemWithGroup("a/b")).contains("'a/b'");
	}

}
