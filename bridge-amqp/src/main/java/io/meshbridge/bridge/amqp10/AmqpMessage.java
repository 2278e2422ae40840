package io.meshbridge.bridge.amqp10;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import io.meshbridge.bridge.UnreadableMessageException;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.ProtonBufferAllocator;
import org.apache.qpid.protonj2.codec.CodecFactory;
import org.apache.qpid.protonj2.codec.Decoder;
import org.apache.qpid.protonj2.codec.DecoderState;
import org.apache.qpid.protonj2.codec.Encoder;
import org.apache.qpid.protonj2.codec.EncoderState;
import org.apache.qpid.protonj2.codec.EncodingCodes;
import org.apache.qpid.protonj2.types.messaging.AmqpSequence;
import org.apache.qpid.protonj2.types.messaging.AmqpValue;
import org.apache.qpid.protonj2.types.messaging.ApplicationProperties;
import org.apache.qpid.protonj2.types.messaging.Data;
import org.apache.qpid.protonj2.types.messaging.Header;
import org.apache.qpid.protonj2.types.messaging.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The sections of a message that mean something to an event (<a href=
 * "https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-messaging-v1.0-os.html#section-message-format">AMQP
 * 1.0, 3.2 Message Format</a>). Immutable, as long as nobody writes to its parts.
 *
 * @param properties what all messages may have, such as the content type
 * @param applicationProperties by name, without those that are null; timestamps are
 * {@link Date}s
 * @param body the data; {@code null} when there is no section for it, or a null value
 */
record AmqpMessage(Properties properties, Map<String, Object> applicationProperties, byte @Nullable [] body) {

	/** How a section of application properties starts: described by the ulong 0x74. */
	private static final byte[] APPLICATION_PROPERTIES = { EncodingCodes.DESCRIBED_TYPE_INDICATOR,
			EncodingCodes.SMALLULONG, 0x74 };

	/**
	 * A message with nothing but data.
	 */
	static AmqpMessage plain(byte[] body) {
		return new AmqpMessage(new Properties(), Map.of(), body);
	}

	/**
	 * The same with one more application property.
	 */
	AmqpMessage with(String name, Object value) {
		Map<String, Object> more = new LinkedHashMap<>(this.applicationProperties);
		more.put(name, value);
		return new AmqpMessage(this.properties, more, this.body);
	}

	/**
	 * The sections as they are sent.
	 */
	ProtonBuffer encode(boolean durable) {
		Encoder encoder = CodecFactory.getDefaultEncoder();
		EncoderState state = encoder.newEncoderState();
		byte[] data = (this.body == null) ? new byte[0] : this.body;
		ProtonBuffer buffer = ProtonBufferAllocator.defaultAllocator().allocate(data.length + 512);
		encoder.writeObject(buffer, state, new Header().setDurable(durable));
		if (!this.properties.isEmpty()) {
			encoder.writeObject(buffer, state, this.properties);
		}
		if (!this.applicationProperties.isEmpty()) {
			encoder.writeObject(buffer, state, new ApplicationProperties(this.applicationProperties));
		}
		encoder.writeObject(buffer, state, new Data(data));
		return buffer.convertToReadOnly();
	}

	/**
	 * Takes a message apart.
	 * @throws UnreadableMessageException when the bytes are no AMQP message
	 */
	static AmqpMessage decode(byte[] encoded) throws UnreadableMessageException {
		ProtonBuffer buffer = ProtonBufferAllocator.defaultAllocator().copy(encoded);
		int position = 0;
		try {
			Decoder decoder = CodecFactory.getDefaultDecoder();
			DecoderState state = decoder.newDecoderState();
			Properties properties = new Properties();
			Map<String, Object> applicationProperties = Map.of();
			Body body = new Body();
			while (buffer.isReadable()) {
				position = buffer.getReadOffset();
				if (startsWith(buffer, APPLICATION_PROPERTIES)) {
					applicationProperties = applicationProperties(buffer, decoder, state);
					continue;
				}
				Object section = decoder.readObject(buffer, state);
				if (section instanceof Properties found) {
					properties = found;
				}
				else if (section instanceof ApplicationProperties found && found.getValue() != null) {
					applicationProperties = new LinkedHashMap<>(found.getValue());
					applicationProperties.values().removeIf(Objects::isNull);
				}
				else {
					body.add(section);
				}
			}
			return new AmqpMessage(properties, applicationProperties, body.bytes());
		}
		catch (RuntimeException ex) {
			throw UnreadableMessageException.atByte(position, "no section of an AMQP message: " + ex.getMessage(), ex);
		}
	}

	private static boolean startsWith(ProtonBuffer buffer, byte[] start) {
		if (buffer.getReadableBytes() < start.length) {
			return false;
		}
		for (int i = 0; i < start.length; i++) {
			if (buffer.getByte(buffer.getReadOffset() + i) != start[i]) {
				return false;
			}
		}
		return true;
	}

	/**
	 * The library's decoder makes timestamps into the same type as integers.
	 */
	private static Map<String, Object> applicationProperties(ProtonBuffer buffer, Decoder decoder, DecoderState state) {
		buffer.advanceReadOffset(APPLICATION_PROPERTIES.length);
		byte code = buffer.readByte();
		int count = switch (code) {
			case EncodingCodes.NULL -> 0;
			case EncodingCodes.MAP8 -> buffer.advanceReadOffset(1).readByte() & 0xff;
			case EncodingCodes.MAP32 -> buffer.advanceReadOffset(4).readInt();
			default ->
				throw new IllegalArgumentException("application properties are no map but 0x%02x".formatted(code));
		};
		Map<String, Object> properties = new LinkedHashMap<>();
		for (int i = 0; i < count; i += 2) {
			String name = decoder.readString(buffer, state);
			if (buffer.getByte(buffer.getReadOffset()) == EncodingCodes.TIMESTAMP) {
				properties.put(name, new Date(buffer.advanceReadOffset(1).readLong()));
			}
			else {
				Object value = decoder.readObject(buffer, state);
				if (value != null) {
					properties.put(name, value);
				}
			}
		}
		return properties;
	}

	/**
	 * The body, section by section.
	 */
	private static final class Body {

		private @Nullable ByteArrayOutputStream bytes;

		void add(@Nullable Object section) {
			if (section instanceof Data data) {
				byte[] value = data.getValue();
				append((value == null) ? new byte[0] : value);
			}
			else if (section instanceof AmqpValue<?> value && value.getValue() != null) {
				append(ValueText.bytes(value.getValue()));
			}
			else if (section instanceof AmqpSequence<?> sequence && sequence.getValue() != null) {
				append(ValueText.bytes(sequence.getValue()));
			}
		}

		private void append(byte[] more) {
			if (this.bytes == null) {
				this.bytes = new ByteArrayOutputStream(more.length);
			}
			this.bytes.writeBytes(more);
		}

		byte @Nullable [] bytes() {
			return (this.bytes == null) ? null : this.bytes.toByteArray();
		}

	}

	@Override
	public String toString() {
		return "AmqpMessage[" + this.applicationProperties.keySet() + ", "
				+ ((this.body == null) ? "no body" : this.body.length + " bytes") + "]";
	}

}
