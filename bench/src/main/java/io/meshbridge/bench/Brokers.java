package io.meshbridge.bench;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.meshbridge.sandbox.FreePort;
import org.jspecify.annotations.Nullable;

/**
 * The brokers of one bench, each in a process and a data folder of its own, on free ports
 * of the loopback interface. Kafka comes with the bench; RabbitMQ and Mosquitto are used
 * where they are installed.
 */
final class Brokers implements AutoCloseable {

	private static final Duration START_LIMIT = Duration.ofSeconds(60);

	private static final List<Path> RABBIT_PROGRAMS = List.of(Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server"),
			Path.of("/usr/local/sbin/rabbitmq-server"), Path.of("/opt/homebrew/sbin/rabbitmq-server"));

	private static final List<Path> MOSQUITTO_PROGRAMS = List.of(Path.of("/usr/sbin/mosquitto"),
			Path.of("/usr/local/sbin/mosquitto"), Path.of("/opt/homebrew/sbin/mosquitto"));

	private final Path folder;

	private final List<AutoCloseable> running = new ArrayList<>();

	private String kafka = "";

	private int rabbitPort;

	private int mqttPort;

	private boolean closed;

	/**
	 * Describes brokers that are started on demand.
	 * @param folder for data and logs
	 */
	Brokers(Path folder) {
		this.folder = folder;
	}

	/**
	 * Why a path can't be measured on this machine, or {@code null} if it can.
	 */
	static @Nullable String missing(BenchPath path) {
		if (path.usesRabbit() && program("rabbitmq-server", RABBIT_PROGRAMS) == null) {
			return "not installed: rabbitmq-server (Debian: apt-get install rabbitmq-server)";
		}
		if (path.usesMqtt() && program("mosquitto", MOSQUITTO_PROGRAMS) == null) {
			return "not installed: mosquitto (Debian: apt-get install mosquitto)";
		}
		return null;
	}

	/**
	 * Starts what a path needs and does not run yet.
	 */
	synchronized void start(BenchPath path) throws IOException, InterruptedException {
		if (this.closed) {
			throw new IllegalStateException("the bench is being stopped");
		}
		if (path.usesKafka() && this.kafka.isEmpty()) {
			ChildProcess broker = ChildProcess.startSelf("kafka", folder("kafka"), "kafka-broker",
					folder("kafka-data").toString());
			this.running.add(broker);
			this.kafka = broker.awaitReady(START_LIMIT);
		}
		if (path.usesRabbit() && this.rabbitPort == 0) {
			this.rabbitPort = startRabbit();
		}
		if (path.usesMqtt() && this.mqttPort == 0) {
			this.mqttPort = startMosquitto();
		}
	}

	/**
	 * Host and port of Kafka, empty if it does not run.
	 */
	synchronized String kafka() {
		return this.kafka;
	}

	/**
	 * Port of RabbitMQ, 0 if it does not run.
	 */
	synchronized int rabbitPort() {
		return this.rabbitPort;
	}

	/**
	 * Port of the MQTT broker, 0 if it does not run.
	 */
	synchronized int mqttPort() {
		return this.mqttPort;
	}

	private int startRabbit() throws IOException, InterruptedException {
		Path home = folder("rabbitmq");
		int port = FreePort.any();
		int epmdPort = FreePort.any();
		Path configuration = Files.writeString(home.resolve("rabbitmq.conf"), """
				listeners.tcp.default = 127.0.0.1:%d
				log.console = true
				log.console.level = warning
				log.file = false
				disk_free_limit.absolute = 200MB
				""".formatted(port));
		Map<String, String> environment = new HashMap<>();
		environment.put("HOME", home.toString());
		environment.put("RABBITMQ_NODENAME", "bench-" + port + "@localhost");
		environment.put("RABBITMQ_MNESIA_BASE", home.resolve("mnesia").toString());
		environment.put("RABBITMQ_LOG_BASE", home.resolve("log").toString());
		environment.put("RABBITMQ_CONFIG_FILE", configuration.toString());
		environment.put("RABBITMQ_ADVANCED_CONFIG_FILE", home.resolve("advanced.config").toString());
		environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", Files.writeString(home.resolve("plugins"), "[].").toString());
		environment.put("RABBITMQ_CONF_ENV_FILE", "/dev/null");
		environment.put("RABBITMQ_DIST_PORT", String.valueOf(FreePort.any()));
		environment.put("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}");
		environment.put("ERL_EPMD_PORT", String.valueOf(epmdPort));
		environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
		// The script then becomes the broker, instead of waiting for a child of its own.
		environment.put("RUNNING_UNDER_SYSTEMD", "true");
		// The name daemon outlives the broker; closed last, since it was added first.
		this.running.add(() -> stopNameDaemon(epmdPort));
		ChildProcess broker = ChildProcess.start("rabbitmq", home, environment,
				List.of(programOf("rabbitmq-server", RABBIT_PROGRAMS)));
		this.running.add(broker);
		broker.awaitTrue("taking connections", START_LIMIT, () -> open(port));
		return port;
	}

	private void stopNameDaemon(int port) throws IOException, InterruptedException {
		Path epmd = program("epmd", List.of());
		if (epmd != null) {
			new ProcessBuilder(epmd.toString(), "-port", String.valueOf(port), "-kill").redirectErrorStream(true)
				.redirectOutput(this.folder.resolve("epmd.log").toFile())
				.start()
				.waitFor(10, TimeUnit.SECONDS);
		}
	}

	private int startMosquitto() throws IOException, InterruptedException {
		Path home = folder("mosquitto");
		int port = FreePort.any();
		Path configuration = Files.writeString(home.resolve("mosquitto.conf"), """
				listener %d 127.0.0.1
				allow_anonymous true
				persistence false
				max_inflight_messages 1000
				max_queued_messages 0
				set_tcp_nodelay true
				""".formatted(port));
		ChildProcess broker = ChildProcess.start("mosquitto", home, Map.of(),
				List.of(programOf("mosquitto", MOSQUITTO_PROGRAMS), "-c", configuration.toString()));
		this.running.add(broker);
		broker.awaitTrue("taking connections", START_LIMIT, () -> open(port));
		return port;
	}

	private Path folder(String name) throws IOException {
		return Files.createDirectories(this.folder.resolve(name));
	}

	private static String programOf(String name, List<Path> candidates) {
		Path program = program(name, candidates);
		if (program == null) {
			throw new IllegalStateException(name + " is not installed");
		}
		return program.toString();
	}

	private static @Nullable Path program(String name, List<Path> candidates) {
		List<Path> all = new ArrayList<>(candidates);
		for (String entry : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
			all.add(Path.of(entry, name));
		}
		return all.stream().filter(Files::isExecutable).findFirst().orElse(null);
	}

	private static boolean open(int port) {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		for (int i = this.running.size() - 1; i >= 0; i--) {
			try {
				this.running.get(i).close();
			}
			catch (Exception ex) {
				System.err.println("bench: a broker could not be stopped: " + ex);
			}
		}
		this.running.clear();
	}

}
