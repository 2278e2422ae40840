package io.meshbridge.bridge.kafka;

import java.nio.ByteBuffer;
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
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Writes an event as a record (<a href=
 * "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md#32-binary-content-mode">Kafka
 * binding 1.0.2, 3.2 Binary Content Mode</a> and 3.3 Structured Content Mode). The record
 * key is the one that came along; no event changes it.
 */
public final class RecordWriter {

	private static final String CONTENT_TYPE = "content-type";

	private static final Header STRUCTURED = new RecordHeader(CONTENT_TYPE,
			MediaTypes.EVENT_JSON.getBytes(StandardCharsets.UTF_8));

	/** Says of a record in a channel that the event had no key. */
	private static final Header ORDER_ONLY = new RecordHeader("meshbridge-nokey", new byte[0]);

	/** Saves a concatenation for each attribute of each event. */
	private static final Map<String, String> KEYS = Map.of("specversion", "ce_specversion", "id", "ce_id", "source",
			"ce_source", "type", "ce_type", "subject", "ce_subject", "time", "ce_time", "dataschema", "ce_dataschema");

	private RecordWriter() {
	}

	/**
	 * The record of an event in a channel. One without a record key is stored under what
	 * it is kept in order by, so that it stays in order over all partitions.
	 */
	static ProducerRecord<byte[], byte[]> writeToChannel(String topic, Outbound outbound) {
		ProducerRecord<byte[], byte[]> plain = write(topic, outbound);
		byte[] order = (outbound.recordKey() == null) ? bytes(outbound.orderKey()) : null;
		if (order == null) {
			return plain;
		}
		Headers headers = new RecordHeaders(plain.headers()).add(ORDER_ONLY);
		return new ProducerRecord<>(topic, null, order, plain.value(), headers);
	}

	private static byte @Nullable [] bytes(@Nullable Object key) {
		if (key instanceof ByteBuffer buffer) {
			byte[] bytes = new byte[buffer.remaining()];
			buffer.duplicate().get(bytes);
			return bytes;
		}
		return (key instanceof String text) ? text.getBytes(StandardCharsets.UTF_8) : null;
	}

	/**
	 * Whether the key of a record is not the event's own.
	 */
	static boolean keyIsForOrderOnly(Headers headers) {
		return headers.lastHeader(ORDER_ONLY.key()) != null;
	}

	/**
	 * The record of an event.
	 */
	public static ProducerRecord<byte[], byte[]> write(String topic, Outbound outbound) {
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
