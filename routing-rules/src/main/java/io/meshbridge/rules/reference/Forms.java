package io.meshbridge.rules.reference;

/**
 * What several keys take.
 */
final class Forms {

	static final String BY_ATTRIBUTE = "mapping of attributes to text";

	/** Events leave to a URL, never to a path of the gateway. */
	static final Form TARGET_ENDPOINT = Form.text("endpoint", "(?!https?:(?!//|https?://)).+");

	static final Form TARGET = TARGET_ENDPOINT.or(Form.block("target", "target"));

	static final Form FILTER = Form.block("filter", "filter");

	static final Form FILTERS = FILTER.list("list of filters", 0)
		.or(Form.block("mapping", "filters"))
		.orNothing()
		.named("list of filters");

	static final Form TEXTS = Form.TEXT.or(Form.TEXT.list("a list", 1));

	static final Form TRANSFORM = Form.block("step", "step").list("list of steps", 1);

	private Forms() {
	}

}
