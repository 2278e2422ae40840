package io.meshbridge.rules.transform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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

	ProtobufData(Descriptor message) {
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
		return new ProtobufData(find(files(descriptorSet), name));
	}

	/**
	 * The files of a descriptor set, as they follow in it.
	 * @throws IllegalArgumentException when it is none; the text says why
	 */
	static List<FileDescriptor> files(byte[] descriptorSet) {
		try {
			FileDescriptorSet set = FileDescriptorSet.parseFrom(descriptorSet);
			Map<String, FileDescriptorProto> files = new HashMap<>();
			set.getFileList().forEach((file) -> files.put(file.getName(), file));
			Map<String, FileDescriptor> built = new LinkedHashMap<>();
			for (FileDescriptorProto file : set.getFileList()) {
				build(file, files, built);
			}
			return List.copyOf(built.values());
		}
		catch (InvalidProtocolBufferException | DescriptorValidationException ex) {
			throw new IllegalArgumentException("is no descriptor set: " + ex.getMessage()
					+ "; expected what 'protoc --include_imports --descriptor_set_out=FILE' writes, or a file *.proto",
					ex);
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

	private static Descriptor find(List<FileDescriptor> files, String name) {
		Map<String, Descriptor> known = new TreeMap<>();
		files.forEach((file) -> add(file.getMessageTypes(), known));
		Descriptor message = known.get(name);
		if (message != null) {
			return message;
		}
		List<String> own = known.keySet().stream().filter((each) -> !each.startsWith("google.protobuf.")).toList();
		throw new IllegalArgumentException("has no message '" + name + "', "
				+ (own.isEmpty() ? "and no other" : "expected one of " + String.join(", ", own)));
	}

	private static void add(List<Descriptor> messages, Map<String, Descriptor> known) {
		for (Descriptor message : messages) {
			if (!message.getOptions().getMapEntry()) {
				known.put(message.getFullName(), message);
				add(message.getNestedTypes(), known);
			}
		}
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
