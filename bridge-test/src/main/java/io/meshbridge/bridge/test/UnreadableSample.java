package io.meshbridge.bridge.test;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import io.meshbridge.bridge.format.MediaTypes;

/**
 * A message that claims to be a CloudEvent and is none.
 *
 * @param name what is wrong with it
 * @param message the message
 * @param expectedInReason text the reason must have, in any case
 */
public record UnreadableSample(String name, RawMessage message, String expectedInReason) {

	/**
	 * Messages in structured mode, for protocols that have a content type.
	 */
	public static List<UnreadableSample> structured() {
		return List.of(structured("document that ends too early", "{\"specversion\":\"1.0\",\"id\":", "byte"),
				structured("document without type", "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\"}", "type"),
				structured("unknown version", "{\"specversion\":\"9.9\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}",
						"9.9"),
				new UnreadableSample("bytes that are no UTF-8",
						new RawMessage(Map.of(), MediaTypes.EVENT_JSON, null,
								"{\"specversion\":\"1.0\",\"id\":\"\u00fc\",\"source\":\"/s\",\"type\":\"t\"}"
									.getBytes(StandardCharsets.ISO_8859_1)),
						"byte"));
	}

	private static UnreadableSample structured(String name, String document, String expectedInReason) {
		return new UnreadableSample(name,
				new RawMessage(Map.of(), MediaTypes.EVENT_JSON, null, document.getBytes(StandardCharsets.UTF_8)),
				expectedInReason);
	}

	/**
	 * Messages in binary mode.
	 * @param headerName gives the header of an attribute
	 */
	public static List<UnreadableSample> binary(UnaryOperator<String> headerName) {
		return List.of(
				binary("headers without id", headerName, Map.of("specversion", "1.0", "source", "/s", "type", "t"),
						"id"),
				binary("headers with a bad time", headerName,
						Map.of("specversion", "1.0", "id", "1", "source", "/s", "type", "t", "time", "yesterday"),
						"yesterday"),
				binary("headers with a bad source", headerName,
						Map.of("specversion", "1.0", "id", "1", "source", "http://[", "type", "t"), "source"));
	}

	private static UnreadableSample binary(String name, UnaryOperator<String> headerName,
			Map<String, String> attributes, String expectedInReason) {
		Map<String, Object> headers = new HashMap<>();
		attributes.forEach((attribute, value) -> headers.put(headerName.apply(attribute), value));
		return new UnreadableSample(name, new RawMessage(headers, "text/plain", null, new byte[] { 'x' }),
				expectedInReason);
	}

	@Override
	public String toString() {
		return this.name;
	}

}
