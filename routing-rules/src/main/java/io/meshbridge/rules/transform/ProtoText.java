package io.meshbridge.rules.transform;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import com.google.protobuf.Any;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.InvalidProtocolBufferException;
import com.squareup.wire.schema.CoreLoader;
import com.squareup.wire.schema.ErrorCollector;
import com.squareup.wire.schema.Field;
import com.squareup.wire.schema.Linker;
import com.squareup.wire.schema.Loader;
import com.squareup.wire.schema.Location;
import com.squareup.wire.schema.MessageType;
import com.squareup.wire.schema.ProtoFile;
import com.squareup.wire.schema.Schema;
import com.squareup.wire.schema.SchemaException;
import com.squareup.wire.schema.Type;
import com.squareup.wire.schema.internal.SchemaEncoder;
import com.squareup.wire.schema.internal.parser.ProtoParser;
import org.jspecify.annotations.Nullable;

/**
 * Reads Protobuf files as they are written ({@code .proto}), and makes of them what
 * {@code protoc} makes.
 */
public final class ProtoText {

	private final Imports imports;

	private final Map<String, ProtoFile> files = new LinkedHashMap<>();

	private ProtoText(Imports imports) {
		this.imports = imports;
	}

	/**
	 * What a file imports.
	 */
	interface Imports {

		/**
		 * The text of a file, or {@code null} where there is none.
		 */
		@Nullable String text(String path) throws IOException;

		/**
		 * Where that was looked for.
		 */
		String places();

	}

	/**
	 * The descriptor set of a file and what it imports. Imports are looked for in the
	 * folder of the file, then in each above it; those of Google are there.
	 * @throws IOException when a file can't be read
	 * @throws IllegalArgumentException when one is none, or an import is missing; the
	 * text says where
	 */
	public static byte[] descriptorSet(Path file) throws IOException {
		Path whole = file.toAbsolutePath().normalize();
		Imports folders = new Imports() {

			@Override
			public @Nullable String text(String path) throws IOException {
				for (Path folder = whole.getParent(); folder != null; folder = folder.getParent()) {
					Path imported = folder.resolve(path);
					if (Files.isRegularFile(imported)) {
						return Files.readString(imported);
					}
				}
				return null;
			}

			@Override
			public String places() {
				return "expected it in " + whole.getParent() + " or a folder above it";
			}

		};
		return descriptorSet(String.valueOf(whole.getFileName()), Files.readString(whole), folders);
	}

	/**
	 * The descriptor set of a file and what it imports; the file is the last in it.
	 * @param name stands in messages
	 * @throws IllegalArgumentException when one is none, or an import is missing; the
	 * text says where
	 */
	static byte[] descriptorSet(String name, String text, Imports imports) throws IOException {
		try {
			ProtoText read = new ProtoText(imports);
			read.add(name, text);
			return read.linked(name);
		}
		catch (IllegalStateException | SchemaException | InvalidProtocolBufferException ex) {
			String problems = String.valueOf(ex.getMessage()).replaceAll("\n +", ", ").replace("\n", "; ");
			throw new IllegalArgumentException("is no Protobuf file that can be read: " + problems, ex);
		}
		catch (StackOverflowError ex) {
			throw new IllegalArgumentException("is no Protobuf file that can be read: it is nested too deeply", ex);
		}
	}

	private void add(String path, String text) throws IOException {
		ProtoFile file = ProtoFile.Companion.get(ProtoParser.Companion.parse(Location.get(path), text));
		this.files.put(path, file);
		List<String> imported = Stream.of(file.getImports(), file.getPublicImports(), file.getWeakImports())
			.flatMap(List::stream)
			.toList();
		for (String each : imported) {
			if (!this.files.containsKey(each)) {
				add(each, imported(each, path));
			}
		}
	}

	private String imported(String path, String importer) throws IOException {
		String own = ofGoogle(path);
		if (own != null) {
			return own;
		}
		String text;
		try {
			// As protoc does not take them either.
			boolean plain = !path.startsWith("/") && !List.of(path.split("/", -1)).contains("..");
			text = plain ? this.imports.text(path) : null;
		}
		catch (InvalidPathException ex) {
			text = null;
		}
		if (text == null) {
			throw new IllegalArgumentException(
					"lacks '" + path + "', which " + importer + " imports; " + this.imports.places());
		}
		return text;
	}

	private static @Nullable String ofGoogle(String path) throws IOException {
		if (!path.startsWith("google/protobuf/")) {
			return null;
		}
		try (InputStream in = Any.class.getClassLoader().getResourceAsStream(path)) {
			return (in == null) ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	private byte[] linked(String name) throws IOException {
		Schema schema = new Linker(new Loaded(), new ErrorCollector(), true, true).link(List.of(this.files.get(name)));
		SchemaEncoder encoder = new SchemaEncoder(schema);
		FileDescriptorSet.Builder set = FileDescriptorSet.newBuilder();
		Set<String> done = new LinkedHashSet<>();
		encode(name, schema, encoder, set, done);
		return set.build().toByteArray();
	}

	/** What a file imports goes before it. */
	private void encode(String path, Schema schema, SchemaEncoder encoder, FileDescriptorSet.Builder set,
			Set<String> done) throws IOException {
		ProtoFile file = schema.protoFile(path);
		if (file == null || !done.add(path)) {
			return;
		}
		FileDescriptorProto.Builder encoded = FileDescriptorProto.parseFrom(encoder.encode(file).toByteArray())
			.toBuilder();
		for (String imported : encoded.getDependencyList()) {
			encode(imported, schema, encoder, set, done);
		}
		for (DescriptorProto.Builder message : encoded.getMessageTypeBuilderList()) {
			nameInJson(message, file.getTypes());
		}
		set.addFile(encoded);
	}

	/** The encoder leaves {@code json_name} out. */
	private static void nameInJson(DescriptorProto.Builder message, List<Type> types) {
		for (Type type : types) {
			if (type instanceof MessageType written && message.getName().equals(type.getType().getSimpleName())) {
				for (FieldDescriptorProto.Builder field : message.getFieldBuilderList()) {
					Field declared = written.field(field.getName());
					String name = (declared == null) ? null : declared.getDeclaredJsonName();
					if (name != null) {
						field.setJsonName(name);
					}
				}
				message.getNestedTypeBuilderList().forEach((nested) -> nameInJson(nested, written.getNestedTypes()));
			}
		}
	}

	/**
	 * The files that were read, and one of Wire's own that is always there.
	 */
	private final class Loaded implements Loader {

		@Override
		public ProtoFile load(String path) {
			ProtoFile file = ProtoText.this.files.get(path);
			if (file != null) {
				return file;
			}
			try {
				String own = ofGoogle(path);
				return (own == null) ? CoreLoader.INSTANCE.load(path)
						: ProtoFile.Companion.get(ProtoParser.Companion.parse(Location.get(path), own));
			}
			catch (IOException ex) {
				throw new IllegalStateException(path + " can't be read: " + ex, ex);
			}
		}

		@Override
		public Loader withErrors(ErrorCollector errors) {
			return this;
		}

	}

}
