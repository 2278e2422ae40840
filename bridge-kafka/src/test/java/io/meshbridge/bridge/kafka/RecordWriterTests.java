package io.meshbridge.bridge.kafka;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.Outbound;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RecordWriterTests {

	private static final byte[] KEY = { 1, (byte) 0xff };

	@Test
	void writesAttributesAsHeadersInUtf8() {
		CloudEvent event = minimal().withSubject("Zürich 100%")
			.withTime(OffsetDateTime.parse("2026-01-02T03:04:05.006Z"))
			.withDataSchema(URI.create("https://example.com/s"))
			.withExtension("count", 7)
			.withExtension("flag", true)
			.withExtension("blob", new byte[] { 1, 2, (byte) 0xff })
			.withData("text/plain", new byte[] { (byte) 0xfe })
			.build();
		ProducerRecord<byte[], byte[]> record = write(event, ContentMode.BINARY);
		assertThat(headers(record)).isEqualTo(Map.ofEntries(Map.entry("ce_specversion", "1.0"), Map.entry("ce_id", "1"),
				Map.entry("ce_source", "/s"), Map.entry("ce_type", "t"), Map.entry("ce_subject", "Zürich 100%"),
				Map.entry("ce_time", "2026-01-02T03:04:05.006Z"), Map.entry("ce_dataschema", "https://example.com/s"),
				Map.entry("ce_count", "7"), Map.entry("ce_flag", "true"), Map.entry("ce_blob", "AQL/"),
				Map.entry("content-type", "text/plain")));
		assertThat(record.value()).containsExactly(0xfe);
		assertThat(record.key()).isEqualTo(KEY);
		assertThat(record.partition()).isNull();
		assertThat(record.topic()).isEqualTo("out");
	}

	@Test
	void writesNoDataAsANullValueAndEmptyDataAsAnEmptyOne() {
		assertThat(write(minimal().build(), ContentMode.BINARY).value()).isNull();
		assertThat(write(minimal().withData(new byte[0]).build(), ContentMode.BINARY).value()).isEmpty();
	}

	@Test
	void keepsAValueInStructuredMode() {
		ProducerRecord<byte[], byte[]> record = write(minimal().build(), ContentMode.STRUCTURED);
		assertThat(headers(record)).isEqualTo(Map.of("content-type", "application/cloudevents+json"));
		assertThat(new String(record.value(), StandardCharsets.UTF_8)).contains("\"id\":\"1\"").doesNotContain("data");
		assertThat(record.key()).isEqualTo(KEY);
	}

	@Test
	void keepsAnEventOfAChannelInOrderByItsOrderKeyWhereItHasNoRecordKey() {
		ProducerRecord<byte[], byte[]> ordered = toChannel(null, "plant/ü");
		assertThat(ordered.key()).isEqualTo("plant/ü".getBytes(StandardCharsets.UTF_8));
		assertThat(RecordWriter.keyIsForOrderOnly(ordered.headers())).isTrue();
		assertThat(toChannel(null, ByteBuffer.wrap(KEY)).key()).isEqualTo(KEY);
		ProducerRecord<byte[], byte[]> keyed = toChannel(KEY, "other");
		assertThat(keyed.key()).isEqualTo(KEY);
		assertThat(RecordWriter.keyIsForOrderOnly(keyed.headers())).isFalse();
		assertThat(toChannel(null, null).key()).isNull();
	}

	private static ProducerRecord<byte[], byte[]> toChannel(byte @Nullable [] recordKey, @Nullable Object orderKey) {
		return RecordWriter.writeToChannel("out",
				new Outbound(minimal().build(), recordKey, orderKey, ContentMode.STRUCTURED, Duration.ofSeconds(1)));
	}

	private static CloudEventBuilder minimal() {
		return CloudEventBuilder.v1().withId("1").withSource(URI.create("/s")).withType("t");
	}

	private static ProducerRecord<byte[], byte[]> write(CloudEvent event, ContentMode mode) {
		return RecordWriter.write("out", new Outbound(event, KEY, mode, Duration.ofSeconds(1)));
	}

	private static Map<String, @Nullable String> headers(ProducerRecord<byte[], byte[]> record) {
		Map<String, @Nullable String> headers = new HashMap<>();
		for (Header header : record.headers()) {
			headers.put(header.key(), RecordReader.text(header.value()));
		}
		return headers;
	}

}
