package io.meshbridge.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.meshbridge.rules.reference.RulesSchema;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an editor says of rules that knows their JSON Schema and nothing else.
 */
final class SchemaCheck {

	private static final JsonMapper JSON = new JsonMapper();

	private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
		.getSchema(JSON.readTree(RulesSchema.json()));

	private SchemaCheck() {
	}

	/**
	 * Messages by JSON pointer.
	 */
	static Map<String, String> errors(Setting document) {
		Map<String, String> errors = new TreeMap<>();
		for (Error error : SCHEMA.validate(JSON.valueToTree(plain(document)))) {
			errors.merge(error.getInstanceLocation().toString(), error.getMessage(), (a, b) -> a + "; " + b);
		}
		return errors;
	}

	private static @Nullable Object plain(Setting setting) {
		if (setting instanceof Setting.Scalar scalar) {
			// To the gateway an empty text is nothing, for a flat source of properties
			// knows no other.
			return "".equals(scalar.value()) ? null : scalar.value();
		}
		if (setting instanceof Setting.Items items) {
			List<@Nullable Object> list = new ArrayList<>();
			items.items().forEach((item) -> list.add(plain(item)));
			return list;
		}
		Map<String, @Nullable Object> map = new LinkedHashMap<>();
		((Setting.Entries) setting).entries().forEach((name, entry) -> map.put(name, plain(entry.value())));
		return map;
	}

}
