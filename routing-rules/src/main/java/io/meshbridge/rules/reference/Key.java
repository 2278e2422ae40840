package io.meshbridge.rules.reference;

/**
 * One key of a {@link Block}.
 *
 * @param name as it is written
 * @param needed whether its block can't do without
 * @param form what it takes
 * @param standard what holds where it is not written; empty for nothing
 * @param says what it does, in Markdown without links
 * @param see the part of the pages that says more, as a link in Markdown; empty for none
 */
record Key(String name, boolean needed, Form form, String standard, String says, String see) {

	static Key needed(String name, Form form, String says) {
		return new Key(name, true, form, "", says, "");
	}

	static Key optional(String name, Form form, String says) {
		return new Key(name, false, form, "", says, "");
	}

	/**
	 * What holds where it is not written.
	 */
	String presence() {
		return this.needed ? "needed" : this.standard;
	}

	Key standard(String value) {
		return new Key(this.name, this.needed, this.form, value, this.says, this.see);
	}

	Key see(String link) {
		return new Key(this.name, this.needed, this.form, this.standard, this.says, link);
	}

}
