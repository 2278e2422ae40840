package io.meshbridge.rules;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.meshbridge.rules.reference.Block;
import io.meshbridge.rules.transform.Conversion;
import io.meshbridge.rules.transform.ProtoText;
import io.meshbridge.rules.transform.Transform;
import org.jspecify.annotations.Nullable;

/**
 * Reads the steps {@code convert}, {@code claim-check} and {@code claim-restore}.
 */
final class ConvertReader {

	private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(B|KB|MB)");

	private static final String FILE = "file:";

	private static final String REGISTRY = "registry:";

	private ConvertReader() {
	}

	static void convert(Place place, Transform.Builder transform) {
		Map<String, Place> block = place.entries(Block.CONVERT.names());
		Place to = block.get("to");
		if (to == null) {
			place.problem("required key 'to' is missing, expected a content type such as 'to: application/xml'");
			return;
		}
		String type = to.text();
		String separator = text(block.get("separator"), ",");
		if (separator.length() != 1) {
			place.problem("has the separator " + Wording.quote(separator) + ", expected one character");
			return;
		}
		Place schema = block.get("schema");
		String subject = registered(schema);
		Place message = block.get("message");
		byte[] file = (schema == null || subject != null) ? null
				: (message != null || isProto(schema)) ? protobuf(schema, message) : file(schema);
		if (type == null || (schema != null && subject == null && file == null)) {
			return;
		}
		try {
			transform.convert(new Conversion(type, optional(block.get("from")), text(block.get("root"), "data"),
					separator.charAt(0), columns(block.get("columns")), file, optional(message), subject));
		}
		catch (IllegalArgumentException ex) {
			place.problem(String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * The subject of the registry that a schema names, or {@code null}.
	 */
	private static @Nullable String registered(@Nullable Place schema) {
		return (schema != null && schema.setting() instanceof Setting.Scalar scalar
				&& scalar.value() instanceof String text && text.startsWith(REGISTRY))
						? text.substring(REGISTRY.length()) : null;
	}

	private static List<String> columns(@Nullable Place place) {
		return (place == null) ? List.of()
				: place.items().stream().map(ConvertReader::optional).map(String::valueOf).toList();
	}

	private static String text(@Nullable Place place, String otherwise) {
		String text = optional(place);
		return (text == null) ? otherwise : text;
	}

	private static @Nullable String optional(@Nullable Place place) {
		return (place == null) ? null : place.text();
	}

	/**
	 * The content of a file that a place names, or {@code null} when there is none.
	 */
	static byte @Nullable [] file(Place place) {
		String text = place.text();
		if (text == null) {
			return null;
		}
		try {
			return Files.readAllBytes(path(text));
		}
		catch (IOException | RuntimeException ex) {
			place.problem(Wording.quote(text) + " can't be read: " + ex);
			return null;
		}
	}

	/**
	 * The descriptor set that a place names, or that is made of the {@code .proto} file
	 * that it names; {@code null} when there is none.
	 */
	static byte @Nullable [] protobuf(Place place, @Nullable Place message) {
		if (message == null) {
			place.problem("needs the 'message' in it beside it, such as 'message: shop.Order'");
			return null;
		}
		if (!isProto(place)) {
			return file(place);
		}
		String text = String.valueOf(place.text());
		try {
			return ProtoText.descriptorSet(path(text));
		}
		catch (IllegalArgumentException ex) {
			place.problem(Wording.quote(text) + " " + ex.getMessage());
		}
		catch (IOException | RuntimeException ex) {
			place.problem(Wording.quote(text) + " can't be read: " + ex);
		}
		return null;
	}

	private static boolean isProto(Place place) {
		return place.setting() instanceof Setting.Scalar scalar && scalar.value() instanceof String text
				&& text.endsWith(".proto");
	}

	private static Path path(String text) {
		return Path.of(text.startsWith(FILE) ? text.substring(FILE.length()) : text);
	}

	static void claimCheck(Place place, Transform.Builder transform) {
		Map<String, Place> block = place.entries(Block.CLAIM_CHECK.names());
		Place over = block.get("over");
		Place store = block.get("store");
		if (over == null || store == null) {
			place.problem("required key '" + ((over == null) ? "over" : "store")
					+ "' is missing, expected such as '{ over: 256KB, store: file:/var/lib/claims }'");
			return;
		}
		long bytes = size(over);
		if (bytes >= 0) {
			store(place, store, block.get("url"), (folder, base) -> transform.claimCheck(bytes, folder, base));
		}
	}

	static void claimRestore(Place place, Transform.Builder transform) {
		Map<String, Place> block = place.entries(Block.CLAIM_RESTORE.names());
		Place store = block.get("store");
		if (store == null) {
			place.problem(
					"required key 'store' is missing, expected the folder such as '{ store: file:/var/lib/claims }'");
			return;
		}
		store(place, store, block.get("url"), transform::claimRestore);
	}

	private static void store(Place place, Place store, @Nullable Place url, BiConsumer<Path, String> step) {
		String folder = store.text();
		if (folder == null) {
			return;
		}
		try {
			Path path = path(folder).toAbsolutePath();
			String base = text(url, path.toUri().toString());
			base = base.endsWith("/") ? base : base + "/";
			step.accept(path, URI.create(base).toString());
		}
		catch (IllegalArgumentException ex) {
			place.problem("names no folder or URL: " + ex.getMessage());
		}
	}

	private static long size(Place place) {
		String text = place.plainText();
		Matcher size = SIZE.matcher((text == null) ? "" : text);
		if (!size.matches()) {
			place
				.problem(((text == null) ? "the size" : Wording.quote(text)) + " is no size, expected such as '256KB'");
			return -1;
		}
		int shift = switch (size.group(2)) {
			case "MB" -> 20;
			case "KB" -> 10;
			default -> 0;
		};
		return Long.parseLong(size.group(1)) << shift;
	}

}
