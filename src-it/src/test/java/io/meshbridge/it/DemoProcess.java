package io.meshbridge.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The demo as its user starts it, with a shell command in the folder of the sources, but
 * on free ports.
 */
final class DemoProcess implements AutoCloseable {

	/** The command without options. */
	static final String COMMAND = "./meshbridge demo";

	private static final Duration WAIT = Duration.ofSeconds(120);

	private static final Path REPOSITORY = Path.of(System.getProperty("meshbridge.repository", ".."));

	private final Map<String, Integer> ports;

	private final Path output;

	private final Process process;

	private DemoProcess(Map<String, Integer> ports, Path output, Process process) {
		this.ports = ports;
		this.output = output;
		this.process = process;
	}

	/**
	 * A free port for each option that names one.
	 */
	static Map<String, Integer> freePorts() {
		Map<String, Integer> ports = new LinkedHashMap<>();
		for (String part : List.of("http", "mqtt", "admin", "kafka", "amqp", "hook")) {
			ports.put(part, GatewayProcess.freePort());
		}
		return ports;
	}

	/**
	 * Starts it.
	 * @param command which has {@link #COMMAND} in it
	 * @param folder for what it prints
	 */
	static DemoProcess start(String command, Map<String, Integer> ports, Path folder) throws IOException {
		assertThat(command).contains(COMMAND);
		String options = ports.entrySet()
			.stream()
			.map((port) -> " --" + port.getKey() + "-port=" + port.getValue())
			.collect(Collectors.joining());
		List<String> line = new ArrayList<>();
		if (Files.isExecutable(Path.of("/usr/bin/env")) && resetsSignals()) {
			// What is started in the background of a script hears no Ctrl-C, nor does
			// what that starts.
			line.addAll(List.of("/usr/bin/env", "--default-signal=INT"));
		}
		line.addAll(List.of("bash", "-c", command.replace(COMMAND, COMMAND + options)));
		Path output = folder.resolve("demo.log");
		ProcessBuilder builder = new ProcessBuilder(line).directory(REPOSITORY.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile());
		builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
		return new DemoProcess(ports, output, builder.start());
	}

	private static boolean resetsSignals() throws IOException {
		Process probe = new ProcessBuilder("/usr/bin/env", "--default-signal=INT", "true")
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		try {
			return probe.waitFor(WAIT.toSeconds(), TimeUnit.SECONDS) && probe.exitValue() == 0;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/**
	 * Waits until events flow.
	 */
	DemoProcess awaitRunning() {
		await().atMost(WAIT)
			.pollInterval(Duration.ofMillis(200))
			.until(() -> !this.process.isAlive() || output().contains("arrived at"));
		assertThat(this.process.isAlive()).as(output()).isTrue();
		return this;
	}

	/**
	 * Waits for its end.
	 * @return the exit code
	 */
	int awaitExit() throws InterruptedException {
		assertThat(this.process.waitFor(WAIT.toSeconds(), TimeUnit.SECONDS)).as(() -> "end of\n" + output()).isTrue();
		return this.process.exitValue();
	}

	/**
	 * Sends it a signal, for example {@code INT}, which is Ctrl-C.
	 */
	void signal(String name) throws IOException, InterruptedException {
		Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(this.process.pid())).inheritIO().start();
		assertThat(kill.waitFor(WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
	}

	/**
	 * What it has started, as long as it lives itself.
	 */
	List<ProcessHandle> children() {
		try (Stream<ProcessHandle> children = this.process.descendants()) {
			return children.toList();
		}
	}

	/**
	 * What it has printed so far.
	 */
	String output() {
		try {
			return Files.readString(this.output, StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new AssertionError("can't read " + this.output, ex);
		}
	}

	int port(String part) {
		return this.ports.getOrDefault(part, 0);
	}

	/**
	 * Where the sample routes lead.
	 */
	List<String> targets() {
		String hook = "http:" + port("hook");
		return List.of("kafka:readings", "mqtt:alarms/plant", "rabbit:alarms", hook + "/alarms", "kafka:orders",
				"rabbit:orders", hook + "/big-orders");
	}

	/**
	 * Whether it has printed an event with all of these words as arrived at a target.
	 */
	boolean arrived(String target, String... words) {
		return output().lines()
			.anyMatch((line) -> line.contains("  " + target + " ") && Stream.of(words).allMatch(line::contains));
	}

	@Override
	public void close() {
		List<ProcessHandle> children = children();
		children.forEach(ProcessHandle::destroyForcibly);
		this.process.destroyForcibly().onExit().orTimeout(WAIT.toSeconds(), TimeUnit.SECONDS).join();
	}

}
