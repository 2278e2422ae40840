package io.meshbridge.rules;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Collects what is wrong while settings are read, so that all of it is said at once.
 */
final class Findings {

	private static final Comparator<Problem> BY_PLACE = Comparator
		.comparing((Problem problem) -> problem.location().resource())
		.thenComparing((problem) -> problem.location().line())
		.thenComparing((problem) -> problem.location().column());

	private final List<Problem> problems = new ArrayList<>();

	void add(Location location, String where, String what) {
		this.problems.add(new Problem(location, where, what));
	}

	void throwIfAny() {
		if (!this.problems.isEmpty()) {
			throw new RulesException(this.problems.stream().distinct().sorted(BY_PLACE).toList());
		}
	}

}
