package io.meshbridge.bridge.amqp10;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.UnreadableMessageException;
import io.meshbridge.bridge.test.SampleEvent;
import io.meshbridge.bridge.test.SampleEvents;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.ProtonBufferAllocator;
import org.apache.qpid.protonj2.codec.CodecFactory;
import org.apache.qpid.protonj2.codec.Encoder;
import org.apache.qpid.protonj2.types.Binary;
import org.apache.qpid.protonj2.types.messaging.AmqpSequence;
import org.apache.qpid.protonj2.types.messaging.AmqpValue;
import org.apache.qpid.protonj2.types.messaging.Data;
import org.apache.qpid.protonj2.types.messaging.Properties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.meshbridge.bridge.test.EventAssert.assertThatEvent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class EventMapperTests {

	static List<SampleEvent> samples() {
		return SampleEvents.all();
	}

	private static AmqpMessage overTheWire(AmqpMessage message) throws UnreadableMessageException {
		return AmqpMessage.decode(bytes(message.encode(true)));
	}

	private static byte[] bytes(ProtonBuffer buffer) {
		byte[] encoded = new byte[buffer.getReadableBytes()];
		buffer.readBytes(encoded, 0, encoded.length);
		return encoded;
	}

	private static AmqpMessage decode(Object... sections) throws UnreadableMessageException {
		Encoder encoder = CodecFactory.getDefaultEncoder();
		ProtonBuffer buffer = ProtonBufferAllocator.defaultAllocator().allocate(64);
		for (Object section : sections) {
			encoder.writeObject(buffer, encoder.newEncoderState(), section);
		}
		return AmqpMessage.decode(bytes(buffer));
	}

	private static Map<String, Object> required(String prefix) {
		Map<String, Object> headers = new LinkedHashMap<>();
		headers.put(prefix + "specversion", "1.0");
		headers.put(prefix + "id", "1");
		headers.put(prefix + "source", "/s");
		headers.put(prefix + "type", "t");
		return headers;
	}

	private static @Nullable CloudEvent read(Map<String, Object> headers, @Nullable String contentType)
			throws UnreadableMessageException {
		return EventMapper.read(overTheWire(
				new AmqpMessage(new Properties().setContentType(contentType), headers, new byte[] { 'x' })));
	}

	@ParameterizedTest
	@MethodSource("samples")
	void bringsBackEverySample(SampleEvent sample) throws Exception {
		for (ContentMode mode : ContentMode.values()) {
			AmqpMessage sent = overTheWire(EventMapper.write(sample.event(), mode, "a"));
			assertThatEvent(EventMapper.read(sent)).isSameEventAs(sample.event());
			assertThat(sent.properties().getMessageId()).isEqualTo(sample.event().getId());
		}
	}

	@Test
	void writesTheTypesOfAmqp() throws Exception {
		CloudEvent event = CloudEventBuilder.v1()
			.withId("1")
			.withSource(URI.create("/s"))
			.withType("t")
			.withTime(OffsetDateTime.parse("2026-01-02T03:04:05.678Z"))
			.withExtension("number", 7)
			.withExtension("flag", true)
			.withExtension("bytes", new byte[] { 1, 2 })
			.withExtension("link", URI.create("/x"))
			.withExtension("exact", OffsetDateTime.parse("2026-01-02T03:04:05.678901Z"))
			.withData("text/plain", "x".getBytes(StandardCharsets.UTF_8))
			.build();
		AmqpMessage message = overTheWire(EventMapper.write(event, ContentMode.BINARY, "a"));
		assertThat(message.applicationProperties()).containsEntry("cloudEvents_specversion", "1.0")
			.containsEntry("cloudEvents_time", Date.from(OffsetDateTime.parse("2026-01-02T03:04:05.678Z").toInstant()))
			.containsEntry("cloudEvents_number", 7L)
			.containsEntry("cloudEvents_flag", true)
			.containsEntry("cloudEvents_bytes", new Binary(new byte[] { 1, 2 }))
			.containsEntry("cloudEvents_link", "/x")
			.containsEntry("cloudEvents_exact", "2026-01-02T03:04:05.678901Z");
		assertThat(message.properties().getContentType()).isEqualTo("text/plain");
		assertThat(message.body()).asString().isEqualTo("x");
	}

	@ParameterizedTest
	@ValueSource(strings = { "cloudEvents_", "cloudEvents:", "ce-", "ce_", "CLOUDEVENTS_" })
	void readsEachPrefix(String prefix) throws Exception {
		Map<String, Object> headers = required(prefix);
		headers.put(prefix + "number", 7);
		headers.put("other", "x");
		CloudEvent event = read(headers, "text/plain");
		assertThat(event).isNotNull();
		assertThat(event.getExtensionNames()).containsExactly("number");
		assertThat(event.getExtension("number")).isEqualTo(7);
		assertThat(event.getDataContentType()).isEqualTo("text/plain");
	}

	@Test
	void readsTimestampsAndCanonicalText() throws Exception {
		Map<String, Object> headers = required("cloudEvents_");
		headers.put("cloudEvents_time", new Date(1_000));
		headers.put("cloudEvents_due", new Date(2_000));
		CloudEvent event = read(headers, null);
		assertThat(event).isNotNull();
		assertThat(event.getTime()).isEqualTo(OffsetDateTime.parse("1970-01-01T00:00:01Z"));
		assertThat(event.getExtension("due")).isEqualTo(OffsetDateTime.parse("1970-01-01T00:00:02Z"));
		headers.put("cloudEvents_time", "2026-01-02T03:04:05+02:00");
		assertThat(read(headers, null)).extracting(CloudEvent::getTime)
			.isEqualTo(OffsetDateTime.parse("2026-01-02T03:04:05+02:00"));
	}

	@Test
	void saysWhichAttributeIsNoAttribute() {
		Map<String, Object> headers = required("cloudEvents_");
		headers.put("cloudEvents_big", 1L << 40);
		assertThatExceptionOfType(UnreadableMessageException.class).isThrownBy(() -> read(headers, null))
			.withMessage("attribute 'big' is 1099511627776, expected a 32-bit integer");
		headers.put("cloudEvents_big", Map.of("a", 1));
		assertThatExceptionOfType(UnreadableMessageException.class).isThrownBy(() -> read(headers, null))
			.withMessage("attribute 'big' is a map, expected a single value");
	}

	@Test
	void readsEveryKindOfBody() throws Exception {
		assertThat(decode(new AmqpValue<>("text \u00fc")).body()).asString().isEqualTo("text \u00fc");
		assertThat(decode(new AmqpValue<>(new Binary(new byte[] { 1, 2 }))).body()).containsExactly(1, 2);
		assertThat(decode(new AmqpValue<>(null)).body()).isNull();
		assertThat(decode(new AmqpValue<>(42)).body()).asString().isEqualTo("42");
		assertThat(decode(new AmqpValue<>(Map.of("a", List.of(1, true, "x")))).body()).asString()
			.isEqualTo("{\"a\":[1,true,\"x\"]}");
		assertThat(decode(new AmqpSequence<>(List.of(1, "x"))).body()).asString().isEqualTo("[1,\"x\"]");
		assertThat(decode(new Data(new byte[] { 1 }), new Data(new byte[] { 2, 3 })).body()).containsExactly(1, 2, 3);
		assertThat(decode(new Data(new byte[0])).body()).isEmpty();
		assertThat(decode(new Properties().setSubject("s")).body()).isNull();
	}

	@Test
	void saysAtWhichByteAMessageIsNone() {
		assertThatExceptionOfType(UnreadableMessageException.class)
			.isThrownBy(() -> AmqpMessage.decode(new byte[] { 0, 0x53, 0x75, (byte) 0xa0, 9, 1 }))
			.withMessageStartingWith("byte 0: no section of an AMQP message");
	}

	@Test
	void refusesAContentTypeThatIsNoSymbol() {
		CloudEvent event = CloudEventBuilder.v1()
			.withId("1")
			.withSource(URI.create("/s"))
			.withType("t")
			.withData("text/\u00fc", new byte[] { 1 })
			.build();
		assertThatExceptionOfType(SendException.class)
			.isThrownBy(() -> EventMapper.write(event, ContentMode.BINARY, "orders"))
			.withMessageStartingWith("orders: datacontenttype 'text/\u00fc'")
			.satisfies((failure) -> assertThat(failure.permanent()).isTrue());
	}

}
