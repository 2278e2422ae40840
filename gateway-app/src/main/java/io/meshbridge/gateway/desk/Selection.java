package io.meshbridge.gateway.desk;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Letters that something is done with. Its {@code toString} is what the audit says.
 */
public sealed interface Selection {

	/**
	 * All to which a filter applies.
	 */
	record Filtered(LetterFilter filter) implements Selection {

		@Override
		public String toString() {
			return this.filter.toString();
		}
	}

	/**
	 * Those with these numbers.
	 */
	record Numbered(List<Long> numbers) implements Selection {

		private static final int MOST_TOLD = 20;

		public Numbered {
			numbers = List.copyOf(numbers);
		}

		@Override
		public String toString() {
			String more = (this.numbers.size() > MOST_TOLD) ? "," + (this.numbers.size() - MOST_TOLD) + " more" : "";
			return "numbers="
					+ this.numbers.stream().limit(MOST_TOLD).map(String::valueOf).collect(Collectors.joining(","))
					+ more;
		}
	}

}
