package io.meshbridge.rules.transform;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.dashjoin.jsonata.Jsonata;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON as maps, lists and values, with exact numbers, and {@code null} as JSONata has it.
 */
final class Json {

	/** What is nested deeper is an attack, or a mistake. */
	static final int DEEPEST = 100;

	private static final JsonFactory FACTORY = JsonFactory.builder()
		.streamReadConstraints(
				StreamReadConstraints.builder().maxNestingDepth(DEEPEST).maxStringLength(Integer.MAX_VALUE).build())
		.build();

	private Json() {
	}

	/**
	 * Reads a document.
	 * @throws TransformException when it is no JSON, or nested too deeply
	 */
	static @Nullable Object read(byte[] document, Budget budget) throws TransformException {
		try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), document)) {
			JsonToken first = parser.nextToken();
			if (first == null) {
				throw new TransformException("the data is no JSON: it is empty");
			}
			Object value = value(parser, first, budget);
			if (parser.nextToken() != null) {
				throw new TransformException("the data is no JSON: there is something behind its end");
			}
			return value;
		}
		catch (JacksonException ex) {
			throw new TransformException("the data is no JSON: " + ex.getOriginalMessage(), ex);
		}
	}

	private static @Nullable Object value(JsonParser parser, JsonToken token, Budget budget) {
		budget.tick();
		return switch (token) {
			case START_OBJECT -> {
				Map<String, @Nullable Object> map = new LinkedHashMap<>();
				for (JsonToken next = parser.nextToken(); next != JsonToken.END_OBJECT; next = parser.nextToken()) {
					String name = parser.currentName();
					map.put(name, value(parser, parser.nextToken(), budget));
				}
				yield map;
			}
			case START_ARRAY -> {
				List<@Nullable Object> list = new ArrayList<>();
				for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
					list.add(value(parser, next, budget));
				}
				yield list;
			}
			case VALUE_STRING -> parser.getString();
			case VALUE_NUMBER_INT -> parser.getNumberValue();
			case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
			case VALUE_TRUE -> Boolean.TRUE;
			case VALUE_FALSE -> Boolean.FALSE;
			default -> Jsonata.NULL_VALUE;
		};
	}

	/**
	 * Writes a document.
	 * @throws TransformException when it is larger than may be, or holds what JSON can't
	 * say
	 */
	static byte[] write(@Nullable Object value, Budget budget) throws TransformException {
		budget.weigh(value);
		Bounded out = new Bounded(budget);
		try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8)) {
			write(value, json, budget, 0);
		}
		catch (JacksonException ex) {
			throw new TransformException(String.valueOf(ex.getOriginalMessage()), ex);
		}
		return out.toByteArray();
	}

	private static void write(@Nullable Object value, JsonGenerator json, Budget budget, int depth)
			throws TransformException {
		budget.tick();
		if (depth > DEEPEST) {
			throw new TransformException("the result is nested deeper than " + DEEPEST + " levels");
		}
		if (value == null || value == Jsonata.NULL_VALUE) {
			json.writeNull();
		}
		else if (value instanceof Map<?, ?> map) {
			json.writeStartObject();
			for (Map.Entry<?, ?> entry : map.entrySet()) {
				json.writeName(String.valueOf(entry.getKey()));
				write(entry.getValue(), json, budget, depth + 1);
			}
			json.writeEndObject();
		}
		else if (value instanceof List<?> list) {
			json.writeStartArray();
			for (Object item : list) {
				write(item, json, budget, depth + 1);
			}
			json.writeEndArray();
		}
		else if (value instanceof String text) {
			json.writeString(text);
		}
		else if (value instanceof Boolean flag) {
			json.writeBoolean(flag);
		}
		else if (value instanceof Number number) {
			writeNumber(number, json);
		}
		else {
			throw new TransformException("the result holds a function, which no JSON can");
		}
	}

	private static void writeNumber(Number number, JsonGenerator json) throws TransformException {
		if (number instanceof BigDecimal decimal) {
			json.writeNumber(decimal);
		}
		else if (number instanceof BigInteger integer) {
			json.writeNumber(integer);
		}
		else if (number instanceof Integer || number instanceof Long) {
			json.writeNumber(number.longValue());
		}
		else {
			double value = number.doubleValue();
			if (Double.isNaN(value) || Double.isInfinite(value)) {
				throw new TransformException("the result holds " + value + ", which no JSON can");
			}
			if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
				json.writeNumber((long) value);
			}
			else {
				json.writeNumber(value);
			}
		}
	}

	/**
	 * Takes no more than the data of an event may have.
	 */
	static final class Bounded extends ByteArrayOutputStream {

		private final Budget budget;

		Bounded(Budget budget) {
			super(512);
			this.budget = budget;
		}

		@Override
		public synchronized void write(byte[] bytes, int offset, int length) {
			room(length);
			super.write(bytes, offset, length);
		}

		@Override
		public synchronized void write(int value) {
			room(1);
			super.write(value);
		}

		private void room(int length) {
			int limit = this.budget.limits().resultBytes();
			if (this.count + length > limit) {
				throw this.budget.exceeded(String.format(Locale.ROOT,
						"makes data of more than %,d bytes (meshbridge.max-event-size)", limit));
			}
		}

	}

}
