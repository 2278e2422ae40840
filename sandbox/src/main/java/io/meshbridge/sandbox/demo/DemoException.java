package io.meshbridge.sandbox.demo;

import java.util.List;

/**
 * Why the demo can't start or go on, in words for its user.
 */
final class DemoException extends Exception {

	private final int exitCode;

	private final List<String> problems;

	DemoException(int exitCode, List<String> problems) {
		super(String.join("\n", problems));
		this.exitCode = exitCode;
		this.problems = List.copyOf(problems);
	}

	DemoException(String problem) {
		this(1, List.of(problem));
	}

	int exitCode() {
		return this.exitCode;
	}

	List<String> problems() {
		return this.problems;
	}

}
