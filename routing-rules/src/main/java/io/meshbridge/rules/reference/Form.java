package io.meshbridge.rules.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a key takes, as a JSON Schema and in words.
 *
 * @param words for a table, in Markdown
 * @param schema for a machine
 */
record Form(String words, Map<String, Object> schema) {

	private static final String DURATION = "[0-9]{1,12}([nNuUmM]?[sS]|[mMhHdD])|[-+]?[pP].+";

	private static final String ATTRIBUTE = "(?!data$)[a-z0-9]+";

	/** Text; a number must be in quotes. */
	static final Form TEXT = new Form("text", object("type", "string", "minLength", 1));

	/** Text, for which a number or boolean may stand. */
	static final Form VALUE = new Form("value", object("type", List.of("string", "number", "boolean"), "minLength", 1));

	/** Anything that is one value, nothing included. */
	static final Form SCALAR = new Form("value", object("type", List.of("string", "number", "boolean", "null")));

	static final Form ATTRIBUTE_NAME = text("attribute", ATTRIBUTE);

	static final Form RATE = text("`100/s`, `20/100ms`, ..., or `none`",
			"none|[1-9][0-9]{0,8}/[0-9]*(ns|us|ms|s|m|h|d)");

	static final Form BOOLEAN = new Form("`true`, `false`", object("enum", List.of(true, false, "true", "false")));

	static final Form YES = new Form("`true`", object("enum", List.of(true, "true")));

	static final Form FRACTION = new Form("0 to 1", object("type", List.of("number", "string"), "minimum", 0, "maximum",
			1, "pattern", whole("0|1|[01]?\\.[0-9]{1,9}")));

	static final Form NUMBER = new Form("number", object("type", List.of("number", "string"), "pattern",
			whole("-?[0-9]{1,100}(\\.[0-9]{1,100})?([eE][+-]?[0-9]{1,4})?")));

	static Form text(String words, String pattern) {
		return new Form(words, object("type", "string", "pattern", whole(pattern)));
	}

	static Form duration(String range) {
		return text("duration, " + range, DURATION);
	}

	/**
	 * A whole number, or one of some words.
	 */
	static Form number(int least, int most, String... words) {
		List<String> patterns = new ArrayList<>(List.of(words));
		patterns.add("[0-9]{1,9}");
		return new Form(least + " to " + String.format(Locale.ROOT, "%,d", most) + orElse(words),
				object("type", List.of("integer", "string"), "minimum", least, "maximum", most, "pattern",
						whole(String.join("|", patterns))));
	}

	static Form choice(String... values) {
		return new Form(Arrays.stream(values).map((value) -> "`" + value + "`").collect(Collectors.joining(", ")),
				object("enum", List.of(values)));
	}

	/**
	 * A block, which may be empty when none of its keys is needed.
	 */
	static Form block(String words, String name) {
		return new Form(words, object("$ref", "#/$defs/" + name));
	}

	/**
	 * An object whose members keep their order, so that the schema is the same each time.
	 */
	static Map<String, Object> object(Object... namesAndValues) {
		Map<String, Object> object = new LinkedHashMap<>();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			object.put((String) namesAndValues[i], namesAndValues[i + 1]);
		}
		return object;
	}

	Form named(String other) {
		return new Form(other, this.schema);
	}

	/**
	 * This, or nothing behind the colon.
	 */
	Form orNothing() {
		Map<String, Object> schema = new LinkedHashMap<>(this.schema);
		if (schema.get("type") instanceof String type) {
			schema.put("type", List.of(type, "null"));
			return new Form(this.words, schema);
		}
		return new Form(this.words, object("anyOf", List.of(schema, object("type", "null"))));
	}

	/**
	 * This, or that.
	 */
	Form or(Form other) {
		return new Form(this.words + ", or " + other.words, object("anyOf", List.of(this.schema, other.schema)));
	}

	/**
	 * A list of such.
	 */
	Form list(String plural, int least) {
		Map<String, Object> list = new LinkedHashMap<>();
		list.put("type", "array");
		list.put("items", this.schema);
		if (least > 0) {
			list.put("minItems", least);
		}
		return new Form(plural, list);
	}

	/**
	 * A mapping of free names to such.
	 */
	Form mapping(String plural, String names, int least) {
		Map<String, Object> mapping = new LinkedHashMap<>();
		mapping.put("type", "object");
		mapping.put("propertyNames", object("pattern", whole(names)));
		mapping.put("additionalProperties", this.schema);
		if (least > 0) {
			mapping.put("minProperties", least);
		}
		return new Form(plural, mapping);
	}

	Form byAttribute(String words) {
		return mapping(words, ATTRIBUTE, 1);
	}

	private static String whole(String pattern) {
		return "^(?:" + pattern + ")$";
	}

	private static String orElse(String[] words) {
		return Arrays.stream(words).map((word) -> ", or `" + word + "`").collect(Collectors.joining());
	}

}
