package io.meshbridge.rules;

import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * How problems quote a value, list what was expected, and guess what was meant.
 */
final class Wording {

	private static final int LONGEST_QUOTE = 120;

	private static final int LONGEST_LIST = 20;

	private static final int LONGEST_SLIP = 4;

	private Wording() {
	}

	/**
	 * A value in quotes, on one line and not longer than a person wants to read.
	 */
	static String quote(String value) {
		StringBuilder text = new StringBuilder("'");
		value.codePoints().limit(LONGEST_QUOTE).forEach((character) -> {
			if (isInvisible(character)) {
				text.append(String.format(Locale.ROOT, "\\u%04X", character));
			}
			else {
				text.appendCodePoint(character);
			}
		});
		return text.append((value.codePointCount(0, value.length()) > LONGEST_QUOTE) ? "..." : "")
			.append('\'')
			.toString();
	}

	private static boolean isInvisible(int character) {
		return switch (Character.getType(character)) {
			case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.UNASSIGNED,
					Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
				true;
			default -> false;
		};
	}

	/**
	 * What was expected, and the nearest of it when something similar was written.
	 */
	static String expectedOneOf(String written, Collection<String> known) {
		if (known.isEmpty()) {
			return "but none is known here";
		}
		String list = known.stream().sorted().limit(LONGEST_LIST).collect(Collectors.joining(", "));
		String more = (known.size() > LONGEST_LIST) ? " and " + (known.size() - LONGEST_LIST) + " more" : "";
		return "expected one of " + list + more + didYouMean(written, known);
	}

	static String didYouMean(String written, Collection<String> known) {
		String nearest = nearest(written, known);
		return (nearest != null) ? "; did you mean '" + nearest + "'?" : "";
	}

	/**
	 * The known word that differs in letter case and separators only, by at most two
	 * slips of the finger, or in how it goes on after a common start.
	 */
	static @Nullable String nearest(String written, Collection<String> known) {
		String word = letters(written);
		int allowed = (word.length() <= 4) ? 1 : 2;
		String nearest = null;
		int least = allowed + 1;
		for (String candidate : known.stream().sorted().toList()) {
			int distance = distance(word, letters(candidate), allowed);
			if (distance < least && distance < word.length()) {
				least = distance;
				nearest = candidate;
			}
		}
		return (nearest != null) ? nearest : relative(word, known);
	}

	private static @Nullable String relative(String word, Collection<String> known) {
		if (word.length() < LONGEST_SLIP) {
			return null;
		}
		return known.stream().sorted().filter((candidate) -> {
			String other = letters(candidate);
			return (other.contains(word) && other.length() < 2 * word.length())
					|| (Math.abs(other.length() - word.length()) < LONGEST_SLIP && other.length() >= LONGEST_SLIP
							&& word.startsWith(other.substring(0, LONGEST_SLIP)));
		}).findFirst().orElse(null);
	}

	private static String letters(String word) {
		return word.toLowerCase(Locale.ROOT).replaceAll("[\\s_.-]", "");
	}

	/**
	 * Insertions, deletions, replacements and swaps of neighbours (optimal string
	 * alignment).
	 */
	private static int distance(String a, String b, int allowed) {
		if (Math.abs(a.length() - b.length()) > allowed) {
			return allowed + 1;
		}
		int[][] cost = new int[a.length() + 1][b.length() + 1];
		for (int i = 0; i <= a.length(); i++) {
			cost[i][0] = i;
		}
		for (int j = 0; j <= b.length(); j++) {
			cost[0][j] = j;
		}
		for (int i = 1; i <= a.length(); i++) {
			for (int j = 1; j <= b.length(); j++) {
				int replace = cost[i - 1][j - 1] + ((a.charAt(i - 1) == b.charAt(j - 1)) ? 0 : 1);
				cost[i][j] = Math.min(replace, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
				if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
					cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
				}
			}
		}
		return cost[a.length()][b.length()];
	}

}
