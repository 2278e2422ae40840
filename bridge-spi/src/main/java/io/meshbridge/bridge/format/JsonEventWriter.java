package io.meshbridge.bridge.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

import io.cloudevents.CloudEvent;
import io.cloudevents.SpecVersion;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes documents of the JSON event format. JSON data goes in as it is, other text as a
 * string, everything else as Base64; so does what only claims to be JSON or text.
 */
final class JsonEventWriter {

	private static final JsonFactory JSON = new JsonFactory();

	private JsonEventWriter() {
	}

	static byte[] write(CloudEvent event) {
		byte[] data = data(event);
		ByteArrayOutputStream out = new ByteArrayOutputStream(256 + ((data == null) ? 0 : data.length));
		try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8)) {
			write(event, data, json);
		}
		return out.toByteArray();
	}

	static byte[] writeBatch(List<CloudEvent> events) {
		ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
		try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8)) {
			json.writeStartArray();
			events.forEach((event) -> write(event, data(event), json));
			json.writeEndArray();
		}
		return out.toByteArray();
	}

	private static byte @Nullable [] data(CloudEvent event) {
		return (event.getData() == null) ? null : event.getData().toBytes();
	}

	private static void write(CloudEvent event, byte @Nullable [] data, JsonGenerator json) {
		json.writeStartObject();
		Attributes.forEach(event, (name, value) -> {
			if (value instanceof Integer number) {
				json.writeNumberProperty(name, number);
			}
			else if (value instanceof Boolean flag) {
				json.writeBooleanProperty(name, flag);
			}
			else {
				json.writeStringProperty(name, Attributes.canonical(value));
			}
		});
		String contentType = event.getDataContentType();
		if (contentType != null) {
			json.writeStringProperty(Attributes.DATA_CONTENT_TYPE, contentType);
		}
		if (data != null) {
			writeData(event.getSpecVersion(), contentType, data, json);
		}
		json.writeEndObject();
	}

	private static void writeData(SpecVersion version, @Nullable String contentType, byte[] data, JsonGenerator json) {
		String text = (contentType == null) ? null : utf8(data);
		if (contentType != null && text != null && MediaTypes.json(contentType) && json(data)) {
			json.writeName("data");
			json.writeRawValue(text);
		}
		else if (contentType != null && text != null && !MediaTypes.json(contentType)
				&& MediaTypes.utf8Text(contentType)) {
			json.writeStringProperty("data", text);
		}
		else if (version == SpecVersion.V03) {
			json.writeStringProperty("datacontentencoding", "base64");
			json.writeStringProperty("data", Base64.getEncoder().encodeToString(data));
		}
		else {
			json.writeStringProperty("data_base64", Base64.getEncoder().encodeToString(data));
		}
	}

	private static @Nullable String utf8(byte[] data) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString();
		}
		catch (CharacterCodingException ex) {
			return null;
		}
	}

	private static boolean json(byte[] data) {
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), data)) {
			if (parser.nextToken() == null) {
				return false;
			}
			parser.skipChildren();
			parser.finishToken();
			return parser.nextToken() == null;
		}
		catch (JacksonException ex) {
			return false;
		}
	}

}
