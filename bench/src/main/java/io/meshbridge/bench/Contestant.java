package io.meshbridge.bench;

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

import io.meshbridge.bench.load.AllocatedBytes;
import io.meshbridge.sandbox.FreePort;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A process under test: a raw bridge, the gateway or a peer, with its source and its
 * target.
 *
 * @param process that runs
 * @param httpPort where it takes events over HTTP
 * @param allocations what it has allocated, if it can be asked
 */
record Contestant(ChildProcess process, int httpPort, @Nullable AllocatedBytes allocations) implements AutoCloseable {

	private static final Duration START_LIMIT = Duration.ofSeconds(90);

	/**
	 * Starts a raw bridge; returns when events can come.
	 * @param javaOptions how its JVM is told to be, besides its heap
	 */
	static Contestant raw(BenchPath path, Lane lane, List<String> javaOptions, Brokers brokers, Path folder)
			throws IOException, InterruptedException {
		List<String> jvm = new ArrayList<>(javaOptions);
		jvm.add("-Xmx1g");
		List<String> arguments = new ArrayList<>(List.of("raw"));
		arguments.addAll(arguments(path, lane, brokers));
		return awaitReady(ChildProcess.startSelf("raw-" + lane.name(), folder, jvm, arguments.toArray(String[]::new)));
	}

	/**
	 * Starts Apache Camel as a bridge; returns when events can come.
	 * @param jar of the bridge, with its libraries beside it
	 * @param javaOptions how its JVM is told to be, besides its heap
	 */
	static Contestant camel(Path jar, BenchPath path, Lane lane, List<String> javaOptions, Brokers brokers, Path folder)
			throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(javaOptions);
		command.addAll(List.of("-Xmx1g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-jar",
				jar.toAbsolutePath().toString()));
		command.addAll(arguments(path, lane, brokers));
		return awaitReady(ChildProcess.startJava("camel-" + lane.name(), folder, command));
	}

	private static List<String> arguments(BenchPath path, Lane lane, Brokers brokers) {
		return List.of(path.label(), "kafka=" + brokers.kafka(), "rabbit=" + brokers.rabbitPort(),
				"mqtt=tcp://127.0.0.1:" + brokers.mqttPort(), "in=" + lane.in(), "out=" + lane.out(),
				"group=" + lane.name());
	}

	/**
	 * One that says so when events can come.
	 */
	private static Contestant awaitReady(ChildProcess process) throws InterruptedException {
		try {
			String port = process.awaitReady(START_LIMIT);
			return ready(process, port.isEmpty() ? 0 : Integer.parseInt(port));
		}
		catch (RuntimeException | InterruptedException ex) {
			process.close();
			throw ex;
		}
	}

	/**
	 * Options for the gateway's JVM that the user set, as {@code ./meshbridge run} has
	 * them.
	 */
	static List<String> userOptions() {
		return List.of(System.getenv().getOrDefault("MESHBRIDGE_JAVA_OPTS", "-Xshare:auto").split(" "));
	}

	/**
	 * Starts the gateway with one route; returns when events can come.
	 */
	static Contestant gateway(Path jar, BenchPath path, Lane lane, Options options, Brokers brokers, Path folder)
			throws IOException, InterruptedException {
		int httpPort = FreePort.any();
		int adminPort = FreePort.any();
		Path routes = Files.writeString(folder.resolve(lane.name() + ".yaml"), route(path, lane, options.plain()),
				StandardCharsets.UTF_8);
		List<String> command = new ArrayList<>(options.javaOptions());
		command.add(path.usesKafka() ? "-Xmx1g" : "-Xmx4g");
		command.addAll(userOptions());
		command.addAll(List.of("-jar", jar.toAbsolutePath().toString(), "--server.port=" + adminPort,
				"--meshbridge.http.port=" + httpPort, "--meshbridge.routes-file=" + routes,
				"--meshbridge.data-dir=" + folder.resolve(lane.name() + "-data")));
		if (path.usesKafka()) {
			command.add("--meshbridge.embedded-broker.enabled=false");
			command.add("--spring.kafka.bootstrap-servers=" + brokers.kafka());
		}
		else {
			// As the raw one, which also has memory for all that it stores.
			command.add("--meshbridge.embedded-broker.journal-type=nio");
			command.add("--meshbridge.embedded-broker.max-memory=2GB");
			command.add("--meshbridge.embedded-broker.mqtt.port=" + FreePort.any());
			command.add("--meshbridge.embedded-broker.amqp.port=" + FreePort.any());
		}
		if (path.usesRabbit()) {
			command.add("--spring.rabbitmq.host=127.0.0.1");
			command.add("--spring.rabbitmq.port=" + brokers.rabbitPort());
		}
		if (path.usesMqtt()) {
			command.add("--meshbridge.mqtt.url=tcp://127.0.0.1:" + brokers.mqttPort());
		}
		options.settings().forEach((setting) -> command.add("--" + setting));
		return bound(ChildProcess.startJava("gateway-" + lane.name(), folder, command), adminPort, httpPort);
	}

	/**
	 * A gateway that starts; returns when events can come.
	 */
	static Contestant bound(ChildProcess process, int adminPort, int httpPort) throws InterruptedException {
		try {
			Admin admin = new Admin(adminPort);
			process.awaitTrue("ready", START_LIMIT, admin::ready);
			process.awaitTrue("bound to its source and target", START_LIMIT, admin::bound);
		}
		catch (RuntimeException | InterruptedException ex) {
			process.close();
			throw ex;
		}
		return ready(process, httpPort);
	}

	private static Contestant ready(ChildProcess process, int httpPort) {
		AllocatedBytes allocations = null;
		try {
			allocations = AllocatedBytes.of(process.id());
		}
		catch (IOException ex) {
			System.out.println("  what it allocates can't be found out: " + ex.getMessage());
		}
		return new Contestant(process, httpPort, allocations);
	}

	private static String route(BenchPath path, Lane lane, boolean plain) {
		String from = switch (path) {
			case KAFKA_KAFKA, KAFKA_RABBIT, KAFKA_HTTP -> "kafka:" + lane.in();
			case HTTP_KAFKA, HTTP_CHANNEL, HTTP_CHANNEL_HTTP -> "http:" + lane.in();
			case MQTT_KAFKA -> "mqtt:" + lane.in();
		};
		String to = switch (path) {
			case KAFKA_KAFKA, HTTP_KAFKA, MQTT_KAFKA -> "kafka:" + lane.out();
			case KAFKA_RABBIT -> "rabbit:" + lane.out();
			case KAFKA_HTTP, HTTP_CHANNEL, HTTP_CHANNEL_HTTP -> lane.out();
		};
		// Raw bridges choose the record key alike; from Kafka it just stays.
		String key = path.readsKafka() ? "" : "\n        key: partitionkey";
		// So that HTTP is measured without a store, and with one where it is asked for.
		String accept = path.usesKafka() ? "delivered" : "durable";
		return """
				routes:
				  - id: bench
				    from: "%s"
				    group: %s
				    accept: %s
				%s    to:
				      - uri: "%s"%s
				""".formatted(from, lane.name(), accept, plain ? eventBlock(path) : "", to, key);
	}

	/**
	 * Makes events of plain messages.
	 */
	private static String eventBlock(BenchPath path) {
		String event = """
				    event:
				      type: io.meshbridge.bench.reading
				      source: /bench
				""";
		return switch (path) {
			case KAFKA_KAFKA, KAFKA_RABBIT, KAFKA_HTTP -> event;
			case HTTP_KAFKA, HTTP_CHANNEL, HTTP_CHANNEL_HTTP ->
				event + "      extensions: { partitionkey: \"{header.x-key}\" }\n";
			case MQTT_KAFKA -> event + "      extensions: { partitionkey: \"{topic[1]}\" }\n";
		};
	}

	/**
	 * What it has allocated so far; negative if unknown.
	 */
	long allocatedBytes() {
		return (this.allocations != null) ? this.allocations.getAsLong() : AllocatedBytes.UNKNOWN;
	}

	@Override
	public void close() {
		this.process.close();
		// Afterwards, for one that hangs would not answer.
		if (this.allocations != null) {
			this.allocations.close();
		}
	}

	/**
	 * Where events come from and go to in one run.
	 *
	 * @param name unique among the runs of a bench
	 * @param in source: topic, HTTP path, or MQTT topic filter
	 * @param out target: topic, exchange or URL
	 */
	record Lane(String name, String in, String out) {
	}

	/**
	 * The gateway's admin API.
	 */
	private static final class Admin {

		private static final JsonMapper JSON = JsonMapper.builder().build();

		private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

		private final String url;

		Admin(int port) {
			this.url = "http://127.0.0.1:" + port;
		}

		boolean ready() {
			return !get("/actuator/health/readiness").isEmpty();
		}

		boolean bound() {
			JsonNode bindings = JSON.readTree(get("/admin/bindings"));
			boolean all = bindings.size() > 0;
			for (JsonNode binding : bindings) {
				all = all && binding.path("state").asString("").equals("BOUND");
			}
			return all;
		}

		/**
		 * The body of the answer; nothing if it is not 200.
		 */
		private String get(String path) {
			HttpRequest request = HttpRequest.newBuilder(URI.create(this.url + path))
				.timeout(Duration.ofSeconds(10))
				.build();
			try {
				HttpResponse<String> answer = this.client.send(request, HttpResponse.BodyHandlers.ofString());
				return (answer.statusCode() == 200) ? answer.body() : "";
			}
			catch (IOException ex) {
				return "";
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return "";
			}
		}

	}

}
