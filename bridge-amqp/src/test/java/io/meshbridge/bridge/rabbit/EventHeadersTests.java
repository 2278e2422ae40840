package io.meshbridge.bridge.rabbit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.LongString;
import com.rabbitmq.client.impl.LongStringHelper;
import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.amqp.AttributeHeaders;
import io.meshbridge.bridge.format.Attributes;
import io.meshbridge.bridge.test.RawMessage;
import io.meshbridge.bridge.test.SampleEvent;
import io.meshbridge.bridge.test.SampleEvents;
import io.meshbridge.bridge.test.UnreadableSample;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class EventHeadersTests {

	private final EventHeaders headers = new EventHeaders("cloudEvents_");

	static List<SampleEvent> samples() {
		return SampleEvents.all();
	}

	static List<UnreadableSample> unreadable() {
		return UnreadableSample.binary((name) -> "cloudEvents_" + name);
	}

	private static Map<String, Object> asReceived(Map<String, Object> written) {
		Map<String, Object> received = new HashMap<>();
		written.forEach((name, value) -> received.put(name,
				(value instanceof String text) ? LongStringHelper.asLongString(text) : value));
		return received;
	}

	private static RabbitMessage message(Map<String, Object> headers, @Nullable String contentType, byte[] body) {
		return new RabbitMessage("q", new Envelope(1, false, "x", "a.b"),
				new BasicProperties.Builder().headers(headers).contentType(contentType).build(), body);
	}

	@ParameterizedTest
	@MethodSource("samples")
	void everySampleEventComesBack(SampleEvent sample) {
		CloudEvent event = sample.event();
		byte[] data = (event.getData() != null) ? event.getData().toBytes() : null;
		Map<String, Object> received = asReceived(this.headers.write(event, data));
		Content content = message(received, event.getDataContentType(), (data != null) ? data : new byte[0])
			.content(this.headers);
		assertThat(content).isInstanceOf(Content.Event.class);
		CloudEvent read = ((Content.Event) content).event();
		Map<String, String> expected = new HashMap<>();
		Attributes.forEach(event, (name, value) -> expected.put(name, Attributes.canonical(value)));
		Map<String, String> actual = new HashMap<>();
		Attributes.forEach(read,
				(name, value) -> actual.put(name,
						(value instanceof byte[] || !(event.getExtension(name) instanceof byte[]))
								? Attributes.canonical(value) : "no bytes"));
		assertThat(actual).isEqualTo(expected);
		assertThat(read.getDataContentType()).isEqualTo(event.getDataContentType());
		if (data == null) {
			assertThat(read.getData()).isNull();
		}
		else {
			assertThat(read.getData()).isNotNull();
			assertThat(read.getData().toBytes()).isEqualTo(data);
		}
	}

	@ParameterizedTest
	@MethodSource("unreadable")
	void unreadableMessageSaysWhy(UnreadableSample sample) {
		RawMessage raw = sample.message();
		byte[] body = (raw.body() != null) ? raw.body() : new byte[0];
		Content content = message(asReceived(raw.headers()), raw.contentType(), body).content(this.headers);
		assertThat(content).isInstanceOf(Content.Unreadable.class);
		Content.Unreadable unreadable = (Content.Unreadable) content;
		assertThat(unreadable.reason()).hasMessageContaining(sample.expectedInReason());
		assertThat(unreadable.message().data()).isEqualTo(body);
	}

	@ParameterizedTest
	@ValueSource(strings = { "cloudEvents_", "cloudEvents:", "ce-", "ce_", "CE-" })
	void readsEveryPrefix(String prefix) throws Exception {
		assertThat(this.headers.read(Map.of(prefix + "id", "1", "other", "2"))).containsExactly(Map.entry("id", "1"));
	}

	@Test
	void firstPrefixWins() throws Exception {
		assertThat(this.headers.read(Map.of("ce-id", "2", "cloudEvents_id", "1")))
			.containsExactly(Map.entry("id", "1"));
	}

	@Test
	void writesAndReadsTheConfiguredPrefix() throws Exception {
		EventHeaders own = new EventHeaders("ev.");
		Map<String, Object> written = own.write(SampleEvents.text("a"), new byte[1]);
		assertThat(written).containsKey("ev.id");
		assertThat(own.read(written)).containsKey("id");
	}

	@Test
	void writesNativeTypes() {
		CloudEvent event = SampleEvents.extensions().get(0).event();
		Map<String, Object> written = this.headers.write(event, null);
		assertThat(written).containsEntry("cloudEvents_number", 42L)
			.containsEntry("cloudEvents_yes", true)
			.containsEntry("cloudEvents_time1", "2026-11-21T08:15:30.5Z")
			.containsEntry("cloudEvents_link", "https://example.com/a%20b?c=d");
		assertThat(written.get("cloudEvents_binary")).isEqualTo(new byte[] { 0, 1, (byte) 0xff });
	}

	@Test
	void readsNativeTypes() throws Exception {
		Map<String, Object> read = this.headers.read(Map.of("ce-a", 7L, "ce-b", (short) 8, "ce-c", 9, "ce-time",
				Date.from(Instant.parse("2026-11-21T08:15:30Z")), "ce-text", LongStringHelper.asLongString("ü")));
		assertThat(read).containsEntry("a", 7)
			.containsEntry("b", 8)
			.containsEntry("c", 9)
			.containsEntry("time", OffsetDateTime.parse("2026-11-21T08:15:30Z"))
			.containsEntry("text", "ü");
	}

	@Test
	void refusesWhatCanBeNoAttribute() {
		LongString latin = LongStringHelper.asLongString("ü".getBytes(StandardCharsets.ISO_8859_1));
		for (Object value : List.of(latin, 1L << 40, Map.of("a", 1), List.of(1))) {
			assertThatExceptionOfType(UnreadableMessageException.class)
				.isThrownBy(() -> this.headers.read(Map.of("ce-strange", value)))
				.withMessageContaining("'strange'");
		}
	}

	@Test
	void emptyBodyOfAForeignMessageIsDataWhenItHasAContentType() {
		assertThat(AttributeHeaders.data(new byte[0], "text/plain", Map.of())).isEmpty();
		assertThat(AttributeHeaders.data(new byte[0], null, Map.of())).isNull();
	}

}
