package io.meshbridge.rules.filter;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * A pattern in which one character stands for any text, and maybe another for any one
 * character. All places where the text so far may have led to are followed at once, as
 * bits, so that the time hangs on the length of the text and not on what it says: there
 * is no way back. Immutable.
 */
final class Wildcard {

	static final int LONGEST = 1_000;

	private static final int BITS = Long.SIZE;

	/** Number of characters that a text must have at least. */
	private final int length;

	/** For each place, whether any text may stand there. */
	private final long[] runs;

	/** For each character of the pattern, the places it fits at. */
	private final Map<Integer, long[]> fits = new HashMap<>();

	/** The places that any character fits at. */
	private final long[] others;

	private Wildcard(int[] characters, int length, BitSet ones, BitSet runs) {
		int words = length / BITS + 1;
		this.length = length;
		this.runs = Arrays.copyOf(runs.toLongArray(), words);
		this.others = Arrays.copyOf(ones.toLongArray(), words);
		for (int i = 0; i < length; i++) {
			if (!ones.get(i)) {
				this.fits.computeIfAbsent(characters[i], (unused) -> this.others.clone())[i / BITS] |= 1L << i;
			}
		}
	}

	/**
	 * {@code *} stands for any text, also none; {@code \*} and {@code \\} for themselves.
	 */
	static Wildcard star(String pattern) throws ExpressionException {
		return of(pattern, '*', -1, "*\\");
	}

	/**
	 * As CloudEvents SQL has it: {@code %} stands for any text, {@code _} for any one
	 * character, {@code \%} and {@code \_} for themselves.
	 */
	static Wildcard like(String pattern) throws ExpressionException {
		return of(pattern, '%', '_', "%_");
	}

	private static Wildcard of(String pattern, int any, int one, String escaped) throws ExpressionException {
		int[] from = pattern.codePoints().toArray();
		if (from.length > LONGEST) {
			throw new ExpressionException(
					"is a pattern of " + from.length + " characters, expected " + LONGEST + " at most");
		}
		int[] characters = new int[from.length];
		int length = 0;
		BitSet ones = new BitSet();
		BitSet runs = new BitSet();
		for (int i = 0; i < from.length; i++) {
			if (from[i] == '\\' && i + 1 < from.length && escaped.indexOf(from[i + 1]) >= 0) {
				characters[length++] = from[++i];
			}
			else if (from[i] == any) {
				runs.set(length);
			}
			else {
				ones.set(length, from[i] == one);
				characters[length++] = from[i];
			}
		}
		return new Wildcard(characters, length, ones, runs);
	}

	boolean matches(String text) {
		if (text.length() < this.length) {
			return false;
		}
		long[] places = new long[this.runs.length];
		places[0] = 1;
		int at = 0;
		while (at < text.length()) {
			int character = text.codePointAt(at);
			if (!step(places, this.fits.getOrDefault(character, this.others))) {
				return false;
			}
			at += Character.charCount(character);
		}
		return (places[this.length / BITS] & (1L << this.length)) != 0;
	}

	/**
	 * Goes on by one character.
	 * @return whether there is still a place to be at
	 */
	private boolean step(long[] places, long[] fitting) {
		long some = 0;
		long carry = 0;
		for (int i = 0; i < places.length; i++) {
			long moved = places[i] & fitting[i];
			places[i] = (moved << 1) | carry | (places[i] & this.runs[i]);
			carry = moved >>> (BITS - 1);
			some |= places[i];
		}
		return some != 0;
	}

}
