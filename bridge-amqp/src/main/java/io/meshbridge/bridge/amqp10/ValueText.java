package io.meshbridge.bridge.amqp10;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import org.apache.qpid.protonj2.types.Binary;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Values of AMQP's own types as bytes: binary as it is, lists and maps as JSON, all else
 * as text.
 */
final class ValueText {

	private static final JsonFactory JSON = new JsonFactory();

	private ValueText() {
	}

	static byte[] bytes(Object value) {
		if (value instanceof Binary binary) {
			byte[] bytes = binary.asByteArray();
			return (bytes == null) ? new byte[0] : bytes;
		}
		return text(value).getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * A value as text, binary in Base64.
	 */
	static String text(Object value) {
		if (value instanceof Binary binary) {
			return Base64.getEncoder().encodeToString(bytes(binary));
		}
		if (!(value instanceof List) && !(value instanceof Map)) {
			return value.toString();
		}
		StringWriter text = new StringWriter();
		try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
			write(json, value);
		}
		return text.toString();
	}

	private static void write(JsonGenerator json, @Nullable Object value) {
		if (value == null) {
			json.writeNull();
		}
		else if (value instanceof Boolean flag) {
			json.writeBoolean(flag);
		}
		else if (value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte) {
			json.writeNumber(((Number) value).longValue());
		}
		else if (value instanceof Double || value instanceof Float) {
			json.writeNumber(((Number) value).doubleValue());
		}
		else if (value instanceof List<?> list) {
			json.writeStartArray();
			list.forEach((item) -> write(json, item));
			json.writeEndArray();
		}
		else if (value instanceof Map<?, ?> map) {
			json.writeStartObject();
			map.forEach((name, item) -> {
				json.writeName(String.valueOf(name));
				write(json, item);
			});
			json.writeEndObject();
		}
		else {
			json.writeString(text(value));
		}
	}

}
