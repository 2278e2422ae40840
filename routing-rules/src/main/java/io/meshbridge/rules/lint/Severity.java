package io.meshbridge.rules.lint;

import java.util.Locale;

/**
 * How bad a finding is.
 */
public enum Severity {

	/** The rules can't be used. */
	ERROR,

	/** They can, and will do what hardly anybody wants. */
	WARNING,

	/** Worth knowing; often meant. */
	NOTE;

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
