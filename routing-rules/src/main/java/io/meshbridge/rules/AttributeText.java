package io.meshbridge.rules;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * What the text of an attribute may hold (<a href=
 * "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#type-system">CloudEvents
 * 1.0.2, Type System</a>, String).
 */
final class AttributeText {

	private AttributeText() {
	}

	/**
	 * What is wrong with a text, if anything.
	 */
	static @Nullable String wrong(String text) {
		int at = 0;
		while (at < text.length()) {
			int character = text.codePointAt(at);
			if (Character.isISOControl(character)) {
				return describe("control character", character, text, at);
			}
			if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
				return describe("half of a surrogate pair", character, text, at);
			}
			if ((character & 0xFFFE) == 0xFFFE || (character >= 0xFDD0 && character <= 0xFDEF)) {
				return describe("noncharacter", character, text, at);
			}
			at += Character.charCount(character);
		}
		return null;
	}

	private static String describe(String kind, int character, String text, int at) {
		return String.format(Locale.ROOT, "has the %s U+%04X at character %d, which no attribute may have", kind,
				character, text.codePointCount(0, at) + 1);
	}

}
