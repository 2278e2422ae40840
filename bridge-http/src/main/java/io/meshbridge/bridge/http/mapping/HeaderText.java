package io.meshbridge.bridge.http.mapping;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import io.meshbridge.bridge.UnreadableMessageException;

/**
 * Attribute values as text of {@code ce-} headers (<a href=
 * "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3132-http-header-values">HTTP
 * binding 1.0.2, 3.1.3.2 HTTP Header Values</a>).
 */
final class HeaderText {

	private static final char[] HEX = "0123456789ABCDEF".toCharArray();

	private HeaderText() {
	}

	/**
	 * Percent-encodes blank, {@code "}, {@code %} and everything outside of U+0021 to
	 * U+007E.
	 * @throws IllegalArgumentException when half a surrogate pair is in it
	 */
	static String encode(String value) {
		for (int i = 0; i < value.length(); i++) {
			if (!plain(value.charAt(i))) {
				return encodeFrom(value, i);
			}
		}
		return value;
	}

	private static String encodeFrom(String value, int first) {
		StringBuilder text = new StringBuilder(value.length() + 32).append(value, 0, first);
		ByteBuffer bytes = utf8(value.substring(first));
		while (bytes.hasRemaining()) {
			byte b = bytes.get();
			if (b > 0 && plain((char) b)) {
				text.append((char) b);
			}
			else {
				text.append('%').append(HEX[(b >> 4) & 0xf]).append(HEX[b & 0xf]);
			}
		}
		return text.toString();
	}

	private static boolean plain(char c) {
		return c > ' ' && c < 0x7f && c != '"' && c != '%';
	}

	/**
	 * The value as peers write it that know no percent-encoding: its UTF-8 bytes, each as
	 * one character.
	 * @throws IllegalArgumentException when half a surrogate pair is in it
	 */
	static String raw(String value) {
		return StandardCharsets.ISO_8859_1.decode(utf8(value)).toString();
	}

	private static ByteBuffer utf8(String value) {
		try {
			return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
		}
		catch (CharacterCodingException ex) {
			throw new IllegalArgumentException("has half of a surrogate pair", ex);
		}
	}

	/**
	 * Takes quotes off and decodes once. A {@code %} without two hexadecimal digits stays
	 * as it is, as do bytes beyond ASCII in UTF-8: peers that don't encode send them.
	 * @param attribute whose value it is
	 * @param header text of the header, one character for each byte
	 * @throws UnreadableMessageException when the bytes are no UTF-8
	 */
	static String decode(String attribute, String header) throws UnreadableMessageException {
		String text = unquote(header);
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == '%' || c > 0x7f) {
				return decodeBytes(attribute, text);
			}
		}
		return text;
	}

	/**
	 * Whether a {@code %} in it encodes nothing, so that its sender most likely does not
	 * percent-encode.
	 */
	static boolean lonePercent(String header) {
		for (int i = header.indexOf('%'); i >= 0; i = header.indexOf('%', i + 1)) {
			if (escaped(header, i) < 0) {
				return true;
			}
		}
		return false;
	}

	private static String decodeBytes(String attribute, String text) throws UnreadableMessageException {
		ByteBuffer bytes = ByteBuffer.allocate(text.length());
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			int escaped = (c == '%') ? escaped(text, i) : -1;
			bytes.put((byte) ((escaped >= 0) ? escaped : c));
			if (escaped >= 0) {
				i += 2;
			}
		}
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
		}
		catch (CharacterCodingException ex) {
			throw UnreadableMessageException.attribute(attribute,
					"is '" + printable(text) + "', whose percent-decoded bytes are no valid UTF-8");
		}
	}

	private static int escaped(String text, int percent) {
		if (percent + 2 >= text.length()) {
			return -1;
		}
		int high = Character.digit(text.charAt(percent + 1), 16);
		int low = Character.digit(text.charAt(percent + 2), 16);
		return (high < 0 || low < 0) ? -1 : (high << 4 | low);
	}

	private static String unquote(String header) {
		int end = header.length() - 1;
		if (end < 1 || header.charAt(0) != '"' || header.charAt(end) != '"') {
			return header;
		}
		if (header.indexOf('\\') < 0) {
			return header.substring(1, end);
		}
		StringBuilder text = new StringBuilder(header.length());
		for (int i = 1; i < end; i++) {
			char c = header.charAt(i);
			if (c == '\\' && i + 1 < end) {
				c = header.charAt(++i);
			}
			text.append(c);
		}
		return text.toString();
	}

	private static String printable(String text) {
		StringBuilder shown = new StringBuilder(text.length());
		text.chars().forEach((c) -> shown.append((c >= ' ' && c < 0x7f) ? (char) c : '?'));
		return shown.toString();
	}

}
