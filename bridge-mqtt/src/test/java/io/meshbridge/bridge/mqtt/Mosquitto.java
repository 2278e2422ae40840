package io.meshbridge.bridge.mqtt;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.meshbridge.bridge.test.broker.FreePort;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A mosquitto of its own, on a free loopback port, that keeps sessions over a restart.
 */
final class Mosquitto implements AutoCloseable {

	private final Path folder;

	private final int port = FreePort.any();

	private @Nullable Process process;

	Mosquitto(String... extraConfig) throws IOException {
		this.folder = Files.createTempDirectory("mosquitto");
		String config = """
				listener %d 127.0.0.1
				allow_anonymous true
				persistence true
				persistence_location %s/
				max_inflight_messages 0
				max_queued_messages 0
				log_dest file %s/log
				log_type all
				""".formatted(this.port, this.folder, this.folder) + String.join("\n", extraConfig) + "\n";
		if (System.getProperty("user.name").equals("root")) {
			config += "user root\n";
		}
		Files.writeString(this.folder.resolve("mosquitto.conf"), config);
	}

	Mosquitto start() throws IOException {
		this.process = new ProcessBuilder("mosquitto", "-c", this.folder.resolve("mosquitto.conf").toString())
			.redirectErrorStream(true)
			.redirectOutput(this.folder.resolve("out").toFile())
			.start();
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(this::answers);
		return this;
	}

	private boolean answers() {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress("127.0.0.1", this.port), 200);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Ends it in order: it writes its sessions to disk.
	 */
	void stop() {
		Process process = this.process;
		if (process != null) {
			process.destroy();
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !process.isAlive());
			this.process = null;
		}
	}

	String url() {
		return "tcp://127.0.0.1:" + this.port;
	}

	int port() {
		return this.port;
	}

	List<String> log() throws IOException {
		return Files.readAllLines(this.folder.resolve("log"));
	}

	@Override
	public void close() {
		stop();
	}

}
