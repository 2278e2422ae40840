package io.meshbridge.bridge.format;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.UnreadableMessageException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads one document of the JSON event format, and says at which byte, in which event of
 * a batch it is wrong.
 */
final class JsonEventReader {

	private static final JsonFactory JSON = new JsonFactory();

	/** Where Jackson's messages begin to speak of its own settings. */
	private static final String JACKSON_SOURCE = " (start marker at [Source:";

	private JsonEventReader() {
	}

	static CloudEvent read(byte[] document) throws UnreadableMessageException {
		try (JsonParser parser = open(document)) {
			expectObject(parser, parser.nextToken());
			CloudEvent event = readEvent(parser, document);
			expectEnd(parser);
			return event;
		}
		catch (JacksonException ex) {
			throw unreadable(ex);
		}
	}

	static List<CloudEvent> readBatch(byte[] document) throws UnreadableMessageException {
		try (JsonParser parser = open(document)) {
			if (parser.nextToken() != JsonToken.START_ARRAY) {
				throw UnreadableMessageException.atByte(offset(parser), "expected '[' that opens a batch of events",
						null);
			}
			List<CloudEvent> events = new ArrayList<>();
			while (parser.nextToken() != JsonToken.END_ARRAY) {
				events.add(readBatchEvent(parser, document, events.size()));
			}
			expectEnd(parser);
			return events;
		}
		catch (JacksonException ex) {
			throw unreadable(ex);
		}
	}

	private static CloudEvent readBatchEvent(JsonParser parser, byte[] document, int index)
			throws UnreadableMessageException {
		try {
			expectObject(parser, parser.currentToken());
			return readEvent(parser, document);
		}
		catch (UnreadableMessageException ex) {
			throw ex.inBatch(index);
		}
		catch (JacksonException ex) {
			throw unreadable(ex).inBatch(index);
		}
	}

	private static JsonParser open(byte[] document) throws UnreadableMessageException {
		JsonParser parser = JSON.createParser(ObjectReadContext.empty(), document);
		if (parser.currentLocation().getByteOffset() < 0) {
			throw UnreadableMessageException.atByte(0, "expected UTF-8, this looks like UTF-16 or UTF-32", null);
		}
		return parser;
	}

	private static void expectObject(JsonParser parser, @Nullable JsonToken token) throws UnreadableMessageException {
		if (token != JsonToken.START_OBJECT) {
			throw UnreadableMessageException.atByte(offset(parser), "expected '{' that opens an event", null);
		}
	}

	private static void expectEnd(JsonParser parser) throws UnreadableMessageException {
		if (parser.nextToken() != null) {
			throw UnreadableMessageException.atByte(offset(parser), "expected the end of the document", null);
		}
	}

	private static long offset(JsonParser parser) {
		return Math.max(0, parser.currentTokenLocation().getByteOffset());
	}

	private static UnreadableMessageException unreadable(JacksonException ex) {
		long offset = (ex.getLocation() == null) ? -1 : ex.getLocation().getByteOffset();
		String problem = ex.getOriginalMessage();
		int source = problem.indexOf(JACKSON_SOURCE);
		return UnreadableMessageException.atByte(Math.max(0, offset),
				"broken JSON: " + ((source < 0) ? problem : problem.substring(0, source)), ex);
	}

	private static CloudEvent readEvent(JsonParser parser, byte[] document) throws UnreadableMessageException {
		Map<String, Object> attributes = new LinkedHashMap<>();
		Slice data = null;
		String base64 = null;
		while (parser.nextToken() != JsonToken.END_OBJECT) {
			String name = parser.currentName();
			JsonToken token = parser.nextToken();
			if (name.equals("data")) {
				data = Slice.of(parser, token, document);
			}
			else if (name.equals("data_base64")) {
				base64 = (token == JsonToken.VALUE_NULL) ? null : text(parser, name, token);
			}
			else if (token != JsonToken.VALUE_NULL && attributes.put(name, value(parser, name, token)) != null) {
				throw UnreadableMessageException.attribute(name, "is there twice");
			}
		}
		return assemble(attributes, data, base64);
	}

	private static CloudEvent assemble(Map<String, Object> attributes, @Nullable Slice data, @Nullable String base64)
			throws UnreadableMessageException {
		if (data != null && base64 != null) {
			throw UnreadableMessageException.of("'data' and 'data_base64' are both there, expected one of them");
		}
		Object version = attributes.remove("specversion");
		EventAssembler event = new EventAssembler((version == null) ? null : version.toString());
		Object encoding = attributes.get("datacontentencoding");
		boolean encoded = "0.3".equals(version) && "base64".equals(encoding);
		if (encoded) {
			attributes.remove("datacontentencoding");
		}
		Object contentType = attributes.get(Attributes.DATA_CONTENT_TYPE);
		if (contentType == null && data != null && !encoded) {
			// Absent means JSON here and nothing in particular in other bindings, so it
			// is said.
			contentType = "application/json";
			attributes.put(Attributes.DATA_CONTENT_TYPE, contentType);
		}
		for (Map.Entry<String, Object> attribute : attributes.entrySet()) {
			event.attribute(attribute.getKey(), attribute.getValue());
		}
		if (base64 != null) {
			return event.build(decode("data_base64", base64));
		}
		if (data == null) {
			return event.build(null);
		}
		if (encoded) {
			return event.build(decode("data", data.text()));
		}
		boolean json = MediaTypes.json(String.valueOf(contentType));
		return event.build(json || !data.string() ? data.bytes() : data.text().getBytes(StandardCharsets.UTF_8));
	}

	private static Object value(JsonParser parser, String name, JsonToken token) throws UnreadableMessageException {
		return switch (token) {
			case VALUE_STRING -> parser.getString();
			case VALUE_TRUE -> Boolean.TRUE;
			case VALUE_FALSE -> Boolean.FALSE;
			case VALUE_NUMBER_INT -> integer(parser, name);
			default -> throw UnreadableMessageException.attribute(name,
					"is a JSON " + describe(token) + ", expected a string, a 32-bit integer or a boolean");
		};
	}

	private static Integer integer(JsonParser parser, String name) throws UnreadableMessageException {
		if (parser.getNumberType() != JsonParser.NumberType.INT) {
			throw UnreadableMessageException.attribute(name,
					"is " + parser.getString() + ", expected a 32-bit integer");
		}
		return parser.getIntValue();
	}

	private static String text(JsonParser parser, String name, JsonToken token) throws UnreadableMessageException {
		if (token != JsonToken.VALUE_STRING) {
			throw UnreadableMessageException.attribute(name, "is a JSON " + describe(token) + ", expected a string");
		}
		return parser.getString();
	}

	private static String describe(JsonToken token) {
		return switch (token) {
			case START_OBJECT -> "object";
			case START_ARRAY -> "array";
			case VALUE_NUMBER_FLOAT, VALUE_NUMBER_INT -> "number";
			case VALUE_TRUE, VALUE_FALSE -> "boolean";
			case VALUE_NULL -> "null";
			default -> "value";
		};
	}

	private static byte[] decode(String member, String base64) throws UnreadableMessageException {
		try {
			return Base64.getDecoder().decode(base64);
		}
		catch (IllegalArgumentException ex) {
			throw UnreadableMessageException.of("'" + member + "' is no Base64: " + ex.getMessage());
		}
	}

	/**
	 * The value of the {@code data} member, where it stands in the document.
	 */
	private record Slice(byte[] document, int from, int to, boolean string) {

		static Slice of(JsonParser parser, JsonToken token, byte[] document) {
			int from = (int) parser.currentTokenLocation().getByteOffset();
			parser.skipChildren();
			parser.finishToken();
			int to = (int) parser.currentLocation().getByteOffset();
			return new Slice(document, from, to, token == JsonToken.VALUE_STRING);
		}

		byte[] bytes() {
			int end = this.to;
			// After a number the parser stands behind the blank that ended it.
			while (end > this.from && this.document[end - 1] <= ' ') {
				end--;
			}
			return Arrays.copyOfRange(this.document, this.from, end);
		}

		String text() {
			try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), bytes())) {
				return (parser.nextToken() == JsonToken.VALUE_STRING) ? parser.getString()
						: new String(bytes(), StandardCharsets.UTF_8);
			}
		}

	}

}
