package io.meshbridge.rules;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names of context attributes and extensions (<a href=
 * "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#naming-conventions">CloudEvents
 * 1.0.2, Naming Conventions</a>).
 */
final class AttributeNames {

	private static final Set<String> CONTEXT = Set.of("id", "source", "specversion", "type", "datacontenttype",
			"dataschema", "subject", "time");

	private static final Pattern VALID = Pattern.compile("[a-z0-9]+");

	private AttributeNames() {
	}

	static boolean isValid(String name) {
		return VALID.matcher(name).matches() && !name.equals("data");
	}

	static boolean isContextAttribute(String name) {
		return CONTEXT.contains(name);
	}

}
