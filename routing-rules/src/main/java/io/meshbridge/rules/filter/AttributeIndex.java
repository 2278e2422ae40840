package io.meshbridge.rules.filter;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.cloudevents.CloudEvent;

/**
 * Finds filters by the text of one attribute: those that ask for this text, and those
 * that ask for a prefix of it.
 */
final class AttributeIndex {

	private final Attribute attribute;

	private final Table exact;

	private final Table prefixes;

	/** All lengths that a prefix has, ascending. */
	private final int[] lengths;

	/**
	 * Makes an index.
	 * @param byKey numbers of filters, ascending, by what they ask for
	 */
	AttributeIndex(String name, Map<IndexKey, List<Integer>> byKey) {
		this.attribute = new Attribute(name);
		this.exact = new Table(keys(name, false, byKey), byKey);
		List<IndexKey> keys = keys(name, true, byKey);
		this.prefixes = new Table(keys, byKey);
		this.lengths = keys.stream().mapToInt((key) -> key.value().length()).distinct().sorted().toArray();
	}

	private static List<IndexKey> keys(String name, boolean prefix, Map<IndexKey, List<Integer>> byKey) {
		return byKey.keySet().stream().filter((key) -> key.attribute().equals(name) && key.prefix() == prefix).toList();
	}

	boolean isEmpty() {
		return this.exact.isEmpty() && this.prefixes.isEmpty();
	}

	/**
	 * Adds the numbers of those that the event may match.
	 */
	int[] addTo(int[] numbers, CloudEvent event) {
		String text = this.attribute.text(event);
		if (text == null) {
			return numbers;
		}
		int[] all = this.exact.isEmpty() ? numbers : this.exact.addTo(numbers, text, text.length(), text.hashCode());
		int hash = 0;
		int at = 0;
		for (int length : this.lengths) {
			if (length > text.length()) {
				break;
			}
			while (at < length) {
				// As String has it, so that each prefix costs its own characters only.
				hash = 31 * hash + text.charAt(at++);
			}
			all = this.prefixes.addTo(all, text, length, hash);
		}
		return all;
	}

	/**
	 * A hash table that knows texts by where they are the start of another one, and in
	 * which a look-up touches little memory.
	 */
	private static final class Table {

		private static final int SEVERAL = -1;

		private final String[] texts;

		/** For each text the one filter that asks for it, or {@link #SEVERAL}. */
		private final int[] only;

		private final int[][] numbers;

		/** Hash and place of each text, near where its hash points to. */
		private final long[] slots;

		private final int shift;

		/** Bits of the slots that are taken. */
		private final long[] taken;

		Table(List<IndexKey> keys, Map<IndexKey, List<Integer>> byKey) {
			this.texts = keys.stream().map(IndexKey::value).toArray(String[]::new);
			this.numbers = keys.stream()
				.map((key) -> byKey.getOrDefault(key, List.of()).stream().mapToInt(Integer::intValue).toArray())
				.toArray(int[][]::new);
			this.only = Arrays.stream(this.numbers).mapToInt((all) -> (all.length == 1) ? all[0] : SEVERAL).toArray();
			this.slots = new long[Math.max(Long.SIZE, 4 * Integer.highestOneBit(Math.max(1, this.texts.length)))];
			this.shift = Integer.numberOfLeadingZeros(this.slots.length) + 1;
			this.taken = new long[this.slots.length / Long.SIZE];
			for (int i = 0; i < this.texts.length; i++) {
				int hash = this.texts[i].hashCode();
				int slot = slot(hash);
				while (isTaken(slot)) {
					slot = next(slot);
				}
				this.slots[slot] = ((long) hash << Integer.SIZE) | i;
				this.taken[slot / Long.SIZE] |= 1L << slot;
			}
		}

		boolean isEmpty() {
			return this.texts.length == 0;
		}

		private boolean isTaken(int slot) {
			return (this.taken[slot / Long.SIZE] & (1L << slot)) != 0;
		}

		private int slot(int hash) {
			// By the golden ratio, for texts that are numbered have hashes in a row.
			return (hash * 0x9E3779B9) >>> this.shift;
		}

		private int next(int slot) {
			return (slot + 1) & (this.slots.length - 1);
		}

		/**
		 * Adds the numbers under the text's start.
		 * @param hash of the start
		 */
		int[] addTo(int[] others, String text, int length, int hash) {
			for (int slot = slot(hash); isTaken(slot); slot = next(slot)) {
				int found = (int) this.slots[slot];
				if ((int) (this.slots[slot] >> Integer.SIZE) == hash && starts(text, length, this.texts[found])) {
					return (this.only[found] == SEVERAL) ? join(others, this.numbers[found])
							: join(others, new int[] { this.only[found] });
				}
			}
			return others;
		}

		private static boolean starts(String text, int length, String start) {
			return (length == text.length()) ? text.equals(start) : start.length() == length && text.startsWith(start);
		}

		/**
		 * All that is in one or both of two ascending arrays.
		 */
		private static int[] join(int[] a, int[] b) {
			if (a.length == 0 || b.length == 0) {
				return (a.length == 0) ? b : a;
			}
			int[] joined = new int[a.length + b.length];
			int size = 0;
			int i = 0;
			int j = 0;
			while (i < a.length || j < b.length) {
				if (j == b.length || (i < a.length && a[i] < b[j])) {
					joined[size++] = a[i++];
				}
				else {
					i += (i < a.length && a[i] == b[j]) ? 1 : 0;
					joined[size++] = b[j++];
				}
			}
			return (size == joined.length) ? joined : Arrays.copyOf(joined, size);
		}

	}

}
