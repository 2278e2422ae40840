package io.meshbridge.rules;

import java.util.List;
import java.util.Map;

import io.meshbridge.rules.reference.Block;
import io.meshbridge.rules.transform.Transform;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code schema}.
 */
final class SchemaReader {

	private static final List<String> FORMATS = List.of("json", "avro", "protobuf", "registry");

	private static final List<String> OUTCOMES = List.of("dead-letter", "reject");

	private SchemaReader() {
	}

	/**
	 * Reads what data must be like.
	 * @return {@code null} for anything
	 */
	static @Nullable SchemaRule read(@Nullable Place place) {
		if (place == null) {
			return null;
		}
		Map<String, Place> block = place.entries(Block.SCHEMA.names());
		List<String> formats = FORMATS.stream().filter(block::containsKey).toList();
		if (formats.size() != 1) {
			place.problem((formats.isEmpty() ? "names no schema" : "names " + String.join(" and ", formats))
					+ ", expected one of " + String.join(", ", FORMATS) + ", such as 'json: file:schemas/order.json'");
			return null;
		}
		Transform.Builder check = new Transform.Builder().at("schema");
		String format = formats.get(0);
		Place named = block.get(format);
		if (named != null) {
			check(format, named, block.get("message"), check);
		}
		return new SchemaRule(check.build(Revision.of(place.setting()), AttributeText::wrong),
				rejects(block.get("on-invalid")));
	}

	private static void check(String format, Place schema, @Nullable Place message, Transform.Builder check) {
		if (format.equals("registry")) {
			if (!"true".equals(schema.plainText())) {
				schema.problem(schema.written() + ", expected 'true': the data names its schema by number");
			}
			check.registeredSchema();
			return;
		}
		byte[] file = format.equals("protobuf") ? ConvertReader.protobuf(schema, message) : ConvertReader.file(schema);
		if (file == null) {
			return;
		}
		try {
			switch (format) {
				case "json" -> check.jsonSchema(file);
				case "avro" -> check.avroSchema(file);
				default -> {
					String name = (message == null) ? null : message.text();
					if (name != null) {
						check.protobufSchema(file, name);
					}
				}
			}
		}
		catch (IllegalArgumentException ex) {
			schema.problem(Wording.quote(String.valueOf(schema.text())) + " " + ex.getMessage());
		}
	}

	private static boolean rejects(@Nullable Place place) {
		String outcome = (place == null) ? null : place.text();
		if (place != null && outcome != null && !OUTCOMES.contains(outcome)) {
			place.problem(Wording.quote(outcome) + " is no outcome, " + Wording.expectedOneOf(outcome, OUTCOMES));
		}
		return "reject".equals(outcome);
	}

}
