package io.meshbridge.rules.transform;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.dashjoin.jsonata.Functions;
import com.dashjoin.jsonata.Jsonata.Frame;
import com.dashjoin.jsonata.Jsonata.JFunction;
import com.dashjoin.jsonata.Jsonata.JFunctionCallable;
import org.jspecify.annotations.Nullable;

/**
 * Those functions of JSONata that may take for ever, or make an endless text, in one
 * call: they look first where that would lead. All others are stopped between their
 * steps.
 */
final class BoundedFunctions {

	private static final int LOOKS_PER_CHECK = 4096;

	private final Budget budget;

	private BoundedFunctions(Budget budget) {
		this.budget = budget;
	}

	static void bind(Frame frame, Budget budget) {
		BoundedFunctions functions = new BoundedFunctions(budget);
		bind(frame, "pad", "<s-ns?:s>", (input, args) -> functions.pad(args));
		bind(frame, "join", "<a<s>s?:s>", (input, args) -> functions.join(args));
		bind(frame, "contains", "<s-(sf):b>", (input, args) -> functions.contains(args));
		bind(frame, "match", "<s-f<s:o>n?:a<o>>", (input, args) -> functions.match(args));
		bind(frame, "split", "<s-(sf)n?:a<s>>", (input, args) -> functions.split(args));
		bind(frame, "replace", "<s-(sf)(sf)n?:s>", (input, args) -> functions.replace(args));
	}

	private static void bind(Frame frame, String name, String signature, JFunctionCallable function) {
		frame.bind(name, new JFunction(function, signature));
	}

	private @Nullable Object pad(List<?> args) {
		String text = text(args, 0);
		if (text == null || !(argument(args, 1) instanceof Number width)) {
			return text;
		}
		String filler = text(args, 2);
		String unit = (filler == null || filler.isEmpty()) ? " " : filler;
		long missing = Math.abs((long) width.doubleValue()) - text.codePointCount(0, text.length());
		if (missing <= 0) {
			return text;
		}
		this.budget.reserve(missing * 2 + text.length());
		int[] points = unit.codePoints().toArray();
		StringBuilder padding = new StringBuilder();
		for (int i = 0; i < missing; i++) {
			padding.appendCodePoint(points[i % points.length]);
		}
		return (width.doubleValue() < 0) ? padding + text : text + padding;
	}

	private @Nullable Object join(List<?> args) {
		if (!(argument(args, 0) instanceof List<?> parts)) {
			return argument(args, 0);
		}
		String separator = text(args, 1);
		long length = 0;
		for (Object part : parts) {
			length += String.valueOf(part).length() + ((separator == null) ? 0 : separator.length());
		}
		this.budget.reserve(length);
		return String.join((separator == null) ? "" : separator, parts.stream().map(String::valueOf).toList());
	}

	private @Nullable Object contains(List<?> args) {
		String text = text(args, 0);
		if (text != null && argument(args, 1) instanceof Pattern pattern) {
			return pattern.matcher(watched(text)).find();
		}
		return Functions.contains(text, argument(args, 1));
	}

	private @Nullable Object match(List<?> args) {
		String text = text(args, 0);
		if (text == null || !(argument(args, 1) instanceof Pattern pattern)) {
			throw new IllegalArgumentException("$match expects a text and a regular expression");
		}
		walk(pattern, text, 0, 0);
		return Functions.match(text, pattern, integer(args, 2));
	}

	private @Nullable Object split(List<?> args) {
		String text = text(args, 0);
		if (text != null && argument(args, 1) instanceof Pattern pattern) {
			walk(pattern, text, 0, 0);
		}
		return Functions.split(text, argument(args, 1), integer(args, 2));
	}

	private @Nullable Object replace(List<?> args) {
		String text = text(args, 0);
		Object pattern = argument(args, 1);
		Integer limit = integer(args, 3);
		if (text != null && argument(args, 2) instanceof String replacement) {
			long groups = replacement.chars().filter((character) -> character == '$').count();
			Pattern found = (pattern instanceof Pattern regex) ? regex
					: Pattern.compile(Pattern.quote(String.valueOf(pattern)));
			int matches = walk(found, text, replacement.length(), groups);
			limit = (limit == null) ? null : Math.min(limit, matches);
		}
		else if (text != null && pattern instanceof Pattern regex) {
			walk(regex, text, 0, 0);
		}
		return Functions.replace(text, pattern, argument(args, 2), limit);
	}

	/**
	 * Goes through all matches, to see that there is an end to them, and how much would
	 * be put in their places.
	 * @param added length of what replaces each match
	 * @param groups how often it names a part of the match
	 * @return number of matches
	 */
	private int walk(Pattern pattern, String text, long added, long groups) {
		Matcher matcher = pattern.matcher(watched(text));
		int matches = 0;
		long length = text.length();
		while (matcher.find()) {
			matches++;
			long longest = 0;
			for (int group = 0; groups > 0 && group <= matcher.groupCount(); group++) {
				longest = Math.max(longest, matcher.end(group) - matcher.start(group));
			}
			length += added + groups * longest;
			this.budget.reserve(length);
		}
		return matches;
	}

	private CharSequence watched(String text) {
		return new Watched(text, this.budget);
	}

	private static @Nullable Object argument(List<?> args, int index) {
		return (index < args.size()) ? args.get(index) : null;
	}

	private static @Nullable String text(List<?> args, int index) {
		return (argument(args, index) instanceof String text) ? text : null;
	}

	private static @Nullable Integer integer(List<?> args, int index) {
		return (argument(args, index) instanceof Number number) ? (Integer) number.intValue() : null;
	}

	/**
	 * A text that notices when a regular expression looks at it for too long.
	 */
	private static final class Watched implements CharSequence {

		private final String text;

		private final Budget budget;

		private int looks;

		Watched(String text, Budget budget) {
			this.text = text;
			this.budget = budget;
		}

		@Override
		public char charAt(int index) {
			if (++this.looks % LOOKS_PER_CHECK == 0) {
				this.budget.check();
			}
			return this.text.charAt(index);
		}

		@Override
		public int length() {
			return this.text.length();
		}

		@Override
		public CharSequence subSequence(int start, int end) {
			return this.text.substring(start, end);
		}

		@Override
		public String toString() {
			return this.text;
		}

	}

}
