package io.meshbridge.sandbox.demo;

import java.util.stream.Stream;

/**
 * What listens on a port in the demo.
 */
enum Part {

	/** The gateway's event server. */
	HTTP("http-port", 8080, "the gateway's HTTP port for events"),

	/** The gateway's embedded broker. */
	MQTT("mqtt-port", 1883, "the gateway's MQTT broker"),

	/** The gateway's admin API. */
	ADMIN("admin-port", 8081, "the gateway's admin API"),

	/** The sandbox Kafka. */
	KAFKA("kafka-port", 9092, "the sandbox Kafka"),

	/** The sandbox AMQP 0-9-1 broker. */
	AMQP("amqp-port", 5672, "the sandbox AMQP broker"),

	/** The web server that routes post to. */
	HOOK("hook-port", 8090, "the web server that the sample routes post to");

	private final String option;

	private final int defaultPort;

	private final String purpose;

	Part(String option, int defaultPort, String purpose) {
		this.option = option;
		this.defaultPort = defaultPort;
		this.purpose = purpose;
	}

	static Part ofOption(String option) {
		return Stream.of(values()).filter((part) -> part.option.equals(option)).findFirst().orElseThrow();
	}

	String option() {
		return this.option;
	}

	int defaultPort() {
		return this.defaultPort;
	}

	String purpose() {
		return this.purpose;
	}

}
