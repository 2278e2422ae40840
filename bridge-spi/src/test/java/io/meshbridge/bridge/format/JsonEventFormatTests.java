package io.meshbridge.bridge.format;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;

import io.cloudevents.CloudEvent;
import io.cloudevents.SpecVersion;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.UnreadableMessageException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class JsonEventFormatTests {

	private static final String HEAD = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"";

	@ParameterizedTest
	@ValueSource(strings = { "{\"price\": 1.10, \"big\":12345678901234567890.123456789}", "[ 1,\t2 ]",
			"\"text\\u00e9\"", "1.50", "0", "true", "null", "{\"a\":1,\"a\":2}", "\"\\ud800\"", "{}" })
	void keepsJsonDataByteForByte(String data) throws Exception {
		CloudEvent event = read(HEAD + ",\"data\" : " + data + " , \"datacontenttype\":\"application/json\"}");
		assertThat(text(event)).isEqualTo(data);
		assertThat(text(JsonEventFormat.read(JsonEventFormat.write(event)))).isEqualTo(data);
	}

	@ParameterizedTest
	@ValueSource(strings = { "1.50", "17", "true" })
	void cutsAScalarAtTheEndOfTheEvent(String data) throws Exception {
		assertThat(text(read(HEAD + ",\"data\":" + data + "}"))).isEqualTo(data);
		assertThat(text(read(HEAD + ",\"data\":" + data + "  \n}"))).isEqualTo(data);
	}

	@Test
	void saysThatDataWithoutContentTypeIsJson() throws Exception {
		assertThat(read(HEAD + ",\"data\":{}}").getDataContentType()).isEqualTo("application/json");
		assertThat(read(HEAD + ",\"data_base64\":\"AA==\"}").getDataContentType()).isNull();
		assertThat(read(HEAD + "}").getDataContentType()).isNull();
	}

	@Test
	void tellsNoDataFromEmptyDataAndFromJsonNull() throws Exception {
		assertThat(read(HEAD + "}").getData()).isNull();
		assertThat(bytes(read(HEAD + ",\"data_base64\":\"\"}"))).isEmpty();
		assertThat(text(read(HEAD + ",\"data\":null}"))).isEqualTo("null");
		assertThat(read(HEAD + ",\"data_base64\":null}").getData()).isNull();
	}

	@Test
	void writesTextAsStringAndEverythingElseAsBase64() throws Exception {
		assertThat(json(event("text/plain", "h\u00e9 \"quoted\"\n".getBytes(StandardCharsets.UTF_8))))
			.contains("\"data\":\"h\u00e9 \\\"quoted\\\"\\n\"");
		assertThat(json(event("application/xml", "<a/>".getBytes(StandardCharsets.UTF_8))))
			.contains("\"data\":\"<a/>\"");
		byte[] latin = "h\u00e9".getBytes(StandardCharsets.ISO_8859_1);
		assertThat(json(event("text/plain", latin))).contains("\"data_base64\":\"aOk=\"");
		assertThat(json(event("text/plain; charset=iso-8859-1", "he".getBytes(StandardCharsets.US_ASCII))))
			.contains("\"data_base64\":\"aGU=\"");
		assertThat(json(event("application/json", "{broken".getBytes(StandardCharsets.UTF_8)))).contains("data_base64");
		assertThat(json(event("application/json", "{} {}".getBytes(StandardCharsets.UTF_8)))).contains("data_base64");
		assertThat(json(event(null, "{}".getBytes(StandardCharsets.UTF_8)))).contains("data_base64")
			.doesNotContain("datacontenttype");
	}

	@Test
	void keepsTheTypesThatJsonHas() throws Exception {
		CloudEvent event = read(HEAD + ",\"flag\":true,\"count\":-2147483648,\"text\":\"3\",\"none\":null}");
		assertThat(event.getExtension("flag")).isEqualTo(Boolean.TRUE);
		assertThat(event.getExtension("count")).isEqualTo(Integer.MIN_VALUE);
		assertThat(event.getExtension("text")).isEqualTo("3");
		assertThat(event.getExtensionNames()).containsExactlyInAnyOrder("flag", "count", "text");
		assertThat(json(event)).contains("\"flag\":true", "\"count\":-2147483648", "\"text\":\"3\"");
	}

	@Test
	void writesTypedExtensionsAsCanonicalText() throws Exception {
		CloudEvent event = CloudEventBuilder.v1(event(null, null))
			.withTime(OffsetDateTime.parse("2018-04-05T17:31:00Z"))
			.withExtension("link", URI.create("http://example.com/a"))
			.withExtension("bytes", new byte[] { 1, 2 })
			.build();
		assertThat(json(event)).contains("\"time\":\"2018-04-05T17:31:00Z\"", "\"link\":\"http://example.com/a\"",
				"\"bytes\":\"AQI=\"");
	}

	@Test
	void readsAndWritesTheOldVersion() throws Exception {
		String old = "{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\",\"schemaurl\":\"/schema\","
				+ "\"datacontentencoding\":\"base64\",\"datacontenttype\":\"application/x\",\"data\":\"AAH/\"}";
		CloudEvent event = read(old);
		assertThat(event.getSpecVersion()).isEqualTo(SpecVersion.V03);
		assertThat(event.getDataSchema()).isEqualTo(URI.create("/schema"));
		assertThat(bytes(event)).containsExactly(0, 1, 0xff);
		assertThat(json(event)).contains("\"datacontentencoding\":\"base64\"", "\"data\":\"AAH/\"", "\"schemaurl\"");
		assertThat(bytes(JsonEventFormat.read(JsonEventFormat.write(event)))).containsExactly(0, 1, 0xff);
	}

	@Test
	void readsABatchAndSaysWhichEventIsWrong() throws Exception {
		assertThat(JsonEventFormat.readBatch("[]".getBytes(StandardCharsets.UTF_8))).isEmpty();
		List<CloudEvent> events = List.of(event("application/json", "{\"a\":1.0}".getBytes(StandardCharsets.UTF_8)),
				event(null, null));
		assertThat(JsonEventFormat.readBatch(JsonEventFormat.writeBatch(events))).hasSize(2)
			.first()
			.satisfies((event) -> assertThat(text(event)).isEqualTo("{\"a\":1.0}"));
		String second = "[" + HEAD + "},{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\"}]";
		assertThatExceptionOfType(UnreadableMessageException.class)
			.isThrownBy(() -> JsonEventFormat.readBatch(second.getBytes(StandardCharsets.UTF_8)))
			.withMessage("event 1 of the batch: attribute 'type' is missing");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			3       | event 1 of the batch: byte %d: expected '{' that opens an event
			{"a":]  | event 1 of the batch: byte %d: broken JSON: Unexpected character
			{"a":1  | event 1 of the batch: byte %d: broken JSON: Unexpected
			""")
	void saysWhichEventOfABatchIsNoJsonObject(String second, String message) {
		String batch = "[" + HEAD + "}," + second;
		int at = batch.length() + (second.equals("3") ? -1 : second.endsWith("]") ? -1 : 0);
		assertThatExceptionOfType(UnreadableMessageException.class)
			.isThrownBy(() -> JsonEventFormat.readBatch(batch.getBytes(StandardCharsets.UTF_8)))
			.withMessageStartingWith(message.formatted(at))
			.satisfies((ex) -> assertThat(ex.batchIndex()).isEqualTo(1));
	}

	@Test
	void doesNotSpeakOfTheParsersSettings() {
		assertThatExceptionOfType(UnreadableMessageException.class).isThrownBy(() -> read(HEAD))
			.withMessage("byte " + HEAD.length()
					+ ": broken JSON: Unexpected end-of-input: expected close marker for Object");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					{"specversion":"1.0","id":"1","source":"/s"}|attribute 'type' is missing
					{"specversion":"1.0","id":"","source":"/s","type":"t"}|attribute 'id' is empty
					{"id":"1","source":"/s","type":"t"}|attribute 'specversion' is missing
					{"specversion":"2.0","id":"1","source":"/s","type":"t"}|attribute 'specversion' is '2.0', expected '1.0' or '0.3'
					{"specversion":"1.0","id":"1","source":"a b","type":"t"}|attribute 'source' is 'a b', expected a URI reference: Illegal character in path
					{"specversion":"1.0","id":"1","source":"/s","type":"t","time":"noon"}|attribute 'time' is 'noon', expected an RFC 3339 timestamp such as '2018-04-05T17:31:00Z'
					{"specversion":"1.0","id":"1","source":"/s","type":"t","Bad_name":"x"}|attribute 'Bad_name' has a name that is not allowed, expected only a-z and 0-9, and not 'data'
					{"specversion":"1.0","id":"1","source":"/s","type":"t","x":{}}|attribute 'x' is a JSON object, expected a string, a 32-bit integer or a boolean
					{"specversion":"1.0","id":"1","source":"/s","type":"t","x":1.5}|attribute 'x' is a JSON number, expected a string, a 32-bit integer or a boolean
					{"specversion":"1.0","id":"1","source":"/s","type":"t","x":2147483648}|attribute 'x' is 2147483648, expected a 32-bit integer
					{"specversion":"1.0","id":"1","source":"/s","type":"t","x":"a\\u0007b"}|attribute 'x' has U+0007 at character 1, which CloudEvents strings must not hold
					{"specversion":"1.0","id":"1","source":"/s","type":"t","x":"\\ud800"}|attribute 'x' has U+D800 at character 0, which CloudEvents strings must not hold
					{"specversion":"1.0","id":"1","source":"/s","type":"t","type":"u"}|attribute 'type' is there twice
					{"specversion":"1.0","id":"1","source":"/s","type":"t","data":1,"data_base64":""}|'data' and 'data_base64' are both there, expected one of them
					{"specversion":"1.0","id":"1","source":"/s","type":"t","data_base64":"????"}|'data_base64' is no Base64: Illegal base64 character 3f
					[]|byte 0: expected '{' that opens an event
					{} x|attribute 'specversion' is missing
					""")
	void saysWhatIsWrong(String document, String message) {
		assertThatExceptionOfType(UnreadableMessageException.class).isThrownBy(() -> read(document))
			.withMessage(message);
	}

	@Test
	void saysWhichByteIsWrong() {
		assertThatExceptionOfType(UnreadableMessageException.class).isThrownBy(() -> read("{\"id\":\"1\", nonsense}"))
			.withMessageStartingWith("byte 11: broken JSON: ")
			.satisfies((ex) -> assertThat(ex.byteOffset()).isEqualTo(11));
		assertThatExceptionOfType(UnreadableMessageException.class).isThrownBy(() -> read(""))
			.withMessageStartingWith("byte 0: ");
		assertThatExceptionOfType(UnreadableMessageException.class)
			.isThrownBy(() -> JsonEventFormat.read((HEAD + "}").getBytes(StandardCharsets.UTF_16LE)))
			.withMessageStartingWith("byte 0: expected UTF-8");
		byte[] latin = (HEAD + ",\"x\":\"\u00e9\"}").getBytes(StandardCharsets.ISO_8859_1);
		assertThatExceptionOfType(UnreadableMessageException.class).isThrownBy(() -> JsonEventFormat.read(latin))
			.withMessageContaining("UTF-8");
		byte[] latinData = (HEAD + ",\"data\":\"\u00e9\"}").getBytes(StandardCharsets.ISO_8859_1);
		assertThatExceptionOfType(UnreadableMessageException.class).isThrownBy(() -> JsonEventFormat.read(latinData))
			.withMessageContaining("UTF-8");
	}

	private static CloudEvent event(@Nullable String contentType, byte @Nullable [] data) {
		CloudEventBuilder event = CloudEventBuilder.v1().withId("1").withSource(URI.create("/s")).withType("t");
		if (contentType != null) {
			event.withDataContentType(contentType);
		}
		if (data != null) {
			event.withData(data);
		}
		return event.build();
	}

	private static CloudEvent read(String document) throws UnreadableMessageException {
		return JsonEventFormat.read(document.getBytes(StandardCharsets.UTF_8));
	}

	private static String json(CloudEvent event) {
		return new String(JsonEventFormat.write(event), StandardCharsets.UTF_8);
	}

	private static byte[] bytes(CloudEvent event) {
		return Objects.requireNonNull(event.getData()).toBytes();
	}

	private static String text(CloudEvent event) {
		return new String(bytes(event), StandardCharsets.UTF_8);
	}

}
