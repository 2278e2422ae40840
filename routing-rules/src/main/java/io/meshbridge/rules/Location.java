package io.meshbridge.rules;

/**
 * A place in a file that a person can go to.
 *
 * @param resource file name as the user knows it, or the name of another property source
 * @param line from 1; 0 when the resource has no lines
 * @param column from 1; 0 when the resource has no columns
 */
public record Location(String resource, int line, int column) {

	@Override
	public String toString() {
		return (this.line == 0) ? this.resource : this.resource + ":" + this.line + ":" + this.column;
	}

}
