package io.meshbridge.bridge.format;

import java.time.OffsetDateTime;

import io.meshbridge.bridge.UnreadableMessageException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class EventAssemblerTests {

	@ParameterizedTest
	@CsvSource({ "2018-04-05T17:31:00Z, 2018-04-05T17:31Z", "2018-04-05t17:31:00z, 2018-04-05T17:31Z",
			"2018-04-05T17:31:00-00:00, 2018-04-05T17:31Z",
			"2018-04-05T17:31:59.5+05:30, 2018-04-05T17:31:59.500+05:30",
			"2018-04-05T17:31:00.123456789-11:00, 2018-04-05T17:31:00.123456789-11:00",
			"2018-04-05T17:31Z, 2018-04-05T17:31Z" })
	void readsATimestamp(String text, String expected) throws Exception {
		EventAssembler assembler = new EventAssembler("1.0");
		assembler.attribute("id", "1");
		assembler.attribute("source", "/s");
		assembler.attribute("type", "t");
		assembler.attribute("time", text);
		assertThat(assembler.build(null).getTime()).isEqualTo(OffsetDateTime.parse(expected));
	}

	@ParameterizedTest
	@ValueSource(strings = { "2018-04-05", "2018-04-05T17:31:00", "2018-02-30T00:00:00Z", "2018-04-05T24:00:00Z",
			"2016-12-31T23:59:60Z", "2018-04-05T17:31:00Zx", "2018-04-05T17:31:00+0530", "yesterday" })
	void tellsWhatIsNoTimestamp(String text) throws Exception {
		EventAssembler assembler = new EventAssembler("1.0");
		assertThatExceptionOfType(UnreadableMessageException.class).isThrownBy(() -> assembler.attribute("time", text))
			.withMessageContaining("time")
			.withMessageContaining("is '" + text + "', expected an RFC 3339 timestamp");
	}

}
