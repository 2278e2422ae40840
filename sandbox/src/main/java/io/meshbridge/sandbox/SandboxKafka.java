package io.meshbridge.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/**
 * One Kafka node, controller and broker in one, on the loopback interface. It can be
 * stopped and started again with its data. Not thread-safe.
 */
public final class SandboxKafka implements AutoCloseable {

	private static final int NODE_ID = 1;

	private final int port;

	private final Map<String, Object> settings;

	private @Nullable KafkaRaftServer server;

	private SandboxKafka(int port, Map<String, Object> settings) {
		this.port = port;
		this.settings = settings;
	}

	/**
	 * Starts a node; returns when it takes connections.
	 * @param port to listen on, 0 for a free one
	 * @param data folder for its data, empty or one it used before
	 */
	public static SandboxKafka start(int port, Path data) {
		return start(port, data, Map.of());
	}

	/**
	 * Starts a node with broker settings of the caller's own.
	 * @param port to listen on, 0 for a free one
	 * @param data folder for its data, empty or one it used before
	 * @param settings win over the sandbox's own
	 */
	public static SandboxKafka start(int port, Path data, Map<String, String> settings) {
		int brokerPort = (port == 0) ? FreePort.any() : port;
		Map<String, Object> all = settings(brokerPort, FreePort.any(), data);
		all.putAll(settings);
		format(data);
		SandboxKafka kafka = new SandboxKafka(brokerPort, all);
		kafka.start();
		return kafka;
	}

	private static Map<String, Object> settings(int port, int controllerPort, Path data) {
		Map<String, Object> settings = new HashMap<>();
		settings.put("process.roles", "broker,controller");
		settings.put("node.id", String.valueOf(NODE_ID));
		settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
		settings.put("controller.listener.names", "CONTROLLER");
		settings.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
		settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
		settings.put("log.dirs", data.toString());
		// One node can hold one copy.
		settings.put("offsets.topic.replication.factor", "1");
		settings.put("transaction.state.log.replication.factor", "1");
		settings.put("transaction.state.log.min.isr", "1");
		settings.put("share.coordinator.state.topic.replication.factor", "1");
		settings.put("share.coordinator.state.topic.min.isr", "1");
		// Quick to start, to join a group and to stop.
		settings.put("offsets.topic.num.partitions", "1");
		settings.put("transaction.state.log.num.partitions", "1");
		settings.put("group.initial.rebalance.delay.ms", "0");
		settings.put("group.min.session.timeout.ms", "1000");
		// After a restart a node may come back when its former session has ended.
		settings.put("broker.session.timeout.ms", "3000");
		settings.put("broker.heartbeat.interval.ms", "500");
		// Small.
		settings.put("num.network.threads", "2");
		settings.put("num.io.threads", "2");
		settings.put("log.cleaner.enable", "false");
		return settings;
	}

	private static void format(Path data) {
		if (Files.exists(data.resolve("meta.properties"))) {
			// Formatted before, with a cluster id that a new one would not match.
			return;
		}
		ByteArrayOutputStream report = new ByteArrayOutputStream();
		try (PrintStream out = new PrintStream(report, false, StandardCharsets.UTF_8)) {
			new Formatter().setPrintStream(out)
				.setClusterId(Uuid.randomUuid().toString())
				.setNodeId(NODE_ID)
				.addDirectory(data.toString())
				.setMetadataLogDirectory(data.toString())
				.setControllerListenerName("CONTROLLER")
				.setSupportedFeatures(Feature.PRODUCTION_FEATURES)
				.setReleaseVersion(MetadataVersion.latestProduction())
				.setIgnoreFormatted(true)
				.run();
		}
		catch (Exception ex) {
			throw new IllegalStateException(
					"can't format '" + data + "' for Kafka: " + report.toString(StandardCharsets.UTF_8), ex);
		}
	}

	/**
	 * Starts it again after {@link #stop()}, with the same port and data; returns when it
	 * takes connections.
	 */
	public void start() {
		if (this.server != null) {
			return;
		}
		KafkaRaftServer starting = new KafkaRaftServer(new KafkaConfig(this.settings), Time.SYSTEM);
		starting.startup();
		this.server = starting;
	}

	/**
	 * Stops it; its data stays.
	 */
	public void stop() {
		KafkaRaftServer running = this.server;
		if (running != null) {
			this.server = null;
			running.shutdown();
			running.awaitShutdown();
		}
	}

	/**
	 * Port clients connect to.
	 */
	public int port() {
		return this.port;
	}

	/**
	 * What clients take as {@code bootstrap.servers}.
	 */
	public String bootstrapServers() {
		return "127.0.0.1:" + this.port;
	}

	@Override
	public void close() {
		stop();
	}

}
