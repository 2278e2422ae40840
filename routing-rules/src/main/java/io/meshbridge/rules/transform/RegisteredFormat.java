package io.meshbridge.rules.transform;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Data by a registered schema, as it stands behind the number of the schema. May be used
 * by any number of threads.
 */
public final class RegisteredFormat {

	private final DataFormat format;

	/** How many bytes name the message, before it. */
	private final boolean named;

	private RegisteredFormat(DataFormat format, boolean named) {
		this.format = format;
		this.named = named;
	}

	/**
	 * By an Avro schema.
	 * @param schemas it is the last, behind those whose types it names
	 * @throws IllegalArgumentException when one is none
	 */
	public static RegisteredFormat avro(List<String> schemas) {
		return new RegisteredFormat(AvroData.of(schemas), false);
	}

	/**
	 * By a JSON Schema.
	 * @throws IllegalArgumentException when it is none
	 */
	public static RegisteredFormat json(String schema) {
		return new RegisteredFormat(JsonSchemaData.of(schema.getBytes(StandardCharsets.UTF_8)), false);
	}

	/**
	 * By the first message of a Protobuf file.
	 * @param files serialized descriptions, what is imported first
	 * @throws IllegalArgumentException when they are none
	 */
	public static RegisteredFormat protobuf(List<byte[]> files) {
		return new RegisteredFormat(ProtobufData.first(files), true);
	}

	@Nullable Object read(byte[] data, int from, Budget budget) throws TransformException {
		int start = from;
		if (this.named) {
			if (start >= data.length || data[start] != 0) {
				throw new TransformException(
						"the data is no first message of its schema, which is the only one that can be read");
			}
			start++;
		}
		return this.format.read(Arrays.copyOfRange(data, start, data.length), budget);
	}

	byte[] write(int id, @Nullable Object tree, Budget budget) throws TransformException {
		byte[] data = this.format.write(tree, budget);
		ByteBuffer framed = ByteBuffer.allocate(data.length + (this.named ? 6 : 5));
		framed.put((byte) 0).putInt(id);
		if (this.named) {
			framed.put((byte) 0);
		}
		return framed.put(data).array();
	}

}
