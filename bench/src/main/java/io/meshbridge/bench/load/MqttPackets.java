package io.meshbridge.bench.load;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The few packets of MQTT 5 that a publisher needs, written by hand.
 */
final class MqttPackets {

	static final int CONNACK = 0x20;

	static final int PUBACK = 0x40;

	// Reason codes from here on are failures.
	static final int FAILURE = 0x80;

	private static final int CONNECT = 0x10;

	private static final int PUBLISH_QOS_1 = 0x32;

	private static final int CONTENT_TYPE = 0x03;

	private static final int USER_PROPERTY = 0x26;

	private MqttPackets() {
	}

	static byte[] connect(String client) {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		writeText(body, "MQTT");
		body.writeBytes(new byte[] { 5, 2, 0, 0, 0 });
		writeText(body, client);
		return packet(CONNECT, body.toByteArray());
	}

	static byte[] publish(String topic, int packetId, EventSeries series, long number) {
		ByteArrayOutputStream properties = new ByteArrayOutputStream(512);
		properties.write(CONTENT_TYPE);
		writeText(properties, EventSeries.CONTENT_TYPE);
		series.attributes(number, (name, value) -> {
			properties.write(USER_PROPERTY);
			writeText(properties, name);
			writeText(properties, value);
		});
		ByteArrayOutputStream body = new ByteArrayOutputStream(2048);
		writeText(body, topic);
		body.write(packetId >> 8);
		body.write(packetId);
		writeLength(body, properties.size());
		body.writeBytes(properties.toByteArray());
		body.writeBytes(series.data(number));
		return packet(PUBLISH_QOS_1, body.toByteArray());
	}

	static byte[] disconnect() {
		return new byte[] { (byte) 0xE0, 0 };
	}

	private static byte[] packet(int type, byte[] body) {
		ByteArrayOutputStream packet = new ByteArrayOutputStream(body.length + 5);
		packet.write(type);
		writeLength(packet, body.length);
		packet.writeBytes(body);
		return packet.toByteArray();
	}

	private static void writeText(ByteArrayOutputStream out, String text) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		out.write(bytes.length >> 8);
		out.write(bytes.length);
		out.writeBytes(bytes);
	}

	private static void writeLength(ByteArrayOutputStream out, int length) {
		int rest = length;
		while (rest > 127) {
			out.write(rest & 127 | 128);
			rest >>>= 7;
		}
		out.write(rest);
	}

}
