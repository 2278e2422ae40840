package io.meshbridge.rules.filter;

import java.util.regex.Pattern;

/**
 * Writes a value as YAML would take it, quoted only when it has to be.
 */
final class YamlText {

	private static final Pattern PLAIN = Pattern.compile("[A-Za-z/_][A-Za-z0-9/_.+@=-]*");

	private static final Pattern WORD_WITH_MEANING = Pattern.compile("(?i)true|false|null|yes|no|on|off|y|n");

	private YamlText() {
	}

	static String of(String value) {
		if (PLAIN.matcher(value).matches() && !WORD_WITH_MEANING.matcher(value).matches()) {
			return value;
		}
		return "'" + value.replace("'", "''") + "'";
	}

}
