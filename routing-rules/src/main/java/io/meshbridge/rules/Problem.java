package io.meshbridge.rules;

import java.util.Collection;

/**
 * One thing that is wrong with the rules.
 *
 * @param location where it stands
 * @param where path of the setting, for example {@code routes[2].filters[0].prefix}
 * @param what is wrong, what was expected, and a suggestion where there is one
 */
public record Problem(Location location, String where, String what) {

	/**
	 * A name that does not exist, with the nearest of those that do.
	 * @param known every name that would have been right
	 */
	public static Problem unknownName(Location location, String name, Collection<String> known) {
		return new Problem(location, name, "unknown property" + Wording.didYouMean(name, known));
	}

	/**
	 * A value that is none of those allowed, with the nearest of them.
	 */
	public static Problem unknownValue(Location location, String name, String value, Collection<String> known) {
		return new Problem(location, name,
				Wording.quote(value) + " is not known, " + Wording.expectedOneOf(value, known));
	}

	/**
	 * The form that a person reads: {@code file:line:column: where: what}.
	 */
	@Override
	public String toString() {
		return this.location + ": " + this.where + ": " + this.what;
	}

}
