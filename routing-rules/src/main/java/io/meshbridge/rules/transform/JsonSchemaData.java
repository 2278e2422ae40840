package io.meshbridge.rules.transform;

import java.util.List;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON that fits a <a href="https://json-schema.org/draft/2020-12">JSON Schema</a>. What
 * a schema refers to must be within it: nothing is fetched.
 */
final class JsonSchemaData implements DataFormat {

	private static final int MOST_ERRORS = 5;

	private static final JsonMapper MAPPER = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder()
				.maxNestingDepth(Json.DEEPEST)
				.maxStringLength(Integer.MAX_VALUE)
				.build())
			.build())
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build();

	private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12,
			(builder) -> builder.schemaCacheEnabled(false));

	private final Schema schema;

	private JsonSchemaData(Schema schema) {
		this.schema = schema;
	}

	/**
	 * What a schema describes.
	 * @throws IllegalArgumentException when it is none; the text says why
	 */
	static JsonSchemaData of(byte[] text) {
		try {
			JsonNode node = MAPPER.readTree(text);
			if (!node.isObject() && !node.isBoolean()) {
				throw new IllegalArgumentException("is no JSON Schema: it is no JSON object");
			}
			Schema schema = SCHEMAS.getSchema(node);
			schema.initializeValidators();
			return new JsonSchemaData(schema);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("is no JSON Schema: " + ex.getOriginalMessage(), ex);
		}
		catch (SchemaException ex) {
			throw new IllegalArgumentException("is no JSON Schema: " + ex.getMessage(), ex);
		}
	}

	@Override
	public @Nullable Object read(byte[] data, Budget budget) throws TransformException {
		try {
			List<Error> errors = this.schema.validate(MAPPER.readTree(data));
			budget.check();
			if (!errors.isEmpty()) {
				throw new TransformException("the data does not fit its schema: " + text(errors));
			}
		}
		catch (JacksonException ex) {
			throw new TransformException("the data is no JSON: " + ex.getOriginalMessage(), ex);
		}
		catch (SchemaException ex) {
			throw new TransformException("the schema can't be applied: " + ex.getMessage(), ex);
		}
		return Json.read(data, budget);
	}

	private static String text(List<Error> errors) {
		String text = String.join("; ", errors.stream().limit(MOST_ERRORS).map(Error::toString).toList());
		return (errors.size() > MOST_ERRORS) ? text + "; and " + (errors.size() - MOST_ERRORS) + " more" : text;
	}

	@Override
	public byte[] write(@Nullable Object tree, Budget budget) throws TransformException {
		byte[] data = Json.write(tree, budget);
		read(data, budget);
		return data;
	}

}
