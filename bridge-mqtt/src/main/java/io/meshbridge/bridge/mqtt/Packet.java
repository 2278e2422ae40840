package io.meshbridge.bridge.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One PUBLISH packet, apart from the way it travels. MQTT 3.1.1 has neither a content
 * type nor user properties.
 *
 * @param topic name it was, or shall be, published to
 * @param payload its bytes, never copied
 * @param contentType the Content Type property, or {@code null}
 * @param utf8 whether the Payload Format Indicator says that the payload is UTF-8 text
 * @param userProperties in their order; names may repeat
 * @param qos 0 or 1
 * @param retained whether the broker keeps, or kept, it for later subscribers
 */
public record Packet(String topic, byte[] payload, @Nullable String contentType, boolean utf8,
		List<Entry> userProperties, int qos, boolean retained) {

	/** Most that a remaining length can say ([MQTT-2.1.4], 256 MiB). */
	static final long PROTOCOL_LIMIT = 268_435_455L;

	/**
	 * Makes a packet.
	 */
	public Packet {
		userProperties = List.copyOf(userProperties);
	}

	/**
	 * The value of the first user property of that name; a repeated name counts once.
	 */
	@Nullable String userProperty(String name) {
		for (Entry entry : this.userProperties) {
			if (entry.name().equals(name)) {
				return entry.value();
			}
		}
		return null;
	}

	/**
	 * Whether both hold the same, byte for byte.
	 */
	boolean sameContent(Packet other) {
		return this.topic.equals(other.topic) && Arrays.equals(this.payload, other.payload)
				&& this.userProperties.equals(other.userProperties);
	}

	/**
	 * Bytes of topic, payload and properties, without framing.
	 */
	int sizeBytes() {
		int size = this.payload.length + utf8Length(this.topic);
		size += (this.contentType == null) ? 0 : utf8Length(this.contentType);
		for (Entry entry : this.userProperties) {
			size += utf8Length(entry.name()) + utf8Length(entry.value());
		}
		return size;
	}

	/**
	 * Upper bound of the whole packet on the wire as MQTT 5 writes it: the two length
	 * fields are taken at their longest, and a topic alias is counted in.
	 */
	long wireBytes() {
		long framing = 1 + 4 + 2 + 2 + 4 + 3;
		framing += this.utf8 ? 2 : 0;
		framing += (this.contentType == null) ? 0 : 3;
		framing += 5L * this.userProperties.size();
		return framing + sizeBytes();
	}

	static int utf8Length(String text) {
		int length = text.length();
		for (int i = 0; i < text.length(); i++) {
			if (text.charAt(i) > 0x7f) {
				return text.getBytes(StandardCharsets.UTF_8).length;
			}
		}
		return length;
	}

	/**
	 * A user property.
	 */
	public record Entry(String name, String value) {
	}

}
