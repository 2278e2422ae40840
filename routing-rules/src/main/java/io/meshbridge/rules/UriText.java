package io.meshbridge.rules;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;

/**
 * Puts text into a URI reference (<a href= "https://www.rfc-editor.org/rfc/rfc3986">RFC
 * 3986</a>).
 */
final class UriText {

	private static final String UNRESERVED_SIGNS = "-._~";

	private static final String SUB_DELIMITERS = "!$&'()*+,;=";

	private static final String HEX = "0123456789ABCDEF";

	private UriText() {
	}

	/**
	 * Adds a value to a path. What may stand there stays, '/' among it; the rest becomes
	 * {@code %XX}. So does '%', for {@code a%20b} and {@code a b} are two topics, and ':'
	 * where it would turn what is before it into a scheme.
	 */
	static void appendEncoded(StringBuilder out, String value) {
		append(out, value, false);
	}

	/**
	 * Adds a value that is a URI reference already.
	 */
	static void appendReference(StringBuilder out, String reference) {
		if (out.isEmpty() && isReference(reference)) {
			out.append(reference);
		}
		else {
			append(out, reference, true);
		}
	}

	private static void append(StringBuilder out, String value, boolean keepEscapes) {
		boolean colon = hasColonOrSlash(out);
		byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
		for (int i = 0; i < bytes.length; i++) {
			char character = (char) (bytes[i] & 0xFF);
			boolean escape = keepEscapes && character == '%' && isEscape(value(bytes, i + 1), value(bytes, i + 2));
			if (isPathCharacter(character) || character == '/' || (character == ':' && colon) || escape) {
				out.append(character);
				colon = colon || character == '/';
			}
			else {
				out.append('%').append(HEX.charAt(character >> 4)).append(HEX.charAt(character & 0xF));
			}
		}
	}

	private static boolean hasColonOrSlash(CharSequence text) {
		return text.chars().anyMatch((character) -> character == ':' || character == '/' || character == '?');
	}

	private static int value(byte[] bytes, int index) {
		return (index < bytes.length) ? bytes[index] : -1;
	}

	private static boolean isEscape(int high, int low) {
		return Character.digit(high, 16) >= 0 && Character.digit(low, 16) >= 0;
	}

	private static boolean isPathCharacter(char character) {
		return isLetterOrDigit(character) || character == '@' || UNRESERVED_SIGNS.indexOf(character) >= 0
				|| SUB_DELIMITERS.indexOf(character) >= 0;
	}

	private static boolean isLetterOrDigit(char character) {
		return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z')
				|| (character >= '0' && character <= '9');
	}

	/**
	 * Literal text with everything encoded that no URI may have.
	 */
	static String encodeIllegal(String literal) {
		StringBuilder out = new StringBuilder();
		byte[] bytes = literal.getBytes(StandardCharsets.UTF_8);
		for (int i = 0; i < bytes.length; i++) {
			char character = (char) (bytes[i] & 0xFF);
			boolean escape = character == '%' && isEscape(value(bytes, i + 1), value(bytes, i + 2));
			if (isPathCharacter(character) || ":/?#[]".indexOf(character) >= 0 || escape) {
				out.append(character);
			}
			else {
				out.append('%').append(HEX.charAt(character >> 4)).append(HEX.charAt(character & 0xF));
			}
		}
		return out.toString();
	}

	private static boolean isReference(String text) {
		try {
			return text.equals(encodeIllegal(text)) && new URI(text).toString().equals(text);
		}
		catch (URISyntaxException ex) {
			return false;
		}
	}

}
