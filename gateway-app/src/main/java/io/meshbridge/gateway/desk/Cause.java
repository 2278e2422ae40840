package io.meshbridge.gateway.desk;

import java.util.regex.Pattern;

/**
 * What failures have in common that differ in an id, an amount or an address only.
 */
final class Cause {

	/** Quoted text, UUIDs and long hexadecimal ids, numbers with their fractions. */
	private static final Pattern VARIABLE = Pattern.compile("'[^']*'|\"[^\"]*\"|`[^`]*`"
			+ "|\\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\\b|\\b(?=[a-fA-F]*[0-9])[0-9a-fA-F]{12,}\\b"
			+ "|[0-9]+(?:[.,:][0-9]+)*");

	private static final String FOLDED = "\u2026";

	private Cause() {
	}

	static String of(String reason) {
		return VARIABLE.matcher(reason).replaceAll(FOLDED);
	}

}
