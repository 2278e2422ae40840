package io.meshbridge.rules;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;

/**
 * Tells whether a rule still says what it did: a fingerprint of its settings that does
 * not depend on where they stand, on the order of keys or on the form of the file.
 */
final class Revision {

	private static final int LENGTH_BYTES = 6;

	/** What is nested deeper is no valid rule. */
	private static final int DEEPEST = 200;

	private Revision() {
	}

	static String of(Setting rule) {
		StringBuilder text = new StringBuilder();
		write(rule, 0, text);
		return HexFormat.of().formatHex(sha256(text.toString()), 0, LENGTH_BYTES);
	}

	private static void write(Setting setting, int depth, StringBuilder text) {
		if (depth > DEEPEST) {
			return;
		}
		if (setting instanceof Setting.Scalar scalar) {
			// With its length, so that no value can pass for structure.
			String value = String.valueOf(scalar.value());
			text.append(value.length()).append(':').append(value);
		}
		else if (setting instanceof Setting.Items items) {
			text.append('[');
			items.items().forEach((item) -> write(item, depth + 1, text));
			text.append(']');
		}
		else if (setting instanceof Setting.Entries entries) {
			text.append('{');
			new TreeMap<>(entries.entries()).forEach((key, entry) -> {
				text.append(key.length()).append(':').append(key);
				write(entry.value(), depth + 1, text);
			});
			text.append('}');
		}
	}

	private static byte[] sha256(String text) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java has SHA-256", ex);
		}
	}

}
