package io.meshbridge.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Dead letters of a gateway that is killed, and of sinks at every kind of broker: none is
 * lost, and each goes back to the target that did not take it.
 */
class DeadLetterDeskIT {

	private static final Duration WAIT = Duration.ofSeconds(120);

	private static final int KEYS = 4;

	@TempDir
	private Path folder = Path.of("");

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final Map<String, Queue<String>> arrived = new ConcurrentHashMap<>();

	private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

	private final HttpServer targets;

	private volatile boolean threeFails = true;

	DeadLetterDeskIT() throws IOException {
		this.targets = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 1000);
	}

	@BeforeEach
	void listen() {
		this.targets.setExecutor(this.threads);
		this.targets.createContext("/", this::handle);
		this.targets.start();
	}

	@AfterEach
	void stop() {
		this.targets.stop(0);
		this.threads.shutdownNow();
	}

	private void handle(HttpExchange exchange) throws IOException {
		String name = exchange.getRequestURI().getPath().substring(1);
		boolean fails = name.equals("three") && this.threeFails;
		String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		if (!fails) {
			arrived(name).add(body);
		}
		exchange.sendResponseHeaders(fails ? 400 : 204, -1);
		exchange.close();
	}

	private Queue<String> arrived(String name) {
		return this.arrived.computeIfAbsent(name, (unused) -> new ConcurrentLinkedQueue<>());
	}

	@Test
	void noLetterIsLostThoughTheGatewayIsKilledWhileTheyComeAndWhileTheyGo() throws Exception {
		Files.writeString(this.folder.resolve("routes.yaml"), """
				routes:
				  - {id: three, from: 'http:/numbers', to: ['%1$s/one', '%1$s/two', '%1$s/three']}
				""".formatted(url()));
		try (GatewayProcess gateway = new GatewayProcess(this.folder,
				List.of("--meshbridge.embedded-broker.mqtt.enabled=false",
						"--meshbridge.embedded-broker.amqp.enabled=false"))) {
			gateway.start().awaitBound();
			List<Future<?>> senders = new ArrayList<>();
			for (int key = 0; key < KEYS; key++) {
				String name = "k" + key;
				senders.add(this.threads.submit(() -> sendUntilItIsGone(gateway.eventPort(), name)));
			}
			await().atMost(WAIT)
				.pollInterval(Duration.ofMillis(50))
				.ignoreExceptions()
				.until(() -> total(gateway, "") > 300);
			gateway.kill();
			for (Future<?> sender : senders) {
				sender.get(WAIT.toSeconds(), TimeUnit.SECONDS);
			}
			gateway.start().awaitBound();
			await().atMost(WAIT)
				.ignoreExceptions()
				.untilAsserted(() -> assertThat(letters(gateway)).containsAll(this.acknowledged));
			List.of("one", "two")
				.forEach((name) -> await().atMost(WAIT)
					.untilAsserted(() -> assertThat(Set.copyOf(arrived(name))).containsAll(this.acknowledged)));
			// Some may be stored whose senders did not hear that, and some come again.
			await().atMost(WAIT)
				.until(() -> gateway.admin("/admin/channels/route.three").path("depth").asLong(-1) == 0);
			int one = arrived("one").size();
			int two = arrived("two").size();
			this.threeFails = false;
			gateway.post("/admin/dead-letters/replay?all=true&rate=200/s");
			await().atMost(WAIT).pollInterval(Duration.ofMillis(20)).until(() -> arrived("three").size() > 100);
			gateway.kill();
			int delivered = arrived("three").size();
			gateway.start().awaitBound();
			await().atMost(WAIT)
				.ignoreExceptions()
				.until(() -> total(gateway, "") > 0 || arrived("three").containsAll(this.acknowledged));
			long left = total(gateway, "");
			gateway.post("/admin/dead-letters/replay?all=true&rate=5000/s");
			await().atMost(WAIT).until(() -> total(gateway, "") == 0);
			assertThat(Set.copyOf(arrived("three"))).containsAll(this.acknowledged);
			for (int key = 0; key < KEYS; key++) {
				String prefix = "k" + key + " ";
				assertThat(new LinkedHashSet<>(arrived("three")).stream()
					.filter((text) -> text.startsWith(prefix))
					.map((text) -> Integer.valueOf(text.substring(prefix.length()))))
					.as("order of first arrivals of key %s", key)
					.isSorted();
			}
			assertThat(arrived("one")).as("what the others got").hasSize(one);
			assertThat(arrived("two")).as("what the others got").hasSize(two);
			System.out.printf(
					"%d acknowledged, 0 lost; killed in a replay after %d, %d were left; %d came to the target, %d of them twice%n",
					this.acknowledged.size(), delivered, left, arrived("three").size(),
					arrived("three").size() - Set.copyOf(arrived("three")).size());
			gateway.stop();
		}
	}

	private void sendUntilItIsGone(int port, String key) {
		for (int i = 0;; i++) {
			String body = key + " " + i;
			try {
				if (post(port, "/numbers", key, body) == 202) {
					this.acknowledged.add(body);
				}
			}
			catch (IOException ex) {
				return;
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return;
			}
		}
	}

	private Set<String> letters(GatewayProcess gateway) throws Exception {
		Set<String> ids = ConcurrentHashMap.newKeySet();
		String page = "/admin/dead-letters?size=1000";
		while (!page.isEmpty()) {
			JsonNode answer = gateway.admin(page);
			answer.path("letters").forEach((letter) -> ids.add(letter.path("id").asString()));
			page = answer.path("next").asString("");
		}
		return ids;
	}

	@Test
	void readsTheSinksOfEveryBrokerAndLeavesOthersTheirCopies() throws Exception {
		try (KafkaPeer kafka = new KafkaPeer(); RabbitPeer rabbit = new RabbitPeer()) {
			kafka.open(List.of(), List.of("desk-dead"));
			rabbit.open(List.of(), List.of("desk-dead"));
			Files.writeString(this.folder.resolve("routes.yaml"),
					"""
							routes:
							  - {id: kafka, from: 'http:/kafka', to: '%1$s/three', delivery: {dead-letter-sink: 'kafka:desk-dead'}}
							  - id: rabbit
							    from: http:/rabbit
							    to:
							      - uri: '%1$s/three'
							        delivery: {dead-letter-sink: 'rabbit:desk-dead'}
							  - {id: mqtt, from: 'http:/mqtt', to: '%1$s/three', delivery: {dead-letter-sink: 'mqtt:desk/dead'}}
							  - {id: amqp, from: 'http:/amqp', to: '%1$s/three', delivery: {dead-letter-sink: 'amqp10:desk-dead'}}
							"""
						.formatted(url()));
			List<String> options = new ArrayList<>(kafka.options());
			options.addAll(rabbit.options());
			options.addAll(List.of("--meshbridge.embedded-broker.mqtt.port=" + GatewayProcess.freePort(),
					"--meshbridge.embedded-broker.amqp.port=" + GatewayProcess.freePort()));
			try (GatewayProcess gateway = new GatewayProcess(this.folder, options).start().awaitBound()) {
				List<String> routes = List.of("kafka", "rabbit", "mqtt", "amqp");
				for (String route : routes) {
					for (int i = 0; i < 10; i++) {
						assertThat(post(gateway.eventPort(), "/" + route, route + i % 2, route + " " + i))
							.isEqualTo(202);
					}
				}
				for (String route : routes) {
					await().atMost(WAIT)
						.untilAsserted(() -> assertThat(total(gateway, "?route=" + route)).as(route).isEqualTo(10));
				}
				await().atMost(WAIT).until(() -> kafka.taken("desk-dead").size() == 10);
				await().atMost(WAIT).until(() -> rabbit.taken("desk-dead").size() == 10);
				this.threeFails = false;
				gateway.post("/admin/dead-letters/replay?all=true&rate=1000/s");
				await().atMost(WAIT).until(() -> total(gateway, "") == 0);
				for (String route : routes) {
					for (int key = 0; key < 2; key++) {
						int parity = key;
						assertThat(arrived("three").stream()
							.filter((text) -> text.startsWith(route + " "))
							.map((text) -> Integer.valueOf(text.substring(route.length() + 1)))
							.filter((number) -> number % 2 == parity)).as("%s, key %s", route, key)
							.hasSize(5)
							.isSorted();
					}
				}
				gateway.stop();
			}
		}
	}

	private String url() {
		return "http://127.0.0.1:" + this.targets.getAddress().getPort();
	}

	private static long total(GatewayProcess gateway, String filter) throws Exception {
		return gateway.admin("/admin/dead-letters" + filter).path("total").asLong(-1);
	}

	private int post(int port, String path, String key, String body) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
			.timeout(WAIT)
			.header("ce-specversion", "1.0")
			.header("ce-id", body.replace(" ", "%20"))
			.header("ce-source", "/it")
			.header("ce-type", "number")
			.header("ce-partitionkey", key)
			.header("Content-Type", "text/plain")
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build();
		return this.client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
	}

}
