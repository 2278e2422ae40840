package io.meshbridge.rules.filter;

import java.util.Locale;

/**
 * A value as an explanation shows it: in quotes, on one line, not longer than a person
 * wants to read.
 */
final class Shown {

	private static final int LONGEST = 120;

	private Shown() {
	}

	static String cut(String text) {
		return (text.length() > LONGEST) ? text.substring(0, LONGEST) + "..." : text;
	}

	static String quoted(String value) {
		StringBuilder text = new StringBuilder("'");
		value.codePoints().limit(LONGEST).forEach((character) -> {
			if (Character.isISOControl(character) || Character.getType(character) == Character.FORMAT
					|| Character.getType(character) == Character.SURROGATE) {
				text.append(String.format(Locale.ROOT, "\\u%04X", character));
			}
			else {
				text.appendCodePoint(character);
			}
		});
		return text.append((value.codePointCount(0, value.length()) > LONGEST) ? "..." : "").append('\'').toString();
	}

}
