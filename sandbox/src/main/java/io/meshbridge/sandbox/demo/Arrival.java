package io.meshbridge.sandbox.demo;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * An event at its target, as far as the demo shows it.
 *
 * @param target as the routes name it, for example {@code kafka:readings}
 * @param attributes the event's attributes by name, as text
 * @param data {@code null} for none
 */
record Arrival(String target, Map<String, String> attributes, byte @Nullable [] data) {

	private static final String STRUCTURED = "application/cloudevents+json";

	Arrival {
		attributes = Map.copyOf(attributes);
	}

	/**
	 * Reads what came, in binary or structured mode.
	 * @param prefix of the headers that carry attributes; may be empty
	 */
	static Arrival of(String target, @Nullable String contentType, String prefix, Map<String, String> headers,
			byte @Nullable [] body) {
		if (contentType != null && contentType.startsWith(STRUCTURED) && body != null) {
			return structured(target, body);
		}
		Map<String, String> attributes = new TreeMap<>();
		headers.forEach((name, value) -> {
			if (name.regionMatches(true, 0, prefix, 0, prefix.length())) {
				attributes.put(name.substring(prefix.length()), value);
			}
		});
		return new Arrival(target, attributes, body);
	}

	private static Arrival structured(String target, byte[] body) {
		Map<String, String> attributes = new TreeMap<>();
		String json = new String(body, StandardCharsets.UTF_8);
		try {
			// JSON is YAML; for a line on the screen that will do.
			Object event = new Yaml(new SafeConstructor(new LoaderOptions())).load(json);
			if (event instanceof Map<?, ?> members) {
				members.forEach((name, value) -> attributes.put(String.valueOf(name), String.valueOf(value)));
			}
		}
		catch (YAMLException ex) {
			return new Arrival(target, Map.of(), body);
		}
		String data = attributes.remove("data");
		return new Arrival(target, attributes, (data != null) ? data.getBytes(StandardCharsets.UTF_8) : null);
	}

	String attribute(String name) {
		return this.attributes.getOrDefault(name, "-");
	}

	/**
	 * The data as text, or how many bytes it has where it is none.
	 */
	String dataText() {
		if (this.data == null) {
			return "-";
		}
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(this.data)).toString();
		}
		catch (CharacterCodingException ex) {
			return "(" + this.data.length + " bytes)";
		}
	}

}
