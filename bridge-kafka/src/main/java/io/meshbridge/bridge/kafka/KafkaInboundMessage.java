package io.meshbridge.bridge.kafka;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

import io.meshbridge.bridge.Content;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.PlainMessage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * One record on its way in.
 */
final class KafkaInboundMessage implements InboundMessage, PlainMessage {

	private final ConsumerRecord<byte[], byte[]> record;

	private final PartitionOffsets offsets;

	private final long place;

	private final int epoch;

	private final int sizeBytes;

	KafkaInboundMessage(ConsumerRecord<byte[], byte[]> record, PartitionOffsets offsets, long place, int epoch) {
		this.record = record;
		this.offsets = offsets;
		this.place = place;
		this.epoch = epoch;
		this.sizeBytes = sizeBytes(record);
	}

	private static int sizeBytes(ConsumerRecord<byte[], byte[]> record) {
		int size = length(record.key()) + length(record.value());
		for (Header header : record.headers()) {
			size += header.key().length() + length(header.value());
		}
		return size;
	}

	private static int length(byte @Nullable [] bytes) {
		return (bytes != null) ? bytes.length : 0;
	}

	@Override
	public Content content() {
		return RecordReader.content(this.record, this);
	}

	@Override
	public @Nullable Object orderKey() {
		byte[] key = this.record.key();
		return (key != null) ? ByteBuffer.wrap(key) : null;
	}

	@Override
	public byte @Nullable [] recordKey() {
		return RecordWriter.keyIsForOrderOnly(this.record.headers()) ? null : this.record.key();
	}

	@Override
	public int sizeBytes() {
		return this.sizeBytes;
	}

	@Override
	public void accept() {
		this.offsets.settle(this.place, this.epoch);
	}

	@Override
	public void refuse(Throwable reason) {
		this.offsets.refuse(this.place, this.epoch);
	}

	@Override
	public String id() {
		return this.record.topic() + "-" + this.record.partition() + "-" + this.record.offset();
	}

	@Override
	public String source() {
		return "/kafka/" + this.record.topic();
	}

	@Override
	public @Nullable String subject() {
		return RecordReader.text(this.record.key());
	}

	@Override
	public @Nullable String contentType() {
		return RecordReader.contentType(this.record.headers());
	}

	@Override
	public byte @Nullable [] data() {
		return this.record.value();
	}

	@Override
	public @Nullable String property(String name) {
		if (name.equals("topic")) {
			return this.record.topic();
		}
		if (name.equals("key")) {
			return RecordReader.text(this.record.key());
		}
		if (name.startsWith("topic[") && name.endsWith("]")) {
			return topicPart(name.substring("topic[".length(), name.length() - 1));
		}
		return name.startsWith("header.") ? header(name.substring("header.".length())) : null;
	}

	private @Nullable String topicPart(String number) {
		String[] parts = this.record.topic().split("\\.", -1);
		try {
			int index = Integer.parseInt(number);
			return (index >= 0 && index < parts.length) ? parts[index] : null;
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	private @Nullable String header(String name) {
		Header exact = this.record.headers().lastHeader(name);
		if (exact != null) {
			return RecordReader.text(exact.value());
		}
		for (Header header : this.record.headers()) {
			if (header.key().equalsIgnoreCase(name)) {
				return RecordReader.text(header.value());
			}
		}
		return null;
	}

	@Override
	public Map<String, String> headers() {
		Map<String, String> text = new LinkedHashMap<>();
		for (Header header : this.record.headers()) {
			text.put(header.key(), RecordReader.lenientText(header.value()));
		}
		return text;
	}

}
