package io.meshbridge.rules.filter;

import java.util.List;

/**
 * What a filter says of one event, and why: for people, with values of the event in it.
 *
 * @param clause the rule as a user would write it
 * @param outcome what it says; the same as when events are matched
 * @param why one sentence without a full stop: what the event has, and where it does not
 * fit what was expected; of an error, only what went wrong, with nothing of the data
 * @param parts what the clauses say that it is put together of, in the order of writing
 */
public record Verdict(String clause, Outcome outcome, String why, List<Verdict> parts) {

	public Verdict {
		parts = List.copyOf(parts);
	}

	/**
	 * All of the parts must be true.
	 */
	static Verdict all(String clause, List<Verdict> parts) {
		return combined(clause, parts, Outcome.FALSE, Outcome.TRUE,
				(parts.size() == 1) ? parts.get(0).why : "all of " + parts.size() + " match");
	}

	/**
	 * One of the parts must be true.
	 */
	static Verdict any(String clause, List<Verdict> parts) {
		return combined(clause, parts, Outcome.TRUE, Outcome.FALSE,
				(parts.size() == 1) ? parts.get(0).why : "none of " + parts.size() + " matches");
	}

	/**
	 * The first part that decides tells why, else the first that failed.
	 */
	private static Verdict combined(String clause, List<Verdict> parts, Outcome decisive, Outcome other,
			String otherWhy) {
		for (Outcome outcome : List.of(decisive, Outcome.ERROR)) {
			for (Verdict part : parts) {
				if (part.outcome == outcome) {
					return new Verdict(clause, outcome, part.why, parts);
				}
			}
		}
		return new Verdict(clause, other, otherWhy, parts);
	}

	@Override
	public String toString() {
		return this.clause + " -> " + this.outcome + ": " + this.why;
	}

}
