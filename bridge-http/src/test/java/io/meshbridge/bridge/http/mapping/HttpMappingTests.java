package io.meshbridge.bridge.http.mapping;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.test.EventAssert;
import io.meshbridge.bridge.test.SampleEvent;
import io.meshbridge.bridge.test.SampleEvents;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class HttpMappingTests {

	private static final byte[] EMPTY = {};

	private final List<String> lonePercents = new ArrayList<>();

	private final HttpEventWriter writer = new HttpEventWriter(false, 16 * 1024);

	private static CloudEventBuilder event() {
		return CloudEventBuilder.v1().withId("1").withSource(URI.create("/s")).withType("t");
	}

	private CloudEvent roundTrip(CloudEvent event, ContentMode mode) throws Exception {
		HttpEventWriter.Written written = this.writer.write("http://h/", event, mode);
		List<CloudEvent> read = HttpEventReader.read(written.headers(), written.body(), this.lonePercents::add);
		assertThat(read).hasSize(1);
		return Objects.requireNonNull(read).get(0);
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', textBlock = """
			Euro € 😀         | Euro%20%E2%82%AC%20%F0%9F%98%80
			a%b               | a%25b
			say "hi"          | say%20%22hi%22
			a!#$&'()*+,-./:~  | a!#$&'()*+,-./:~
			ÿ                 | %C3%BF
			""", delimiter = '|')
	void encodesAndDecodes(String value, String header) throws Exception {
		assertThat(HeaderText.encode(value)).isEqualTo(header);
		assertThat(HeaderText.decode("x", header)).isEqualTo(value);
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', textBlock = """
			%e2%82%ac         | €
			%41%7E            | A~
			"quoted text"     | quoted text
			"a \\"b\\" \\\\"  | a "b" \\
			"Euro%20%E2"      | !
			"50%25"           | 50%
			"open             | "open
			"                 | "
			100%              | 100%
			%                 | %
			%4                | %4
			%zz%20            | %zz` `
			%2541             | %41
			""", delimiter = '|')
	void decodesLeniently(String header, String expected) throws Exception {
		if (expected.equals("!")) {
			assertThatThrownBy(() -> HeaderText.decode("x", header)).isInstanceOf(UnreadableMessageException.class);
			return;
		}
		assertThat(HeaderText.decode("x", header)).isEqualTo(expected.replace("`", ""));
	}

	@Test
	void decodesUtf8ThatWasNotEncoded() throws Exception {
		String raw = new String("Euro € 100%".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
		assertThat(HeaderText.decode("x", raw)).isEqualTo("Euro € 100%");
		assertThat(HeaderText.raw("Euro € 100%")).isEqualTo(raw);
	}

	@ParameterizedTest
	@ValueSource(strings = { "%C0%A0", "a%C0%80", "%E2%82", "%FF", "%ED%A0%80", "%F4%90%80%80", "\u00e4" })
	void rejectsWhatIsNoUtf8(String header) {
		assertThatThrownBy(() -> HeaderText.decode("subject", header)).isInstanceOf(UnreadableMessageException.class)
			.hasMessageContaining("'subject'")
			.hasMessageContaining("UTF-8");
	}

	@Test
	void ignoresDataContentTypeHeaderWhenContentTypeIsThere() throws Exception {
		HttpHeaders headers = new DefaultHttpHeaders().add("CE-SpecVersion", "1.0")
			.add("ce-ID", "1")
			.add("ce-source", "/s")
			.add("ce-type", "t")
			.add("ce-datacontenttype", "text/csv");
		assertThat(Objects.requireNonNull(HttpEventReader.read(headers, EMPTY, this.lonePercents::add))
			.get(0)
			.getDataContentType()).isEqualTo("text/csv");
		headers.add("Content-Type", "text/plain");
		assertThat(Objects.requireNonNull(HttpEventReader.read(headers, EMPTY, this.lonePercents::add))
			.get(0)
			.getDataContentType()).isEqualTo("text/plain");
	}

	@Test
	void keepsNoDataAndEmptyDataApartInBothModes() throws Exception {
		CloudEvent nothing = event().build();
		CloudEvent nothingTyped = event().withDataContentType("text/plain").build();
		CloudEvent empty = event().withData(EMPTY).build();
		CloudEvent emptyTyped = event().withData("text/plain", EMPTY).build();
		for (ContentMode mode : ContentMode.values()) {
			for (CloudEvent event : List.of(nothing, nothingTyped, empty, emptyTyped)) {
				CloudEvent read = roundTrip(event, mode);
				assertThat(read.getDataContentType()).isEqualTo(event.getDataContentType());
				assertThat(read.getData() == null).as("%s %s", event, mode).isEqualTo(event.getData() == null);
			}
		}
	}

	@Test
	void carriesEverySampleEventInBothModes() throws Exception {
		for (ContentMode mode : ContentMode.values()) {
			for (SampleEvent sample : SampleEvents.all()) {
				EventAssert.assertThatEvent(roundTrip(sample.event(), mode))
					.as("%s %s", sample.name(), mode)
					.isSameEventAs(sample.event());
			}
		}
	}

	@Test
	void writesDataThatIsACloudEventsDocumentInStructuredMode() throws Exception {
		CloudEvent outer = event().withData("application/cloudevents+json", "{\"id\":".getBytes(StandardCharsets.UTF_8))
			.build();
		CloudEvent read = roundTrip(outer, ContentMode.BINARY);
		assertThat(read.getDataContentType()).isEqualTo("application/cloudevents+json");
		assertThat(Objects.requireNonNull(read.getData()).toBytes())
			.isEqualTo("{\"id\":".getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void refusesAContentTypeThatIsNoHeader() {
		CloudEvent event = event().withData("text/plain\r\nX-Injected: 1", EMPTY).build();
		assertThatThrownBy(() -> this.writer.write("http://h/", event, ContentMode.BINARY))
			.isInstanceOfSatisfying(SendException.class, (ex) -> {
				assertThat(ex.permanent()).isTrue();
				assertThat(ex.code()).isEqualTo("HEADER_NOT_ALLOWED");
				assertThat(ex).hasMessageContaining("datacontenttype");
			});
	}

	@Test
	void refusesLineBreaksForLegacyTargets() {
		CloudEvent event = event().withExtension("x", "a\nb").withExtension("y", "ok").build();
		assertThatThrownBy(() -> new HttpEventWriter(true, 1000).write("http://h/", event, ContentMode.BINARY))
			.isInstanceOf(SendException.class)
			.hasMessageContaining("[x]");
	}

	@Test
	void readsNothingOutOfARequestThatIsNoEvent() throws Exception {
		assertThat(HttpEventReader.read(new DefaultHttpHeaders().add("Content-Type", "text/plain").add("cex", "1"),
				EMPTY, this.lonePercents::add))
			.isNull();
	}

	@Test
	void tellsWhichAttributesHaveAPercentSignThatEncodesNothing() throws Exception {
		HttpHeaders headers = new DefaultHttpHeaders().add("ce-specversion", "1.0")
			.add("ce-id", "100%25")
			.add("ce-source", "/s")
			.add("ce-type", "t")
			.add("ce-subject", "100%")
			.add("ce-load", "%41 of 50%");
		List<CloudEvent> read = HttpEventReader.read(headers, EMPTY, this.lonePercents::add);
		assertThat(this.lonePercents).containsExactly("subject", "load");
		assertThat(Objects.requireNonNull(read).get(0).getSubject()).isEqualTo("100%");
	}

}
