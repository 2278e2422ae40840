package io.meshbridge.bridge.test;

/**
 * A place on the broker in the two forms the gateway names it. Most protocols have one
 * form for both; over HTTP a source is a path and a target is a URL.
 *
 * @param source as in {@code SourceSpec}
 * @param target as in {@code TargetSpec}
 */
public record Destination(String source, String target) {

	/**
	 * A destination with one name for both sides.
	 */
	public static Destination of(String name) {
		return new Destination(name, name);
	}

}
