package io.meshbridge.bench.raw;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import io.meshbridge.bench.load.EventSeries;
import io.meshbridge.bench.load.Pace;

/**
 * A bridge as one writes it by hand, run in a process of its own. Each of them
 * acknowledges at the source only what the target confirmed, keeps the order per key, and
 * does both in the obvious fast way.
 */
public final class RawBridge {

	private RawBridge() {
	}

	/**
	 * Runs until the process ends. Prints {@code READY} and, for HTTP, the port when
	 * events can come.
	 * @param path such as {@code kafka-kafka}
	 * @param arguments {@code NAME=VALUE}: {@code kafka} (address), {@code rabbit}
	 * (port), {@code mqtt} (URL), {@code in} and {@code out} (destinations; a URL to post
	 * to), {@code group}; for a path without source and target: {@code folder}, and
	 * {@code series}, {@code keys}, {@code plain}, and {@code warm-up} and
	 * {@code measured}, or {@code rate}, {@code warm-up-seconds} and {@code seconds}, of
	 * what it stores
	 */
	public static void run(String path, String... arguments) throws Exception {
		Map<String, String> settings = new HashMap<>();
		for (String argument : arguments) {
			int equals = argument.indexOf('=');
			settings.put(argument.substring(0, equals), argument.substring(equals + 1));
		}
		switch (path) {
			case "kafka-kafka" -> KafkaToKafka.run(setting(settings, "kafka"), setting(settings, "in"),
					setting(settings, "out"), setting(settings, "group"));
			case "kafka-rabbit" ->
				KafkaToRabbit.run(setting(settings, "kafka"), setting(settings, "in"), setting(settings, "group"),
						Integer.parseInt(setting(settings, "rabbit")), setting(settings, "out"));
			case "kafka-http" -> KafkaToHttp.run(setting(settings, "kafka"), setting(settings, "in"),
					setting(settings, "group"), setting(settings, "out"));
			case "http-kafka" -> HttpToKafka.run(setting(settings, "kafka"), setting(settings, "out"));
			case "mqtt-kafka" -> MqttToKafka.run(setting(settings, "mqtt"), setting(settings, "in"),
					setting(settings, "kafka"), setting(settings, "out"));
			case "http-channel", "http-channel-http" -> store(settings);
			default -> throw new IllegalArgumentException("there is no raw bridge '" + path + "'");
		}
	}

	private static void store(Map<String, String> settings) throws Exception {
		Path folder = Path.of(setting(settings, "folder"));
		EventSeries series = new EventSeries(setting(settings, "series"), Integer.parseInt(setting(settings, "keys")),
				!Boolean.parseBoolean(setting(settings, "plain")));
		if (settings.containsKey("rate")) {
			ChannelStore.run(folder, series,
					Pace.thousandThen(Double.parseDouble(setting(settings, "rate")),
							Integer.parseInt(setting(settings, "warm-up-seconds")),
							Integer.parseInt(setting(settings, "seconds"))));
		}
		else {
			ChannelStore.run(folder, series, Long.parseLong(setting(settings, "warm-up")),
					Long.parseLong(setting(settings, "measured")));
		}
	}

	private static String setting(Map<String, String> settings, String name) {
		String value = settings.get(name);
		if (value == null) {
			throw new IllegalArgumentException("argument '" + name + "' is missing, expected " + name + "=VALUE");
		}
		return value;
	}

}
