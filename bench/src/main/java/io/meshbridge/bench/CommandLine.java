package io.meshbridge.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The arguments of a command, read one after the other, and all that is wrong with them.
 */
final class CommandLine {

	private final List<String> arguments;

	private final List<String> problems = new ArrayList<>();

	private int next;

	CommandLine(String... arguments) {
		this.arguments = List.of(arguments);
	}

	/**
	 * The next argument, or {@code null} after the last one.
	 */
	@Nullable String next() {
		return (this.next < this.arguments.size()) ? this.arguments.get(this.next++) : null;
	}

	/**
	 * An argument without its value.
	 */
	static String name(String argument) {
		return argument.replaceFirst("=.*", "");
	}

	/**
	 * The value of an argument: what is behind its equals sign, or else the next one;
	 * {@code null} if it has none, which is a problem.
	 */
	@Nullable String value(String argument) {
		int equals = argument.indexOf('=');
		if (equals > 0) {
			return argument.substring(equals + 1);
		}
		String value = next();
		if (value == null) {
			problem(argument + " needs a value");
		}
		return value;
	}

	@Nullable Path file(String argument) {
		String value = value(argument);
		return (value != null) ? Path.of(value) : null;
	}

	/**
	 * A property of the gateway, {@code key=value}.
	 * @param settings where to put it
	 */
	void setting(String argument, List<String> settings) {
		String value = value(argument);
		if (value != null && value.indexOf('=') > 0) {
			settings.add(value);
		}
		else if (value != null) {
			problem("--set: '" + value + "' is no key=value");
		}
	}

	int wholeNumber(String argument, int least, int most) {
		return (int) number(argument, least, most, true);
	}

	double number(String argument, int least, int most) {
		return number(argument, least, most, false);
	}

	private double number(String argument, int least, int most, boolean whole) {
		String value = value(argument);
		if (value == null) {
			return least;
		}
		try {
			double number = whole ? Integer.parseInt(value) : Double.parseDouble(value);
			if (number >= least && number <= most) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// Said below, as for a number out of range.
		}
		problem(name(argument) + ": '" + value + "' is " + (whole ? "no whole number" : "no number") + " from " + least
				+ " to " + most);
		return least;
	}

	void problem(String problem) {
		this.problems.add(problem);
	}

	/**
	 * Whether nothing is wrong so far.
	 */
	boolean good() {
		return this.problems.isEmpty();
	}

	/**
	 * The end of reading.
	 * @throws IllegalArgumentException with all that is wrong, a line for each
	 */
	void check() {
		if (!good()) {
			throw new IllegalArgumentException(String.join("\n", this.problems));
		}
	}

}
