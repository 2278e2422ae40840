package io.meshbridge.gateway.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.meshbridge.gateway.GatewayApplication;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.FileSystemUtils;

/**
 * A start for the JVM to learn from: {@code -XX:ArchiveClassesAtExit} or
 * {@code -XX:AOTCacheOutput} writes down what it loads, and starts with that are quicker.
 * The gateway runs with a route over each protocol, takes some events, and ends.
 * <p>
 * It listens on free ports of the loopback address, writes into a temporary folder that
 * is gone afterwards, and reads no settings from its surroundings. Kafka and RabbitMQ are
 * looked for where nobody listens: their clients are there, and no broker has to be.
 */
final class Rehearsal {

	/** Reserved, so nobody listens there. */
	private static final int NOBODY = 1;

	/** Enough for all that an event meets to be loaded. */
	private static final int EVENTS = 20;

	private static final int ACCEPTED = 202;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final Duration LIMIT = Duration.ofMinutes(5);

	private static final Duration PAUSE = Duration.ofMillis(100);

	private static final String ROUTES = """
			delivery: { dead-letter-sink: 'channel:dead-letters' }
			routes:
			  - id: in
			    from: http:/in
			    filters: [ { exact: { type: rehearsal } }, { sql: "EXISTS subject" }, { data: { n: [ 1 ] } } ]
			    to: http://127.0.0.1:%d/on
			  - id: on
			    from: http:/on
			    accept: delivered
			    transform: [ { set: { subject: "{data.n}" } }, { data-jsonata: "{ 'n': n + 1 }" } ]
			    to: mqtt:rehearsal
			  - { id: mqtt, from: 'mqtt:rehearsal', to: 'amqp10:rehearsal' }
			  - { id: amqp, from: 'amqp10:rehearsal', to: 'channel:rehearsal' }
			  - { id: kafka, from: 'kafka:rehearsal', to: 'rabbit:rehearsal' }
			  - { id: rabbit, from: 'rabbit:rehearsal', to: 'kafka:rehearsal' }
			""";

	private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

	private final Path folder;

	private final int eventPort = freePort();

	private Rehearsal(Path folder) {
		this.folder = folder;
	}

	/**
	 * Ends the process when it is over, with exit code 0 if events came through.
	 */
	public static void main(String[] arguments) throws IOException {
		Path folder = Files.createTempDirectory("meshbridge-rehearsal");
		CompletableFuture.delayedExecutor(LIMIT.toSeconds(), TimeUnit.SECONDS)
			.execute(() -> fail(folder, "it has not ended within " + LIMIT));
		try {
			new Rehearsal(folder).run();
		}
		catch (Exception ex) {
			fail(folder, ex.toString());
		}
		FileSystemUtils.deleteRecursively(folder);
		System.exit(0);
	}

	/**
	 * There is nothing to learn, and nothing to wait for.
	 */
	private static void fail(Path folder, String why) {
		System.err.println("The rehearsal has failed: " + why);
		FileSystemUtils.deleteRecursively(folder.toFile());
		Runtime.getRuntime().halt(1);
	}

	private void run() throws IOException, InterruptedException {
		Path routes = Files.writeString(this.folder.resolve("routes.yaml"), ROUTES.formatted(this.eventPort));
		PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
		Commands.run(nowhere, nowhere, "lint", routes.toString());
		try (ConfigurableApplicationContext context = start(routes)) {
			String admin = "http://127.0.0.1:" + context.getEnvironment().getRequiredProperty("local.server.port");
			for (String page : List.of("/actuator/health/readiness", "/actuator/prometheus", "/admin/routes",
					"/admin/bindings")) {
				send(HttpRequest.newBuilder(URI.create(admin + page)));
			}
			for (int event = 0; event < EVENTS; event++) {
				deliver("/in");
				deliver("/on");
			}
		}
	}

	private ConfigurableApplicationContext start(Path routes) {
		SpringApplication application = new SpringApplication(GatewayApplication.class);
		application.setMainApplicationClass(GatewayApplication.class);
		application.setEnvironment(withoutSurroundings());
		return application.run("--spring.config.location=classpath:/", "--meshbridge.routes-file=" + routes,
				"--meshbridge.data-dir=" + this.folder.resolve("data"), "--server.port=0",
				"--meshbridge.http.port=" + this.eventPort, "--meshbridge.embedded-broker.mqtt.port=" + freePort(),
				"--meshbridge.embedded-broker.amqp.port=" + freePort(),
				"--spring.kafka.bootstrap-servers=127.0.0.1:" + NOBODY, "--spring.rabbitmq.host=127.0.0.1",
				"--spring.rabbitmq.port=" + NOBODY, "--spring.lifecycle.timeout-per-shutdown-phase=3s",
				"--logging.level.root=ERROR");
	}

	private static ConfigurableEnvironment withoutSurroundings() {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
		environment.getPropertySources().remove(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
		return environment;
	}

	/**
	 * Sends an event until it is taken: its route may not be bound yet.
	 */
	private void deliver(String path) throws IOException, InterruptedException {
		long end = System.nanoTime() + PATIENCE.toNanos();
		while (send(event(path)) != ACCEPTED) {
			if (System.nanoTime() > end) {
				throw new IllegalStateException(path + ": the event was not taken within " + PATIENCE);
			}
			new CompletableFuture<>().completeOnTimeout(true, PAUSE.toMillis(), TimeUnit.MILLISECONDS).join();
		}
	}

	private HttpRequest.Builder event(String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.eventPort + path))
			.headers("ce-specversion", "1.0", "ce-id", "1", "ce-source", "/rehearsal", "ce-type", "rehearsal",
					"ce-subject", "one", "Content-Type", "application/json")
			.POST(BodyPublishers.ofString("{\"n\":1}"));
	}

	private int send(HttpRequest.Builder request) throws IOException, InterruptedException {
		return this.http.send(request.timeout(PATIENCE).build(), BodyHandlers.discarding()).statusCode();
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new IllegalStateException("no port of the loopback address is free", ex);
		}
	}

}
