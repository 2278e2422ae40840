package io.meshbridge.gateway.asyncapi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a type of binder is named and described in AsyncAPI.
 *
 * @param name of the protocol; of a type that is not known here, the type itself
 * @param address where its broker is by default
 * @param prefix what names of attributes begin with in the headers of a message
 */
record Protocol(String name, String address, String prefix) {

	static final Protocol HTTP = new Protocol("http", "localhost:8080", "ce-");

	static final Protocol CHANNEL = new Protocol("meshbridge", "localhost", "");

	static Protocol of(String binderType) {
		return switch (binderType) {
			case "kafka" -> new Protocol("kafka", "localhost:9092", "ce_");
			case "rabbit" -> new Protocol("amqp", "localhost:5672", "cloudEvents_");
			case "amqp10" -> new Protocol("amqp1", "localhost:5672", "cloudEvents_");
			case "mqtt" -> new Protocol("mqtt", "localhost:1883", "");
			case "http" -> HTTP;
			default -> new Protocol(binderType, "localhost", "ce-");
		};
	}

	/**
	 * What is particular to a channel of this protocol.
	 */
	Map<String, Object> channel(String destination) {
		return switch (this.name) {
			case "kafka" -> binding("topic", destination, "0.5.0");
			case "amqp" -> Map.of("amqp", ordered("is", "routingKey", "exchange",
					ordered("name", destination, "type", "topic", "durable", true), "bindingVersion", "0.3.0"));
			default -> Map.of();
		};
	}

	Map<String, Object> receive(String group) {
		return this.name.equals("kafka")
				? binding("groupId", ordered("type", "string", "enum", List.of(group)), "0.5.0") : operation();
	}

	Map<String, Object> send() {
		return this.name.equals("kafka") ? Map.of() : operation();
	}

	private Map<String, Object> operation() {
		return switch (this.name) {
			case "mqtt" -> binding("qos", 1, "0.2.0");
			case "http", "https" -> Map.of("http", ordered("method", "POST", "bindingVersion", "0.3.0"));
			default -> Map.of();
		};
	}

	private Map<String, Object> binding(String key, Object value, String version) {
		return Map.of(this.name, ordered(key, value, "bindingVersion", version));
	}

	/**
	 * A mapping whose members keep their order.
	 */
	static Map<String, Object> ordered(Object... namesAndValues) {
		Map<String, Object> ordered = new LinkedHashMap<>();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			ordered.put((String) namesAndValues[i], namesAndValues[i + 1]);
		}
		return ordered;
	}

}
