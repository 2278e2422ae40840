package io.meshbridge.rules.transform;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.dashjoin.jsonata.Jsonata;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SystemLimitException;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * Data in the binary encoding of <a href="https://avro.apache.org">Avro</a>, by a schema:
 * records are objects, bytes are Base64, the branch of a union goes without a name.
 */
final class AvroData implements DataFormat {

	static {
		// A few bytes can claim to be a text of two gigabytes, and Avro makes room for
		// it.
		String most = Integer.toString(16 << 20);
		for (String limit : List.of(SystemLimitException.MAX_BYTES_LENGTH_PROPERTY,
				SystemLimitException.MAX_STRING_LENGTH_PROPERTY, SystemLimitException.MAX_COLLECTION_LENGTH_PROPERTY)) {
			if (System.getProperty(limit) == null) {
				System.setProperty(limit, most);
			}
		}
	}

	private final Schema schema;

	private AvroData(Schema schema) {
		this.schema = schema;
	}

	/**
	 * The format that a schema describes.
	 * @param text the schema, JSON
	 * @throws IllegalArgumentException when it is none; the text says why
	 */
	static AvroData of(String text) {
		return of(List.of(text));
	}

	/**
	 * The format that the last schema describes.
	 * @param texts each behind those whose types it names
	 * @throws IllegalArgumentException when one is none; the text says why
	 */
	static AvroData of(List<String> texts) {
		try {
			Schema.Parser parser = new Schema.Parser();
			Schema last = null;
			for (String text : texts) {
				last = parser.parse(text);
			}
			return new AvroData(Objects.requireNonNull(last));
		}
		catch (RuntimeException | StackOverflowError ex) {
			throw new IllegalArgumentException("is no Avro schema: " + ex.getMessage(), ex);
		}
	}

	@Override
	public @Nullable Object read(byte[] data, Budget budget) throws TransformException {
		return read(data, 0, budget);
	}

	@Nullable Object read(byte[] data, int from, Budget budget) throws TransformException {
		try {
			BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(data, from, data.length - from, null);
			Object value = new GenericDatumReader<>(this.schema).read(null, decoder);
			budget.check();
			if (!decoder.isEnd()) {
				throw new TransformException("the data is not by its Avro schema: there is something behind its end");
			}
			return tree(value, budget);
		}
		catch (IOException | RuntimeException ex) {
			if (ex instanceof OverLimitException over) {
				throw over;
			}
			throw new TransformException("the data is not by its Avro schema: " + ex, ex);
		}
	}

	private static @Nullable Object tree(@Nullable Object value, Budget budget) {
		budget.tick();
		if (value instanceof GenericRecord object) {
			Map<String, @Nullable Object> map = new LinkedHashMap<>();
			for (Schema.Field field : object.getSchema().getFields()) {
				map.put(field.name(), tree(object.get(field.pos()), budget));
			}
			return map;
		}
		if (value instanceof Map<?, ?> entries) {
			Map<String, @Nullable Object> map = new LinkedHashMap<>();
			entries.forEach((key, item) -> map.put(key.toString(), tree(item, budget)));
			return map;
		}
		if (value instanceof List<?> items) {
			List<@Nullable Object> list = new ArrayList<>(items.size());
			items.forEach((item) -> list.add(tree(item, budget)));
			return list;
		}
		if (value instanceof ByteBuffer bytes) {
			byte[] copy = new byte[bytes.remaining()];
			bytes.duplicate().get(copy);
			return Base64.getEncoder().encodeToString(copy);
		}
		if (value instanceof GenericFixed fixed) {
			return Base64.getEncoder().encodeToString(fixed.bytes());
		}
		if (value instanceof CharSequence || value instanceof GenericEnumSymbol<?>) {
			return value.toString();
		}
		if (value instanceof Float number) {
			return new BigDecimal(number.toString());
		}
		return (value == null) ? Jsonata.NULL_VALUE : value;
	}

	@Override
	public byte[] write(@Nullable Object tree, Budget budget) throws TransformException {
		Json.Bounded out = new Json.Bounded(budget);
		try {
			BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
			new GenericDatumWriter<>(this.schema).write(value(tree, this.schema, "data", budget), encoder);
			encoder.flush();
		}
		catch (IOException | AvroRuntimeException | ClassCastException ex) {
			throw new TransformException("the data does not fit its Avro schema: " + ex.getMessage(), ex);
		}
		return out.toByteArray();
	}

	private static @Nullable Object value(@Nullable Object value, Schema schema, String where, Budget budget)
			throws TransformException {
		budget.tick();
		Object given = (value == Jsonata.NULL_VALUE) ? null : value;
		switch (schema.getType()) {
			case UNION:
				return union(given, schema, where, budget);
			case RECORD:
				if (given instanceof Map<?, ?> map) {
					return object(map, schema, where, budget);
				}
				break;
			case ARRAY:
				if (given instanceof List<?> list) {
					List<@Nullable Object> items = new ArrayList<>(list.size());
					for (Object item : list) {
						items.add(value(item, schema.getElementType(), where + "[" + items.size() + "]", budget));
					}
					return items;
				}
				break;
			case MAP:
				if (given instanceof Map<?, ?> map) {
					Map<String, @Nullable Object> entries = new LinkedHashMap<>();
					for (Map.Entry<?, ?> entry : map.entrySet()) {
						entries.put(String.valueOf(entry.getKey()),
								value(entry.getValue(), schema.getValueType(), where + "." + entry.getKey(), budget));
					}
					return entries;
				}
				break;
			default:
				Object single = single(given, schema);
				if (single != null || (given == null && schema.getType() == Schema.Type.NULL)) {
					return single;
				}
		}
		throw new TransformException("the data does not fit its Avro schema: " + where + " is "
				+ EvaluateData.kind(value) + ", expected " + schema.getType().getName());
	}

	private static @Nullable Object union(@Nullable Object value, Schema union, String where, Budget budget)
			throws TransformException {
		for (Schema branch : union.getTypes()) {
			boolean none = branch.getType() == Schema.Type.NULL;
			if (none != (value == null)) {
				continue;
			}
			if (none) {
				return null;
			}
			try {
				return value(value, branch, where, budget);
			}
			catch (TransformException ex) {
				// The next branch may be the one.
			}
		}
		throw new TransformException(
				"the data does not fit its Avro schema: " + where + " is " + EvaluateData.kind(value)
						+ ", expected one of " + union.getTypes().stream().map((type) -> type.getName()).toList());
	}

	private static Object object(Map<?, ?> map, Schema schema, String where, Budget budget) throws TransformException {
		GenericRecord object = new GenericData.Record(schema);
		for (Schema.Field field : schema.getFields()) {
			if (!map.containsKey(field.name()) && field.hasDefaultValue()) {
				object.put(field.pos(), GenericData.get().getDefaultValue(field));
			}
			else {
				object.put(field.pos(),
						value(map.get(field.name()), field.schema(), where + "." + field.name(), budget));
			}
		}
		return object;
	}

	private static @Nullable Object single(@Nullable Object value, Schema schema) {
		return switch (schema.getType()) {
			case STRING -> (value instanceof String) ? value : null;
			case BOOLEAN -> (value instanceof Boolean) ? value : null;
			case INT -> (value instanceof Number number && isWhole(number, Integer.MIN_VALUE, Integer.MAX_VALUE))
					? (Object) number.intValue() : null;
			case LONG -> (value instanceof Number number && isWhole(number, Long.MIN_VALUE, Long.MAX_VALUE))
					? (Object) number.longValue() : null;
			case FLOAT -> (value instanceof Number number) ? (Object) number.floatValue() : null;
			case DOUBLE -> (value instanceof Number number) ? (Object) number.doubleValue() : null;
			case ENUM -> (value instanceof String symbol && schema.hasEnumSymbol(symbol))
					? new GenericData.EnumSymbol(schema, symbol) : null;
			case BYTES -> (value instanceof String text) ? base64(text) : null;
			case FIXED -> fixed(value, schema);
			default -> null;
		};
	}

	private static boolean isWhole(Number number, long least, long most) {
		if (number instanceof Integer || number instanceof Long) {
			return number.longValue() >= least && number.longValue() <= most;
		}
		double value = number.doubleValue();
		return value == Math.rint(value) && value >= least && value <= most;
	}

	private static @Nullable ByteBuffer base64(String text) {
		try {
			return ByteBuffer.wrap(Base64.getDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1)));
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private static @Nullable Object fixed(@Nullable Object value, Schema schema) {
		ByteBuffer bytes = (value instanceof String text) ? base64(text) : null;
		return (bytes != null && bytes.remaining() == schema.getFixedSize())
				? new GenericData.Fixed(schema, bytes.array()) : null;
	}

}
