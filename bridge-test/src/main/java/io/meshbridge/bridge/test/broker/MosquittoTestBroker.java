package io.meshbridge.bridge.test.broker;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Mosquitto for tests: MQTT 3.1.1 and 5, no login, sessions and retained messages are
 * kept on disk.
 */
public final class MosquittoTestBroker {

	/** Nobody may publish to topics below this one. */
	public static final String FORBIDDEN_TOPIC = "forbidden";

	/** Longest packet the broker takes; an MQTT 5 client is told so. */
	public static final int MAX_PACKET_BYTES = 2 * 1024 * 1024;

	private static final String IMAGE = "eclipse-mosquitto:2.0.22";

	private static final BrokerFinder FINDER = new BrokerFinder("Mosquitto",
			List.of(MosquittoTestBroker::container, MosquittoTestBroker::binary, MosquittoTestBroker::inThisJvm));

	/**
	 * Patterns and not topics: mosquitto 2.0 denies a session that it restored every
	 * topic until its client is back, and drops what comes meanwhile; patterns hold for
	 * it.
	 */
	private static final String ACCESS = """
			pattern readwrite #
			pattern deny forbidden/#
			""";

	private MosquittoTestBroker() {
	}

	/**
	 * The broker of this JVM, started when first asked for.
	 */
	public static TestBroker get() {
		return FINDER.broker();
	}

	private static String settings(String listener, String folder) {
		return """
				listener %s
				allow_anonymous true
				acl_file %s/access.txt
				persistence true
				persistence_location %s/
				max_queued_messages 0
				max_inflight_messages 1000
				max_packet_size %d
				set_tcp_nodelay true
				log_type error
				log_type warning
				""".formatted(listener, folder, folder, MAX_PACKET_BYTES);
	}

	private static @Nullable TestBroker container() {
		if (!BrokerContainer.engineAnswers()) {
			return null;
		}
		return new BrokerContainer(IMAGE, FreePort.any(), 1883, Map.of(), Map.of("/mosquitto/data/access.txt", ACCESS,
				"/mosquitto/config/mosquitto.conf", settings("1883 0.0.0.0", "/mosquitto/data")), List.of());
	}

	private static @Nullable TestBroker binary() {
		Path server = BrokerProcess.executable("mosquitto", "/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto",
				"/opt/homebrew/sbin/mosquitto");
		if (server == null) {
			return null;
		}
		Path folder = BrokerProcess.newFolder("mosquitto");
		int port = FreePort.any();
		BrokerProcess.write(folder.resolve("access.txt"), ACCESS);
		// As root it would change to a user that can't write here.
		BrokerProcess.write(folder.resolve("mosquitto.conf"),
				"user " + System.getProperty("user.name") + "\n" + settings(port + " 127.0.0.1", folder.toString()));
		BrokerProcess process = new BrokerProcess("Mosquitto", port, folder,
				List.of(server.toString(), "-c", folder.resolve("mosquitto.conf").toString()), Map.of());
		return process;
	}

	private static @Nullable TestBroker inThisJvm() {
		return BrokerFinder.continuousIntegration() ? null
				: new MqttInThisJvm(FreePort.any(), BrokerProcess.newFolder("mqtt"));
	}

}
