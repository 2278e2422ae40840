package io.meshbridge.bridge.test.broker;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.meshbridge.sandbox.SandboxKafka;

/**
 * One Kafka node as a process; SIGTERM stops it in order.
 */
final class KafkaNode {

	private KafkaNode() {
	}

	/**
	 * Runs a node until the process is ended.
	 * @param arguments its port, the folder of its data, and settings as
	 * {@code name=value}
	 */
	public static void main(String[] arguments) {
		Map<String, String> settings = new HashMap<>();
		for (String setting : List.of(arguments).subList(2, arguments.length)) {
			int equals = setting.indexOf('=');
			settings.put(setting.substring(0, equals), setting.substring(equals + 1));
		}
		SandboxKafka kafka = SandboxKafka.start(Integer.parseInt(arguments[0]), Path.of(arguments[1]), settings);
		Runtime.getRuntime().addShutdownHook(new Thread(kafka::stop, "stop-kafka"));
	}

}
