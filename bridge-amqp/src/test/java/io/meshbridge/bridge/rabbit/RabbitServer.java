package io.meshbridge.bridge.rabbit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.ConnectionFactory;
import io.meshbridge.bridge.test.broker.FreePort;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A RabbitMQ of Debian's package for one test class, with a port, a node name and folders
 * of its own, on loopback. Other than the contract's broker it can be killed and told
 * what to do by {@code rabbitmqctl}.
 */
final class RabbitServer implements AutoCloseable {

	private static final Path SERVER = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");

	private static final Path CONTROL = Path.of("/usr/lib/rabbitmq/bin/rabbitmqctl");

	private final Path folder;

	private final int port = FreePort.any();

	private final int distributionPort = FreePort.any();

	private final int epmdPort = FreePort.any();

	private final String node = "meshbridge-" + this.port + "@localhost";

	private boolean started;

	private @Nullable Process process;

	RabbitServer() {
		try {
			this.folder = Files.createTempDirectory("meshbridge-rabbit");
			Files.writeString(this.folder.resolve("enabled_plugins"), "[].");
			Files.writeString(this.folder.resolve("rabbitmq.conf"), """
					listeners.tcp.default = 127.0.0.1:%d
					log.console = false
					log.file.level = warning
					disk_free_limit.absolute = 50MB
					vm_memory_high_watermark.absolute = 1GB
					max_message_size = 20000000
					""".formatted(this.port));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static boolean installed() {
		return Files.isExecutable(SERVER);
	}

	int port() {
		return this.port;
	}

	RabbitServer start() {
		this.started = true;
		this.process = launch(List.of(SERVER.toString()), "server.log");
		Awaitility.await("RabbitMQ on port " + this.port)
			.atMost(Duration.ofSeconds(90))
			.pollInterval(Duration.ofMillis(200))
			.ignoreExceptions()
			.untilAsserted(() -> client().newConnection().close());
		return this;
	}

	/**
	 * A client of the broker, for what a test does without the bridge.
	 */
	ConnectionFactory client() {
		ConnectionFactory client = new ConnectionFactory();
		client.setHost("127.0.0.1");
		client.setPort(this.port);
		client.setAutomaticRecoveryEnabled(false);
		client.setConnectionTimeout(2000);
		return client;
	}

	void control(String... arguments) {
		List<String> command = new ArrayList<>(List.of(CONTROL.toString(), "-n", this.node));
		command.addAll(List.of(arguments));
		Process control = launch(command, "control.log");
		try {
			assertThat(control.waitFor(90, TimeUnit.SECONDS)).isTrue();
			assertThat(control.exitValue()).as("%s", command).isZero();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Has it write what was declared to its disk. By itself it does so up to two seconds
	 * after it answered, and a binding that is younger than that may be gone after a
	 * {@link #kill()}.
	 */
	void keepDeclarations() {
		control("eval", "mnesia:sync_log().");
	}

	/**
	 * Ends it as a power cut would.
	 */
	void kill() {
		Process running = this.process;
		if (running != null) {
			running.descendants().forEach(ProcessHandle::destroyForcibly);
			running.destroyForcibly();
			// The server is a child of the script, and may be there for longer.
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !running.isAlive() && !listens());
			this.process = null;
		}
	}

	private boolean listens() {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress("127.0.0.1", this.port), 2000);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private Process launch(List<String> command, String log) {
		ProcessBuilder builder = new ProcessBuilder(command);
		builder.environment()
			.putAll(Map.ofEntries(Map.entry("HOME", this.folder.toString()), Map.entry("RABBITMQ_NODENAME", this.node),
					Map.entry("RABBITMQ_MNESIA_BASE", this.folder.resolve("mnesia").toString()),
					Map.entry("RABBITMQ_LOG_BASE", this.folder.resolve("log").toString()),
					Map.entry("RABBITMQ_CONFIG_FILE", this.folder.resolve("rabbitmq.conf").toString()),
					Map.entry("RABBITMQ_ADVANCED_CONFIG_FILE", this.folder.resolve("none.config").toString()),
					Map.entry("RABBITMQ_ENABLED_PLUGINS_FILE", this.folder.resolve("enabled_plugins").toString()),
					Map.entry("RABBITMQ_DIST_PORT", Integer.toString(this.distributionPort)),
					Map.entry("ERL_EPMD_PORT", Integer.toString(this.epmdPort)),
					Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"), Map.entry("RABBITMQ_CONF_ENV_FILE", "/dev/null"),
					Map.entry("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}")));
		File out = this.folder.resolve(log).toFile();
		builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(out));
		try {
			return builder.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		if (!this.started) {
			return;
		}
		kill();
		// It refuses to go while it knows of a node, which is for a moment after the
		// kill.
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(this::endEpmd);
	}

	private boolean endEpmd() throws IOException, InterruptedException {
		Path said = this.folder.resolve("epmd.log");
		Files.deleteIfExists(said);
		launch(List.of("epmd", "-port", Integer.toString(this.epmdPort), "-kill"), "epmd.log").waitFor();
		return !Files.readString(said).contains("not allowed");
	}

}
