package io.meshbridge.rules;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The rules have problems; none of them takes effect. Carries all of them at once, in the
 * order of their places.
 */
public final class RulesException extends RuntimeException {

	private final List<Problem> problems;

	public RulesException(List<Problem> problems) {
		super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
		this.problems = List.copyOf(problems);
	}

	/**
	 * Everything that is wrong.
	 */
	public List<Problem> problems() {
		return this.problems;
	}

}
