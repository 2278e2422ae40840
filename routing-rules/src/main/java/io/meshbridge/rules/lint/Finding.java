package io.meshbridge.rules.lint;

import io.meshbridge.rules.Location;
import io.meshbridge.rules.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Something about rules that their author should know.
 *
 * @param severity how bad it is
 * @param check name of the check that found it, such as {@code loop}; {@code null} for an
 * error
 * @param location where it stands
 * @param where path of the setting, for example {@code routes[2] (orders).to}
 * @param what is found, and what would be better
 */
public record Finding(Severity severity, @Nullable String check, Location location, String where, String what) {

	/**
	 * A problem of rules that can't be used.
	 */
	public static Finding of(Problem problem) {
		return new Finding(Severity.ERROR, null, problem.location(), problem.where(), problem.what());
	}

	/**
	 * The form that a person reads:
	 * {@code file:line:column: severity: where: what [check]}.
	 */
	@Override
	public String toString() {
		return this.location + ": " + this.severity + ": " + this.where + ": " + this.what
				+ ((this.check != null) ? " [" + this.check + "]" : "");
	}

}
