package io.meshbridge.gateway.routes;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.meshbridge.rules.lint.Finding;
import io.meshbridge.rules.lint.Severity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is allowed in the active rules and probably not meant. The log tells a warning
 * when it comes, and not again while it stays. Read by any thread, replaced by one at a
 * time.
 */
final class ActiveFindings {

	private static final Logger logger = LoggerFactory.getLogger(ActiveFindings.class);

	private static final int MOST_TOLD = 3;

	private volatile List<Finding> findings = List.of();

	List<Finding> all() {
		return this.findings;
	}

	/**
	 * Hears what is found in the rules that are active from now on.
	 */
	void replace(List<Finding> found) {
		Set<String> before = new HashSet<>();
		this.findings.forEach((finding) -> before.add(wherever(finding)));
		this.findings = List.copyOf(found);
		List<Finding> warnings = found.stream().filter((finding) -> finding.severity() == Severity.WARNING).toList();
		List<Finding> added = warnings.stream().filter((finding) -> !before.contains(wherever(finding))).toList();
		if (!added.isEmpty()) {
			String first = added.stream().limit(MOST_TOLD).map(Finding::toString).collect(Collectors.joining("; "));
			logger.warn("lint has {} for the active rules, {} new: {}{}",
					(warnings.size() == 1) ? "a warning" : warnings.size() + " warnings", added.size(), first,
					(added.size() > MOST_TOLD) ? "; the others are in GET /admin/rules" : "");
		}
	}

	/**
	 * The same for a finding that stands elsewhere in its file than before.
	 */
	private static String wherever(Finding finding) {
		return finding.where().replaceFirst("^routes\\[[0-9]+] ", "") + ": " + finding.what();
	}

}
