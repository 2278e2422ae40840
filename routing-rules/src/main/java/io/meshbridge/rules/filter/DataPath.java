package io.meshbridge.rules.filter;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Where something stands in JSON data: {@code $.order.items[*].sku}. The part of JSONPath
 * ({@code RFC 9535}) that needs no search: names, places in arrays, and all places of an
 * array. {@code $.} at the start may be left out. Two are equal when they lead to the
 * same place, however they are written. Placeholders of transforms have paths of their
 * own, without quotes.
 */
public final class DataPath {

	private static final int MOST_STEPS = 32;

	/** What can't be in a name without quotes: it has a meaning, or will have. */
	private static final String NOT_IN_NAMES = ".[]*?@()'\"\\, \t\r\n";

	private final List<Step> steps;

	private DataPath(List<Step> steps) {
		this.steps = List.copyOf(steps);
	}

	/**
	 * Reads a path.
	 * @throws ExpressionException when it is none; the text says what is wrong and where
	 */
	public static DataPath parse(String text) throws ExpressionException {
		List<Step> steps = new ArrayList<>();
		int at = 0;
		if (text.startsWith("$.") || text.startsWith("$[") || text.equals("$")) {
			at = 1;
		}
		else if (!text.startsWith("[")) {
			at = name(text, 0, steps);
		}
		while (at < text.length()) {
			if (text.charAt(at) == '.') {
				at = name(text, at + 1, steps);
			}
			else if (text.charAt(at) == '[') {
				at = bracket(text, at, steps);
			}
			else {
				throw wrong(at, "'.' or '['");
			}
			if (steps.size() > MOST_STEPS) {
				throw new ExpressionException("has more than " + MOST_STEPS + " steps, expected fewer");
			}
		}
		return new DataPath(steps);
	}

	private static int name(String text, int start, List<Step> steps) throws ExpressionException {
		int end = start;
		while (end < text.length() && NOT_IN_NAMES.indexOf(text.charAt(end)) < 0) {
			end++;
		}
		if (end == start) {
			throw wrong(start, "a name, in brackets and quotes where it has other than letters, digits, '-' and '_':"
					+ " ['a.b']");
		}
		steps.add(new Step(text.substring(start, end), Step.NAMED));
		return end;
	}

	private static int bracket(String text, int open, List<Step> steps) throws ExpressionException {
		int start = open + 1;
		if (text.startsWith("*]", start)) {
			steps.add(new Step(null, Step.EVERY));
			return start + 2;
		}
		if (start < text.length() && (text.charAt(start) == '\'' || text.charAt(start) == '"')) {
			int end = text.indexOf(text.charAt(start) + "]", start + 1);
			if (end > 0) {
				steps.add(new Step(text.substring(start + 1, end), Step.NAMED));
				return end + 2;
			}
		}
		int end = text.indexOf(']', start);
		if (end > 0 && text.substring(start, end).matches("0|[1-9][0-9]{0,5}")) {
			steps.add(new Step(null, Integer.parseInt(text, start, end, 10)));
			return end + 1;
		}
		throw wrong(start, "'*', a place counted from 0 such as '0', or a name in quotes, and ']'");
	}

	private static ExpressionException wrong(int at, String expected) {
		return new ExpressionException("is no path, at character " + (at + 1) + " expected " + expected);
	}

	/**
	 * Whether there is one value at most.
	 */
	boolean leadsToOne() {
		return this.steps.stream().noneMatch((step) -> step.index() == Step.EVERY);
	}

	List<Step> steps() {
		return this.steps;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof DataPath path && this.steps.equals(path.steps);
	}

	@Override
	public int hashCode() {
		return this.steps.hashCode();
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder("$");
		this.steps.forEach((step) -> step.appendTo(text));
		return text.toString();
	}

	/**
	 * One step down.
	 *
	 * @param name of a member of an object, or {@code null} for an element of an array
	 * @param index of the element
	 */
	record Step(@Nullable String name, int index) {

		/** Index of what has a name. */
		static final int NAMED = -2;

		/** Index of every element. */
		static final int EVERY = -1;

		private void appendTo(StringBuilder text) {
			String member = this.name;
			if (member == null) {
				text.append('[').append((this.index == EVERY) ? "*" : String.valueOf(this.index)).append(']');
			}
			else if (!member.isEmpty() && member.chars().noneMatch((c) -> NOT_IN_NAMES.indexOf(c) >= 0)) {
				text.append('.').append(member);
			}
			else {
				// Such that reading it gives this name again.
				char quote = (member.contains("'") && !member.contains("\"]")) ? '"' : '\'';
				text.append('[').append(quote).append(member).append(quote).append(']');
			}
		}

	}

}
