package io.meshbridge.rules.transform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import org.jspecify.annotations.Nullable;

/**
 * Data that is a message of <a href="https://protobuf.dev">Protocol Buffers</a>, by its
 * description; as JSON it looks as
 * <a href="https://protobuf.dev/programming-guides/json/"> ProtoJSON</a> says.
 */
final class ProtobufData implements DataFormat {

	private static final JsonFormat.Printer PRINTER = JsonFormat.printer().omittingInsignificantWhitespace();

	private static final JsonFormat.Parser PARSER = JsonFormat.parser();

	private final Descriptor message;

	private ProtobufData(Descriptor message) {
		this.message = message;
	}

	/**
	 * The format of one message.
	 * @param descriptorSet what {@code protoc --include_imports --descriptor_set_out}
	 * writes
	 * @param name full name of the message
	 * @throws IllegalArgumentException when it is none, or has no such message; the text
	 * says why
	 */
	static ProtobufData of(byte[] descriptorSet, String name) {
		try {
			FileDescriptorSet set = FileDescriptorSet.parseFrom(descriptorSet);
			Map<String, FileDescriptorProto> files = new HashMap<>();
			set.getFileList().forEach((file) -> files.put(file.getName(), file));
			Map<String, FileDescriptor> built = new LinkedHashMap<>();
			for (FileDescriptorProto file : set.getFileList()) {
				build(file, files, built);
			}
			return new ProtobufData(find(built, name));
		}
		catch (InvalidProtocolBufferException | DescriptorValidationException ex) {
			throw new IllegalArgumentException("is no descriptor set: " + ex.getMessage()
					+ "; expected what 'protoc --include_imports --descriptor_set_out=FILE' writes", ex);
		}
	}

	private static FileDescriptor build(FileDescriptorProto file, Map<String, FileDescriptorProto> files,
			Map<String, FileDescriptor> built) throws DescriptorValidationException {
		FileDescriptor present = built.get(file.getName());
		if (present != null) {
			return present;
		}
		files.remove(file.getName());
		FileDescriptor[] imports = new FileDescriptor[file.getDependencyCount()];
		for (int i = 0; i < imports.length; i++) {
			FileDescriptorProto imported = files.get(file.getDependency(i));
			FileDescriptor known = built.get(file.getDependency(i));
			if (imported != null) {
				imports[i] = build(imported, files, built);
			}
			else if (known != null) {
				imports[i] = known;
			}
			else {
				throw new IllegalArgumentException("is no whole descriptor set: it lacks '" + file.getDependency(i)
						+ "'; expected it made with --include_imports");
			}
		}
		FileDescriptor descriptor = FileDescriptor.buildFrom(file, imports);
		built.put(file.getName(), descriptor);
		return descriptor;
	}

	/**
	 * The format of the first message of a file.
	 * @param files serialized, each behind what it imports
	 * @throws IllegalArgumentException when they are none; the text says why
	 */
	static ProtobufData first(List<byte[]> files) {
		Map<String, FileDescriptor> built = new LinkedHashMap<>();
		try {
			FileDescriptor last = null;
			for (byte[] file : files) {
				FileDescriptorProto described = FileDescriptorProto.parseFrom(file);
				last = build(described, new HashMap<>(), built);
			}
			if (last == null || last.getMessageTypes().isEmpty()) {
				throw new IllegalArgumentException("has no message");
			}
			return new ProtobufData(last.getMessageTypes().get(0));
		}
		catch (InvalidProtocolBufferException | DescriptorValidationException ex) {
			throw new IllegalArgumentException("is no description of a Protobuf file: " + ex.getMessage(), ex);
		}
	}

	/**
	 * The description of a file under the name by which others import it.
	 * @param name empty for that in the description
	 * @throws IllegalArgumentException when it is none; the text says why
	 */
	static byte[] named(byte[] file, String name) {
		try {
			FileDescriptorProto described = FileDescriptorProto.parseFrom(file);
			return name.isEmpty() ? file : described.toBuilder().setName(name).build().toByteArray();
		}
		catch (InvalidProtocolBufferException ex) {
			throw new IllegalArgumentException("is no description of a Protobuf file: " + ex.getMessage(), ex);
		}
	}

	private static Descriptor find(Map<String, FileDescriptor> files, String name) {
		TreeSet<String> known = new TreeSet<>();
		for (FileDescriptor file : files.values()) {
			for (Descriptor message : file.getMessageTypes()) {
				known.add(message.getFullName());
				if (message.getFullName().equals(name)) {
					return message;
				}
			}
		}
		throw new IllegalArgumentException(
				"has no message '" + name + "', expected one of " + String.join(", ", known));
	}

	@Override
	public @Nullable Object read(byte[] data, Budget budget) throws TransformException {
		return read(data, 0, budget);
	}

	@Nullable Object read(byte[] data, int from, Budget budget) throws TransformException {
		try {
			DynamicMessage read = DynamicMessage.parseFrom(this.message,
					CodedInputStream.newInstance(data, from, data.length - from));
			budget.check();
			return Json.read(PRINTER.print(read).getBytes(StandardCharsets.UTF_8), budget);
		}
		catch (IOException ex) {
			throw new TransformException(
					"the data is no message " + this.message.getFullName() + ": " + ex.getMessage(), ex);
		}
	}

	@Override
	public byte[] write(@Nullable Object tree, Budget budget) throws TransformException {
		DynamicMessage.Builder written = DynamicMessage.newBuilder(this.message);
		try {
			PARSER.merge(new String(Json.write(tree, budget), StandardCharsets.UTF_8), written);
		}
		catch (InvalidProtocolBufferException ex) {
			throw new TransformException(
					"the data does not fit the message " + this.message.getFullName() + ": " + ex.getMessage(), ex);
		}
		return written.build().toByteArray();
	}

}
