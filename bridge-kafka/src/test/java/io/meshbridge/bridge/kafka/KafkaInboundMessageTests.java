package io.meshbridge.bridge.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.UnreadableMessageException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class KafkaInboundMessageTests {

	private final RecordHeaders headers = new RecordHeaders();

	@ParameterizedTest
	@ValueSource(strings = { "ce_", "CE_", "ce-", "cloudEvents_", "cloudEvents:", "cloudevents_" })
	void readsBinaryEventsWithThePrefixesOfAllBindings(String prefix) {
		event(prefix);
		header(prefix + "subject", "Zürich");
		header("content-type", "application/json");
		CloudEvent event = event(message("k", "{}"));
		assertThat(event.getId()).isEqualTo("1");
		assertThat(event.getSubject()).isEqualTo("Zürich");
		assertThat(event.getDataContentType()).isEqualTo("application/json");
		assertThat(event.getExtensionNames()).isEmpty();
	}

	@Test
	void prefersTheOfficialPrefix() {
		event("ce_");
		header("ce-id", "other");
		assertThat(event(message(null, "")).getId()).isEqualTo("1");
	}

	@Test
	void doesNotDecodePercentSigns() {
		event("ce_");
		header("ce_subject", "100%25");
		assertThat(event(message(null, "")).getSubject()).isEqualTo("100%25");
	}

	@Test
	void tellsNoDataFromEmptyData() {
		event("ce_");
		assertThat(event(message("k", null)).getData()).isNull();
		CloudEvent empty = event(message("k", ""));
		assertThat(empty.getData()).isNotNull();
		assertThat(Objects.requireNonNull(empty.getData()).toBytes()).isEmpty();
	}

	@Test
	void takesSpringsContentTypeWhereThereIsNoOther() {
		event("ce_");
		header("contentType", "\"text/plain\"");
		assertThat(event(message(null, "x")).getDataContentType()).isEqualTo("text/plain");
		header("content-type", "text/html");
		assertThat(event(message(null, "x")).getDataContentType()).isEqualTo("text/html");
	}

	@Test
	void readsStructuredEvents() {
		header("Content-Type", "application/cloudevents+json; charset=utf-8");
		CloudEvent event = event(
				message(null, "{\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"/s\",\"type\":\"t\",\"data\":1}"));
		assertThat(event.getId()).isEqualTo("7");
	}

	@Test
	void namesTheByteOfAHeaderThatIsNoUtf8() {
		event("ce_");
		this.headers.add("ce_subject", new byte[] { 'a', 'b', (byte) 0xff });
		assertThat(unreadable(message(null, "")).getMessage()).contains("'subject'").contains("byte 2");
	}

	@Test
	void acceptsTheReplacementCharacterItself() {
		event("ce_");
		header("ce_subject", "\u00e4\ufffd");
		assertThat(event(message(null, "")).getSubject()).isEqualTo("\u00e4\ufffd");
	}

	@Test
	void namesAnAttributeThatIsThereTwice() {
		event("ce_");
		header("ce_id", "1");
		assertThat(event(message(null, "")).getId()).isEqualTo("1");
		header("ce_id", "2");
		assertThat(unreadable(message(null, "")).getMessage()).contains("'id'").contains("'2'");
	}

	@Test
	void namesTheMissingAttribute() {
		header("ce_specversion", "1.0");
		header("ce_id", "1");
		header("ce_source", "/s");
		assertThat(unreadable(message(null, "")).getMessage()).contains("type").contains("missing");
	}

	@Test
	void leavesPlainRecordsPlain() {
		header("colour", "red");
		header("content-type", "text/plain");
		KafkaInboundMessage message = message("line-7", "x");
		assertThat(message.content()).isInstanceOf(Content.Plain.class);
		assertThat(message.id()).isEqualTo("plant.hall.readings-3-42");
		assertThat(message.source()).isEqualTo("/kafka/plant.hall.readings");
		assertThat(message.subject()).isEqualTo("line-7");
		assertThat(message.contentType()).isEqualTo("text/plain");
		assertThat(message.headers()).isEqualTo(Map.of("colour", "red", "content-type", "text/plain"));
		assertThat(message.property("topic")).isEqualTo("plant.hall.readings");
		assertThat(message.property("topic[1]")).isEqualTo("hall");
		assertThat(message.property("topic[3]")).isNull();
		assertThat(message.property("topic[x]")).isNull();
		assertThat(message.property("key")).isEqualTo("line-7");
		assertThat(message.property("header.colour")).isEqualTo("red");
		assertThat(message.property("header.Colour")).isEqualTo("red");
		assertThat(message.property("header.none")).isNull();
		assertThat(message.property("path.id")).isNull();
	}

	@Test
	void hasNoSubjectWithoutATextKey() {
		assertThat(message(null, "x").subject()).isNull();
		assertThat(ofBytes(new byte[] { (byte) 0xc3 }, "x".getBytes(StandardCharsets.UTF_8)).subject()).isNull();
	}

	@Test
	void ordersByKey() {
		assertThat(message("a", "1").orderKey()).isEqualTo(message("a", "2").orderKey())
			.isNotEqualTo(message("b", "1").orderKey());
		assertThat(message(null, "1").orderKey()).isNull();
		assertThat(message("a", "1").recordKey()).containsExactly('a');
	}

	@Test
	void countsKeyValueAndHeaders() {
		header("abc", "de");
		assertThat(message("key", "value").sizeBytes()).isEqualTo(13);
		assertThat(message(null, null).sizeBytes()).isEqualTo(5);
	}

	private void event(String prefix) {
		header(prefix + "specversion", "1.0");
		header(prefix + "id", "1");
		header(prefix + "source", "/s");
		header(prefix + "type", "t");
	}

	private void header(String name, String value) {
		this.headers.add(name, value.getBytes(StandardCharsets.UTF_8));
	}

	private static CloudEvent event(KafkaInboundMessage message) {
		assertThat(message.content()).isInstanceOf(Content.Event.class);
		return ((Content.Event) message.content()).event();
	}

	private static UnreadableMessageException unreadable(KafkaInboundMessage message) {
		assertThat(message.content()).isInstanceOf(Content.Unreadable.class);
		return ((Content.Unreadable) message.content()).reason();
	}

	private KafkaInboundMessage message(@Nullable String key, @Nullable String value) {
		return ofBytes((key != null) ? key.getBytes(StandardCharsets.UTF_8) : null,
				(value != null) ? value.getBytes(StandardCharsets.UTF_8) : null);
	}

	private KafkaInboundMessage ofBytes(byte @Nullable [] key, byte @Nullable [] value) {
		ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("plant.hall.readings", 3, 42, 0,
				TimestampType.CREATE_TIME, 0, 0, key, value, this.headers, Optional.empty());
		return new KafkaInboundMessage(record, new PartitionOffsets(), 0, 0);
	}

}
