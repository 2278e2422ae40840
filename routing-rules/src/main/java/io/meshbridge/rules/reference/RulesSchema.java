package io.meshbridge.rules.reference;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

/**
 * The <a href="https://json-schema.org/draft/2020-12">JSON Schema</a> of a file of rules,
 * for editors. What it refuses the gateway refuses too; the gateway knows more: which
 * binders there are, what an expression may say, what fits together.
 */
public final class RulesSchema {

	private RulesSchema() {
	}

	/**
	 * The schema as JSON.
	 */
	public static String json() {
		Map<String, Object> schema = new LinkedHashMap<>();
		schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
		schema.put("title", "Meshbridge rules");
		schema.put("description", Block.FILE.says());
		schema.put("if", Form.object("type", "object", "required", List.of("meshbridge")));
		schema.put("then", closed(Form.object("meshbridge", Form.object("$ref", "#/$defs/file"))));
		schema.put("else", Form.object("$ref", "#/$defs/file"));
		schema.put("$defs", definitions());
		return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(schema) + "\n";
	}

	private static Map<String, Object> definitions() {
		Map<String, Object> definitions = new LinkedHashMap<>();
		for (Block block : Block.values()) {
			definitions.put(block.definition(), definition(block));
		}
		definitions.put("filters", object(Block.FILTER));
		definitions.put("condition", condition());
		return definitions;
	}

	private static Map<String, Object> definition(Block block) {
		Map<String, Object> object = object(block);
		switch (block) {
			case FILTER, STEP -> {
				object.put("minProperties", 1);
				object.put("maxProperties", 1);
			}
			case COMPARISON -> object.put("minProperties", 1);
			case OPERATOR -> {
				object.put("minProperties", 1);
				object.put("dependentSchemas", Form.object("exists", Form.object("maxProperties", 1)));
			}
			case SCHEMA -> {
				object.put("oneOf",
						List.of("json", "avro", "protobuf", "registry")
							.stream()
							.map((format) -> Form.object("required", List.of(format)))
							.toList());
				object.put("dependentRequired", Form.object("protobuf", List.of("message")));
			}
			case FILE, EVENT, DELIVERY -> object.put("type", List.of("object", "null"));
			default -> {
				// Its keys say all.
			}
		}
		return object;
	}

	private static Map<String, Object> object(Block block) {
		Map<String, Object> properties = new LinkedHashMap<>();
		block.keys().forEach((key) -> properties.put(key.name(), property(key)));
		Map<String, Object> object = closed(properties);
		object.put("description", block.says());
		List<String> needed = block.keys().stream().filter(Key::needed).map(Key::name).toList();
		if (!needed.isEmpty()) {
			object.put("required", needed);
		}
		return object;
	}

	private static Map<String, Object> closed(Map<String, Object> properties) {
		Map<String, Object> object = new LinkedHashMap<>();
		object.put("type", "object");
		object.put("properties", properties);
		object.put("additionalProperties", false);
		return object;
	}

	private static Map<String, Object> property(Key key) {
		Map<String, Object> property = new LinkedHashMap<>();
		property.put("description", sentence(key));
		property.putAll(key.form().schema());
		return property;
	}

	private static String sentence(Key key) {
		String standard = key.standard().isEmpty() ? "" : " Default: " + key.standard() + ".";
		return key.says().substring(0, 1).toUpperCase(Locale.ROOT) + key.says().substring(1) + "." + standard;
	}

	private static Map<String, Object> condition() {
		Map<String, Object> operators = Form.object("$ref", "#/$defs/operator");
		Map<String, Object> list = Form.object("type", "array", "minItems", 1, "items",
				Form.object("anyOf", List.of(Form.SCALAR.schema(), operators)));
		return Form.object("anyOf", List.of(Form.SCALAR.schema(), list, operators));
	}

}
