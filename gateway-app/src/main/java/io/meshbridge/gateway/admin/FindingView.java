package io.meshbridge.gateway.admin;

import java.util.List;

import io.meshbridge.rules.lint.Finding;
import org.jspecify.annotations.Nullable;

/**
 * Something that is allowed in the rules and probably not meant, as
 * {@code meshbridge lint} finds it.
 *
 * @param at where it stands: {@code file:line:column}
 * @param resource the file, or {@code request}
 * @param line from 1; 0 where there are none
 * @param column from 1; 0 where there are none
 * @param severity {@code warning} or {@code note}
 * @param check name of the check that found it
 * @param where path of the setting
 * @param what is found, and what would be better
 */
record FindingView(String at, String resource, int line, int column, String severity, @Nullable String check,
		String where, String what) {

	static List<FindingView> of(List<Finding> findings) {
		return findings.stream()
			.map((finding) -> new FindingView(finding.location().toString(), finding.location().resource(),
					finding.location().line(), finding.location().column(), finding.severity().toString(),
					finding.check(), finding.where(), finding.what()))
			.toList();
	}

}
