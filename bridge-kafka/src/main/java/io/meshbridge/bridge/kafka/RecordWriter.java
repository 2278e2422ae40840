package io.meshbridge.bridge.kafka;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.format.Attributes;
import io.meshbridge.bridge.format.JsonEventFormat;
import io.meshbridge.bridge.format.MediaTypes;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Writes an event as a record (<a href=
 * "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md#32-binary-content-mode">Kafka
 * binding 1.0.2, 3.2 Binary Content Mode</a> and 3.3 Structured Content Mode). The record
 * key is the one that came along; no event changes it.
 */
final class RecordWriter {

	private static final String CONTENT_TYPE = "content-type";

	private static final Header STRUCTURED = new RecordHeader(CONTENT_TYPE,
			MediaTypes.EVENT_JSON.getBytes(StandardCharsets.UTF_8));

	/** Saves a concatenation for each attribute of each event. */
	private static final Map<String, String> KEYS = Map.of("specversion", "ce_specversion", "id", "ce_id", "source",
			"ce_source", "type", "ce_type", "subject", "ce_subject", "time", "ce_time", "dataschema", "ce_dataschema");

	private RecordWriter() {
	}

	static ProducerRecord<byte[], byte[]> write(String topic, Outbound outbound) {
		CloudEvent event = outbound.event();
		if (outbound.mode() == ContentMode.STRUCTURED) {
			return new ProducerRecord<>(topic, null, outbound.recordKey(), JsonEventFormat.write(event),
					List.of(STRUCTURED));
		}
		List<Header> headers = new ArrayList<>(12);
		Attributes.forEach(event, (name, value) -> {
			String key = KEYS.get(name);
			headers.add(new RecordHeader((key != null) ? key : "ce_" + name,
					Attributes.canonical(value).getBytes(StandardCharsets.UTF_8)));
		});
		if (event.getDataContentType() != null) {
			headers.add(new RecordHeader(CONTENT_TYPE, event.getDataContentType().getBytes(StandardCharsets.UTF_8)));
		}
		// No data is a null value, a tombstone in a compacted topic; empty data is not.
		byte[] value = (event.getData() == null) ? null : event.getData().toBytes();
		return new ProducerRecord<>(topic, null, outbound.recordKey(), value, headers);
	}

	/**
	 * Size of a record as the producer's limit counts it, without its framing.
	 */
	static long sizeBytes(ProducerRecord<byte[], byte[]> record) {
		long size = (record.key() != null) ? record.key().length : 0;
		size += (record.value() != null) ? record.value().length : 0;
		for (Header header : record.headers()) {
			size += header.key().length() + header.value().length;
		}
		return size;
	}

}
