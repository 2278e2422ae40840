package io.meshbridge.sandbox.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The gateway, run as its users run it: a process of its own.
 */
final class GatewayProcess implements AutoCloseable {

	private static final Path SHELL = Path.of("/bin/sh");

	/**
	 * Becomes the gateway. Ctrl-C reaches every process of the terminal, and the gateway
	 * is to see only the SIGTERM that follows, once the feed has stopped and its events
	 * have arrived. Its standard input ends with the demo, however that ended: then the
	 * gateway has to end too.
	 */
	private static final String WRAPPER = """
			trap '' INT HUP
			exec 3<&0
			(cat >/dev/null; kill $$ 2>/dev/null) <&3 3<&- >/dev/null 2>&1 &
			exec "$@" 3<&- </dev/null
			""";

	/** The admin API answers with a list of flat objects. */
	private static final Pattern BINDING = Pattern.compile("\\{[^{}]*}");

	private static final Pattern BOUND = Pattern.compile("\"state\"\\s*:\\s*\"BOUND\"");

	private static final Pattern NAME = Pattern.compile("\"name\"\\s*:\\s*\"([^\"]*)\"");

	private static final Duration QUESTION_TIMEOUT = Duration.ofSeconds(2);

	/** The gateway gives each of its parts 30 s to drain. */
	private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(45);

	private static final int TAIL_LINES = 20;

	private static final int OK = 200;

	private final Process process;

	private final Path log;

	private final URI bindings;

	private final HttpClient http = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(QUESTION_TIMEOUT)
		.build();

	GatewayProcess(DemoOptions options, DemoFolder folder, Path routes) throws DemoException {
		this.log = folder.gatewayLog();
		this.bindings = URI.create("http://127.0.0.1:" + options.port(Part.ADMIN) + "/admin/bindings");
		try {
			this.process = new ProcessBuilder(command(options, folder, routes)).directory(folder.root().toFile())
				.redirectErrorStream(true)
				.redirectOutput(this.log.toFile())
				.start();
		}
		catch (IOException ex) {
			throw new DemoException("the gateway can't be started: " + ex.getMessage());
		}
	}

	private static List<String> command(DemoOptions options, DemoFolder folder, Path routes) {
		List<String> command = new ArrayList<>();
		if (Files.isExecutable(SHELL)) {
			command.addAll(List.of(SHELL.toString(), "-c", WRAPPER, "sh"));
		}
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(options.javaOptions());
		command.add("-jar");
		command.add(options.gateway().toString());
		command.add("--meshbridge.routes-file=" + routes);
		command.add("--meshbridge.http.port=" + options.port(Part.HTTP));
		command.add("--server.port=" + options.port(Part.ADMIN));
		command.add("--meshbridge.data-dir=" + folder.gatewayData());
		command.add("--meshbridge.embedded-broker.enabled=true");
		// Its port is the sandbox broker's.
		command.add("--meshbridge.embedded-broker.amqp.enabled=false");
		command.add("--meshbridge.embedded-broker.mqtt.port=" + options.port(Part.MQTT));
		command.add("--meshbridge.mqtt.url=" + Feed.mqttUrl(options));
		command.add("--spring.kafka.bootstrap-servers=127.0.0.1:" + options.port(Part.KAFKA));
		command.add("--spring.rabbitmq.host=127.0.0.1");
		command.add("--spring.rabbitmq.port=" + options.port(Part.AMQP));
		command.addAll(options.gatewayOptions());
		return command;
	}

	/**
	 * Completes when the process has ended.
	 */
	CompletableFuture<Process> ended() {
		return this.process.onExit();
	}

	boolean alive() {
		return this.process.isAlive();
	}

	/**
	 * Asks the gateway which sources and targets of its routes are not bound to their
	 * broker yet.
	 * @return their names, none when it is ready; {@code null} while it does not answer
	 */
	@Nullable Set<String> unbound() throws InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(this.bindings).timeout(QUESTION_TIMEOUT).build();
		try {
			HttpResponse<String> answer = this.http.send(request, HttpResponse.BodyHandlers.ofString());
			return (answer.statusCode() == OK) ? unbound(answer.body()) : null;
		}
		catch (IOException ex) {
			// It does not listen yet.
			return null;
		}
	}

	static Set<String> unbound(String bindings) {
		Set<String> names = new TreeSet<>();
		Matcher matcher = BINDING.matcher(bindings);
		while (matcher.find()) {
			Matcher name = NAME.matcher(matcher.group());
			if (!BOUND.matcher(matcher.group()).find() && name.find()) {
				names.add(name.group(1));
			}
		}
		return names;
	}

	/**
	 * The last lines of its log.
	 */
	List<String> logTail() {
		try {
			String text = new String(Files.readAllBytes(this.log), StandardCharsets.UTF_8);
			List<String> lines = text.lines().toList();
			return lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
		}
		catch (IOException ex) {
			return List.of("(can't read " + this.log + ": " + ex.getMessage() + ")");
		}
	}

	/**
	 * Tells it to stop, and waits until it has drained.
	 * @return whether it did so in time; if not, it was ended the hard way
	 */
	boolean stop() throws InterruptedException {
		this.process.destroy();
		if (this.process.waitFor(DRAIN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
			return true;
		}
		kill();
		return false;
	}

	void kill() {
		this.process.destroyForcibly();
	}

	@Override
	public void close() {
		try {
			stop();
		}
		catch (InterruptedException ex) {
			kill();
			Thread.currentThread().interrupt();
		}
	}

}
