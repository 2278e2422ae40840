package io.meshbridge.rules.transform;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import com.google.protobuf.Descriptors.FileDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * Data by a registered schema, as it stands behind the number of the schema. May be used
 * by any number of threads.
 */
public final class RegisteredFormat {

	private final DataFormat format;

	private RegisteredFormat(DataFormat format) {
		this.format = format;
	}

	/**
	 * By an Avro schema.
	 * @param schemas it is the last, behind those whose types it names
	 * @throws IllegalArgumentException when one is none
	 */
	public static RegisteredFormat avro(List<String> schemas) {
		return new RegisteredFormat(AvroData.of(schemas));
	}

	/**
	 * By a JSON Schema.
	 * @throws IllegalArgumentException when it is none
	 */
	public static RegisteredFormat json(String schema) {
		return new RegisteredFormat(JsonSchemaData.of(schema.getBytes(StandardCharsets.UTF_8)));
	}

	/**
	 * By the messages of a Protobuf file.
	 * @param text the file
	 * @param imports by the names that it, and they, import them by
	 * @throws IllegalArgumentException when one is none
	 */
	public static RegisteredFormat protobuf(String text, Map<String, String> imports) {
		List<FileDescriptor> files;
		try {
			files = ProtobufData.files(ProtoText.descriptorSet("it", text, new Referenced(imports)));
		}
		catch (IOException ex) {
			throw new IllegalArgumentException("can't be read: " + ex, ex);
		}
		FileDescriptor file = files.get(files.size() - 1);
		if (file.getMessageTypes().isEmpty()) {
			throw new IllegalArgumentException("has no message");
		}
		return new RegisteredFormat(new ProtobufFile(file));
	}

	private record Referenced(Map<String, String> texts) implements ProtoText.Imports {

		@Override
		public @Nullable String text(String path) {
			return this.texts.get(path);
		}

		@Override
		public String places() {
			return "expected it among its references: " + String.join(", ", this.texts.keySet());
		}

	}

	@Nullable Object read(byte[] data, int from, Budget budget) throws TransformException {
		return this.format.read(Arrays.copyOfRange(data, from, data.length), budget);
	}

	byte[] write(int id, @Nullable Object tree, Budget budget) throws TransformException {
		byte[] data = this.format.write(tree, budget);
		return ByteBuffer.allocate(data.length + 5).put((byte) 0).putInt(id).put(data).array();
	}

}
