package io.meshbridge.it;

import java.io.File;
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
import java.util.concurrent.TimeUnit;

import io.meshbridge.bridge.test.broker.FreePort;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The gateway as its user runs it: {@code java -jar meshbridge.jar} in a folder of its
 * own.
 */
final class GatewayProcess implements AutoCloseable {

	private static final Duration WAIT = Duration.ofSeconds(180);

	private static final JsonMapper JSON = new JsonMapper();

	private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

	private final Path folder;

	private final List<String> jvmOptions = new ArrayList<>(List.of("-Xmx512m"));

	private final List<String> arguments = new ArrayList<>();

	private final int eventPort = freePort();

	private final int adminPort = freePort();

	private @Nullable Process process;

	/**
	 * Prepares a gateway without an embedded broker.
	 * @param routes text of its routes file
	 */
	GatewayProcess(Path folder, String routes, List<String> arguments) throws IOException {
		this(folder, arguments);
		Files.writeString(folder.resolve("routes.yaml"), routes);
		this.arguments.add("--meshbridge.embedded-broker.enabled=false");
	}

	/**
	 * Prepares a gateway in a folder that has its files already.
	 */
	GatewayProcess(Path folder, List<String> arguments) {
		this.folder = folder;
		this.arguments.addAll(List.of("--meshbridge.http.port=" + this.eventPort, "--server.port=" + this.adminPort));
		this.arguments.addAll(arguments);
	}

	static int freePort() {
		return FreePort.any();
	}

	/**
	 * Sets an option of the JVM, in place of ours where they say the same.
	 */
	GatewayProcess jvm(String option) {
		this.jvmOptions.add(option);
		return this;
	}

	GatewayProcess start() throws IOException {
		Path jar = Path.of(System.getProperty("meshbridge.repository", ".."), "gateway-app/target/meshbridge.jar");
		assertThat(jar).as("the packaged gateway").exists();
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		List<String> command = new ArrayList<>(List.of(java));
		command.addAll(this.jvmOptions);
		command.addAll(List.of("-jar", jar.toAbsolutePath().toString()));
		command.addAll(this.arguments);
		File log = log().toFile();
		this.process = new ProcessBuilder(command).directory(this.folder.toFile())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(log))
			.start();
		return this;
	}

	/**
	 * Waits until every binding is bound.
	 */
	GatewayProcess awaitBound() {
		await().atMost(WAIT).pollInterval(Duration.ofMillis(250)).failFast(() -> {
			if (!running()) {
				throw new AssertionError("the gateway has ended:\n" + logText());
			}
		}).ignoreExceptions().untilAsserted(() -> {
			JsonNode bindings = admin("/admin/bindings");
			assertThat(bindings).isNotEmpty();
			for (JsonNode binding : bindings) {
				assertThat(binding.path("state").asString()).as(binding.toString()).isEqualTo("BOUND");
			}
		});
		return this;
	}

	boolean running() {
		return this.process != null && this.process.isAlive();
	}

	/**
	 * Waits for its end.
	 * @return the exit code
	 */
	int awaitExit() throws InterruptedException {
		Process running = this.process;
		if (running == null || !running.waitFor(WAIT.toSeconds(), TimeUnit.SECONDS)) {
			throw new AssertionError("the gateway does not end, its log is " + log());
		}
		return running.exitValue();
	}

	/**
	 * SIGTERM, as an operator stops it.
	 */
	void stop() throws InterruptedException {
		if (this.process != null) {
			this.process.destroy();
			awaitExit();
		}
	}

	/**
	 * SIGKILL: nothing is drained.
	 */
	void kill() throws InterruptedException {
		if (this.process != null) {
			this.process.destroyForcibly();
			awaitExit();
		}
	}

	/**
	 * Sends a signal that does not end it, for example {@code STOP}.
	 */
	void signal(String name) throws InterruptedException {
		Process running = this.process;
		assertThat(running).as("the gateway's process").isNotNull();
		try {
			Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(running.pid())).inheritIO().start();
			assertThat(kill.waitFor(WAIT.toSeconds(), TimeUnit.SECONDS) && kill.exitValue() == 0)
				.as("kill -%s has worked", name)
				.isTrue();
		}
		catch (IOException ex) {
			throw new IllegalStateException("can't send the signal " + name, ex);
		}
	}

	JsonNode admin(String path) throws IOException, InterruptedException {
		return json(request("GET", path));
	}

	JsonNode post(String path) throws IOException, InterruptedException {
		return json(request("POST", path));
	}

	static JsonNode json(HttpResponse<String> response) {
		return JSON.readTree(response.body());
	}

	/**
	 * Asks the admin API.
	 */
	HttpResponse<String> request(String method, String path) throws IOException, InterruptedException {
		return request(method, path, "");
	}

	/**
	 * Asks the admin API, with a body unless that is empty.
	 */
	HttpResponse<String> request(String method, String path, String body) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.adminPort + path))
			.timeout(Duration.ofSeconds(20))
			.method(method,
					body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
			.build();
		return this.http.send(request, HttpResponse.BodyHandlers.ofString());
	}

	/**
	 * Size of all that its heap holds after a full collection.
	 */
	long liveHeapBytes() throws IOException, InterruptedException {
		String total = jcmd("GC.class_histogram").stream()
			.filter((line) -> line.startsWith("Total"))
			.findFirst()
			.orElseThrow(() -> new AssertionError("jcmd: no line begins with 'Total'"));
		return Long.parseLong(total.trim().replaceAll(".*\\s", ""));
	}

	/**
	 * What its JVM answers to a command of {@code jcmd}, line by line.
	 */
	List<String> jcmd(String question) throws IOException, InterruptedException {
		Process running = this.process;
		assertThat(running).as("the gateway's process").isNotNull();
		Path answer = this.folder.resolve("jcmd.txt");
		String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
		Process asked = new ProcessBuilder(jcmd, String.valueOf(running.pid()), question).redirectErrorStream(true)
			.redirectOutput(answer.toFile())
			.start();
		assertThat(asked.waitFor(WAIT.toSeconds(), TimeUnit.SECONDS)).as("jcmd has ended").isTrue();
		return Files.readAllLines(answer);
	}

	int eventPort() {
		return this.eventPort;
	}

	int adminPort() {
		return this.adminPort;
	}

	Path log() {
		return this.folder.resolve("gateway.log");
	}

	String logText() throws IOException {
		return Files.readString(log(), StandardCharsets.UTF_8);
	}

	@Override
	public void close() {
		if (this.process != null) {
			this.process.destroyForcibly().onExit().orTimeout(WAIT.toSeconds(), TimeUnit.SECONDS).join();
		}
	}

}
