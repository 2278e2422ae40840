package io.meshbridge.bridge.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * One Kafka broker with its controller inside this JVM. It can be stopped and started
 * again on the same port with the same data.
 */
final class KafkaNode implements AutoCloseable {

	private static @Nullable KafkaNode shared;

	private final Properties properties = new Properties();

	private final int port = freePort();

	private @Nullable KafkaRaftServer server;

	KafkaNode(Map<String, String> settings) {
		try {
			Path data = Files.createTempDirectory("kafka-node");
			int controllerPort = freePort();
			this.properties.putAll(Map.ofEntries(Map.entry("process.roles", "broker,controller"),
					Map.entry("node.id", "1"), Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controllerPort),
					Map.entry("listeners",
							"PLAINTEXT://127.0.0.1:" + this.port + ",CONTROLLER://127.0.0.1:" + controllerPort),
					Map.entry("advertised.listeners", "PLAINTEXT://127.0.0.1:" + this.port),
					Map.entry("controller.listener.names", "CONTROLLER"),
					Map.entry("inter.broker.listener.name", "PLAINTEXT"),
					Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
					Map.entry("log.dirs", data.resolve("log").toString()),
					Map.entry("offsets.topic.replication.factor", "1"), Map.entry("offsets.topic.num.partitions", "4"),
					Map.entry("transaction.state.log.replication.factor", "1"),
					Map.entry("transaction.state.log.min.isr", "1"),
					Map.entry("transaction.state.log.num.partitions", "4"),
					Map.entry("share.coordinator.state.topic.replication.factor", "1"),
					Map.entry("share.coordinator.state.topic.min.isr", "1"),
					Map.entry("group.initial.rebalance.delay.ms", "0"), Map.entry("num.network.threads", "2"),
					Map.entry("num.io.threads", "2")));
			this.properties.putAll(settings);
			Path file = data.resolve("server.properties");
			try (OutputStream out = Files.newOutputStream(file)) {
				this.properties.store(out, null);
			}
			PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
			StorageTool.execute(
					new String[] { "format", "--cluster-id", "MkU3OEVBNTcwNTJENDM2Qk", "-c", file.toString() },
					nowhere);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The one that most tests share, running.
	 */
	static synchronized KafkaNode shared() {
		KafkaNode node = shared;
		if (node == null) {
			node = new KafkaNode(Map.of());
			node.start();
			Runtime.getRuntime().addShutdownHook(new Thread(node::close));
			shared = node;
		}
		return node;
	}

	String bootstrapServers() {
		return "127.0.0.1:" + this.port;
	}

	void start() {
		this.server = new KafkaRaftServer(new KafkaConfig(this.properties), Time.SYSTEM);
		this.server.startup();
	}

	void stop() {
		if (this.server != null) {
			this.server.shutdown();
			this.server.awaitShutdown();
			this.server = null;
		}
	}

	@Override
	public void close() {
		stop();
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
