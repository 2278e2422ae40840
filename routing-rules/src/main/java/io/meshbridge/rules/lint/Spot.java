package io.meshbridge.rules.lint;

import io.meshbridge.rules.Location;

/**
 * A setting that a finding is about.
 *
 * @param where path of the setting
 */
record Spot(Location location, String where) {

	Finding warning(String check, String what) {
		return new Finding(Severity.WARNING, check, this.location, this.where, what);
	}

	Finding note(String check, String what) {
		return new Finding(Severity.NOTE, check, this.location, this.where, what);
	}

}
