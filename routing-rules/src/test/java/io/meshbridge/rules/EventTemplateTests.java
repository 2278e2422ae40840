package io.meshbridge.rules;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

import io.cloudevents.CloudEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class EventTemplateTests {

	private final Map<String, String> message = new HashMap<>(Map.of("id", "m-1", "source", "/mqtt/plant", "binder",
			"mqtt", "topic", "plant/a/temperature", "topic[0]", "plant", "topic[1]", "a"));

	@Test
	void withoutABlockTheMessageSaysIt() throws WrapException {
		this.message.put("subject", "plant/a/temperature");
		this.message.put("content-type", "application/json");
		CloudEvent event = EventTemplate.DEFAULT.wrap(this.message::get, new byte[] { 1, 2 });
		assertThat(event.getId()).isEqualTo("m-1");
		assertThat(event.getSource()).isEqualTo(URI.create("/mqtt/plant"));
		assertThat(event.getType()).isEqualTo("io.meshbridge.mqtt.message");
		assertThat(event.getSubject()).isEqualTo("plant/a/temperature");
		assertThat(event.getDataContentType()).isEqualTo("application/json");
		assertThat(event.getTime()).isNull();
		assertThat(event.getExtensionNames()).isEmpty();
		assertThat(Objects.requireNonNull(event.getData()).toBytes()).containsExactly(1, 2);
	}

	@Test
	void anEmptyBlockIsTheDefault() {
		assertThat(Samples.route("event: {}").event()).isEqualTo(EventTemplate.DEFAULT);
		assertThat(Samples.route("event: ''").event()).isEqualTo(EventTemplate.DEFAULT);
		assertThat(Samples.route("group: g").event()).isEqualTo(EventTemplate.DEFAULT)
			.hasToString("{id: {id}, source: {source}, type: io.meshbridge.{binder}.message, subject: {subject}, "
					+ "data-content-type: {content-type}, extensions: {}}");
	}

	@Test
	void fillsPlaceholdersIntoEveryAttribute() throws WrapException {
		this.message.put("header.x", "h");
		this.message.put("key", "k");
		CloudEvent event = wrap("event: {id: '{key}-{id}', source: '/plant/{topic[1]}', type: 'io.{topic[0]}.reading', "
				+ "subject: '{header.x}/{header.x}', data-content-type: 'text/{topic[1]}', "
				+ "extensions: {partitionkey: '{key}', fixed: f, number: 5}}");
		assertThat(event.getId()).isEqualTo("k-m-1");
		assertThat(event.getSource()).isEqualTo(URI.create("/plant/a"));
		assertThat(event.getType()).isEqualTo("io.plant.reading");
		assertThat(event.getSubject()).isEqualTo("h/h");
		assertThat(event.getDataContentType()).isEqualTo("text/a");
		assertThat(event.getExtension("partitionkey")).isEqualTo("k");
		assertThat(event.getExtension("fixed")).isEqualTo("f");
		assertThat(event.getExtension("number")).isEqualTo("5");
	}

	@Test
	void leavesOutOptionalAttributesWithoutValue() throws WrapException {
		CloudEvent event = wrap("event: {subject: 'a/{key}', data-content-type: '{header.type}', "
				+ "extensions: {partitionkey: '{key}'}}");
		assertThat(event.getSubject()).isNull();
		assertThat(event.getDataContentType()).isNull();
		assertThat(event.getExtensionNames()).isEmpty();
	}

	@Test
	void leavesOutSubjectAndContentTypeThatWouldBeEmpty() throws WrapException {
		this.message.put("key", "");
		CloudEvent event = wrap("event: {subject: '{key}', data-content-type: '{key}', extensions: {e: '{key}'}}");
		assertThat(event.getSubject()).isNull();
		assertThat(event.getDataContentType()).isNull();
		assertThat(event.getExtension("e")).isEqualTo("");
	}

	@Test
	void tellsDataThatIsEmptyFromNone() throws WrapException {
		assertThat(EventTemplate.DEFAULT.wrap(this.message::get, null).getData()).isNull();
		assertThat(
				Objects.requireNonNull(EventTemplate.DEFAULT.wrap(this.message::get, new byte[0]).getData()).toBytes())
			.isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
			"id: '{key}'|attribute 'id': this message has no value for the placeholder '{key}' of '{key}'",
			"type: 'a.{id}.{header.x}'|attribute 'type': this message has no value for the placeholder '{header.x}' of 'a.{id}.{header.x}'",
			"source: '/{topic[7]}'|attribute 'source': this message has no value for the placeholder '{topic[7]}' of '/{topic[7]}'" })
	void requiredAttributesNeedTheirValues(String block, String message) {
		assertThatExceptionOfType(WrapException.class).isThrownBy(() -> wrap("event: {" + block + "}"))
			.withMessage(message);
	}

	@ParameterizedTest
	@ValueSource(strings = { "id", "type", "source" })
	void requiredAttributesAreNeverEmpty(String attribute) {
		this.message.put("key", "");
		assertThatExceptionOfType(WrapException.class).isThrownBy(() -> wrap("event: {" + attribute + ": '{key}'}"))
			.withMessage("attribute '" + attribute + "': '{key}' gives an empty text for this message");
	}

	@ParameterizedTest
	@ValueSource(strings = { "id", "type", "subject", "data-content-type" })
	void controlCharactersAreAnError(String key) {
		this.message.put("key", "ab\u0000c");
		assertThatExceptionOfType(WrapException.class).isThrownBy(() -> wrap("event: {" + key + ": 'x{key}'}"))
			.withMessage("attribute '" + key.replace("-", "") + "': the value of the placeholder '{key}' "
					+ "has the control character U+0000 at character 3, which no attribute may have");
	}

	@ParameterizedTest
	@CsvSource({ "\uD83D, half of a surrogate pair U+D83D", "\uFFFE, noncharacter U+FFFE",
			"\uFDD0, noncharacter U+FDD0", "\u0085, control character U+0085", "\u007F, control character U+007F" })
	void whatNoTextMayHoldIsAnError(String character, String name) {
		this.message.put("key", "😀" + character);
		assertThatExceptionOfType(WrapException.class).isThrownBy(() -> wrap("event: {extensions: {e: '{key}'}}"))
			.withMessage("attribute 'e': the value of the placeholder '{key}' has the " + name
					+ " at character 2, which no attribute may have");
	}

	@Test
	void textMayBeAnyOtherUnicode() throws WrapException {
		this.message.put("key", "Größe 😀 \u202E");
		CloudEvent event = wrap("event: {type: 'ü.{key}', extensions: {e: '{key}'}}");
		assertThat(event.getType()).isEqualTo("ü.Größe 😀 \u202E");
		assertThat(event.getExtension("e")).isEqualTo("Größe 😀 \u202E");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "plant/a|/plant/a", "a b|/a%20b", "Größe|/Gr%C3%B6%C3%9Fe", "😀|/%F0%9F%98%80", "a%20b|/a%2520b",
					"100%|/100%25", "a?b#c|/a%3Fb%23c", "[a]|/%5Ba%5D", "a:b@c|/a:b@c",
					"it's~(a)!$&*+,;=-._|/it's~(a)!$&*+,;=-._", "\"<>\\^`{|/%22%3C%3E%5C%5E%60%7B" })
	void valuesInSourceAreEncoded(String value, String source) throws WrapException {
		this.message.put("key", value);
		assertThat(wrap("event: {source: '/{key}'}").getSource()).hasToString(source);
	}

	@ParameterizedTest
	@CsvSource({ "a:b, a%3Ab", "1:b/c:d, 1%3Ab/c:d", "/a:b, /a:b", "a\u0000b, a%00b" })
	void aValueNeverBecomesAScheme(String value, String source) throws WrapException {
		this.message.put("key", value);
		assertThat(wrap("event: {source: '{key}'}").getSource()).hasToString(source);
		assertThat(wrap("event: {source: 'urn:x:{key}'}").getSource().getScheme()).isEqualTo("urn");
	}

	@ParameterizedTest
	@CsvSource({ "https://example.com:8080/a?b=c#d, https://example.com:8080/a?b=c#d", "/a%20b, /a%20b",
			"/kafka/a b, /kafka/a%20b", "/kafka/ü%20, /kafka/%C3%BC%20", "urn:x:y, urn:x:y" })
	void theSourceOfTheMessageIsAReferenceAlready(String value, String source) throws WrapException {
		this.message.put("source", value);
		assertThat(EventTemplate.DEFAULT.wrap(this.message::get, null).getSource()).hasToString(source);
	}

	@Test
	void halfOfASurrogatePairIsAnErrorInSourceToo() {
		this.message.put("key", "a\uD83D");
		assertThatExceptionOfType(WrapException.class).isThrownBy(() -> wrap("event: {source: '/{key}'}"))
			.withMessageContaining("attribute 'source': the value of the placeholder '{key}' has the half of");
	}

	@Test
	void aSourceThatIsNoUriForThisMessageIsAnError() {
		this.message.put("key", "/");
		assertThatExceptionOfType(WrapException.class).isThrownBy(() -> wrap("event: {source: '/{key}'}"))
			.withMessageStartingWith("attribute 'source': '/{key}' gives no URI reference for this message: ");
	}

	@Test
	void anyValueGivesAValidSource() throws WrapException {
		EventTemplate inPath = Samples.route("event: {source: '/plant/{key}'}").event();
		EventTemplate alone = Samples.route("event: {source: '{key}'}").event();
		Random random = new Random(42);
		for (int i = 0; i < 2_000; i++) {
			StringBuilder value = new StringBuilder("x");
			random.ints(random.nextInt(20), 0, Character.MAX_CODE_POINT)
				.filter((character) -> Character.getType(character) != Character.SURROGATE)
				.map((character) -> (random.nextBoolean()) ? character % 128 : character)
				.forEach(value::appendCodePoint);
			this.message.put("key", value.toString());
			URI source = inPath.wrap(this.message::get, null).getSource();
			assertThat(source.toString()).isASCII();
			assertThat(source.getPath()).isEqualTo("/plant/" + value);
			source = alone.wrap(this.message::get, null).getSource();
			assertThat(source.getScheme()).isNull();
			assertThat(source.getPath()).isEqualTo(value.toString());
		}
	}

	@ParameterizedTest
	@CsvSource({ "{{id}}, {id}", "{{{id}}}, {m-1}", "a}}b, a}b", "{id}{id}, m-1m-1", "{{{{, {{" })
	void doubledBracesAreBraces(String template, String text) throws WrapException {
		assertThat(wrap("event: {subject: '" + template + "'}").getSubject()).isEqualTo(text);
	}

	private CloudEvent wrap(String block) throws WrapException {
		return Samples.route(block).event().wrap(this.message::get, null);
	}

}
