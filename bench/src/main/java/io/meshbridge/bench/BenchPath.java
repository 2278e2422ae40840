package io.meshbridge.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * A way through the gateway that is measured.
 */
enum BenchPath {

	/** Reads a topic, writes a topic. */
	KAFKA_KAFKA(60_000),

	/** Takes POST requests on 32 connections, writes a topic. */
	HTTP_KAFKA(12_000),

	/** Subscribes with QoS 1, writes a topic. */
	MQTT_KAFKA(9_000),

	/** Reads a topic, publishes persistent messages to an exchange. */
	KAFKA_RABBIT(12_000),

	/** Reads a topic, posts to a server, each key one event at a time. */
	KAFKA_HTTP(10_000),

	/**
	 * Takes POST requests on 32 connections and answers when the event is on disk, while
	 * its target is away. Compared with what stores events and does nothing else.
	 */
	HTTP_CHANNEL(10_000),

	/** The same with a target that is there: events are read and posted to it as well. */
	HTTP_CHANNEL_HTTP(10_000);

	private final int eventsPerSecond;

	BenchPath(int eventsPerSecond) {
		this.eventsPerSecond = eventsPerSecond;
	}

	/**
	 * What users call it, such as {@code kafka-rabbit}.
	 */
	String label() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * About what a raw bridge carries on a small machine: how many events it takes to
	 * keep it busy for a while.
	 */
	int eventsPerSecond() {
		return this.eventsPerSecond;
	}

	/**
	 * Whether the source holds all events before the bridge starts; else they are sent
	 * while it runs.
	 */
	boolean readsKafka() {
		return this == KAFKA_KAFKA || this == KAFKA_RABBIT || this == KAFKA_HTTP;
	}

	boolean usesKafka() {
		return this != HTTP_CHANNEL && this != HTTP_CHANNEL_HTTP;
	}

	boolean writesKafka() {
		return this == KAFKA_KAFKA || this == HTTP_KAFKA || this == MQTT_KAFKA;
	}

	boolean usesRabbit() {
		return this == KAFKA_RABBIT;
	}

	boolean usesMqtt() {
		return this == MQTT_KAFKA;
	}

	static @Nullable BenchPath of(String label) {
		return Arrays.stream(values()).filter((path) -> path.label().equals(label)).findFirst().orElse(null);
	}

	static String labels() {
		return List.of(values()).stream().map(BenchPath::label).collect(Collectors.joining(", "));
	}

}
