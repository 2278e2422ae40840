package io.meshbridge.rules.transform;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * Data that is a message of a Protobuf file, with the place of the message in the file
 * before it (<a href=
 * "https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format">
 * wire format</a>). The first message is written.
 *
 * @param file has a message at least
 */
record ProtobufFile(FileDescriptor file) implements DataFormat {

	private static final int DEEPEST = 100;

	@Override
	public @Nullable Object read(byte[] data, Budget budget) throws TransformException {
		CodedInputStream in = CodedInputStream.newInstance(data);
		try {
			Descriptor message = message(in);
			return new ProtobufData(message).read(data, in.getTotalBytesRead(), budget);
		}
		catch (IOException ex) {
			throw new TransformException("the data does not say which message it is: " + ex.getMessage(), ex);
		}
	}

	/** How many numbers, then each: of a message in the file, of one within that, ... */
	private Descriptor message(CodedInputStream in) throws IOException, TransformException {
		int numbers = in.readSInt32();
		if (numbers == 0) {
			return this.file.getMessageTypes().get(0);
		}
		if (numbers < 0 || numbers > DEEPEST) {
			throw new TransformException("the data does not say which message it is: " + numbers + " is no depth");
		}
		Descriptor message = null;
		for (int i = 0; i < numbers; i++) {
			int number = in.readSInt32();
			List<Descriptor> among = (message == null) ? this.file.getMessageTypes() : message.getNestedTypes();
			if (number < 0 || number >= among.size()) {
				throw new TransformException("the data is message number " + number
						+ ((message == null) ? "" : " of " + message.getFullName()) + ", and its schema has "
						+ among.size() + " there");
			}
			message = among.get(number);
		}
		return (message == null) ? this.file.getMessageTypes().get(0) : message;
	}

	@Override
	public byte[] write(@Nullable Object tree, Budget budget) throws TransformException {
		byte[] message = new ProtobufData(this.file.getMessageTypes().get(0)).write(tree, budget);
		return ByteBuffer.allocate(message.length + 1).put((byte) 0).put(message).array();
	}

}
