package io.meshbridge.bridge.kafka;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.preview.WireMessage;
import io.meshbridge.bridge.preview.WirePreview;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Shows events as Kafka records.
 */
public final class RecordPreview implements WirePreview {

	@Override
	public String binderType() {
		return "kafka";
	}

	@Override
	public WireMessage write(String destination, Outbound outbound) {
		ProducerRecord<byte[], byte[]> written = RecordWriter.write(destination, outbound);
		Map<String, String> properties = new LinkedHashMap<>();
		properties.put("topic", written.topic());
		if (written.key() != null) {
			properties.put("key", new String(written.key(), StandardCharsets.UTF_8));
		}
		written.headers()
			.forEach((header) -> properties.put("header " + header.key(),
					new String(header.value(), StandardCharsets.UTF_8)));
		return new WireMessage(properties, written.value());
	}

}
