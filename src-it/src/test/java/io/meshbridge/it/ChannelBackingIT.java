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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.meshbridge.bridge.test.broker.KafkaTestBroker;
import io.meshbridge.bridge.test.broker.RabbitTestBroker;
import io.meshbridge.bridge.test.broker.TestBroker;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Durable channels on a broker that two gateways share: the life of such a channel from
 * before there is a broker to the death of a gateway, once for each kind of broker.
 */
class ChannelBackingIT {

	private static final Duration WAIT = Duration.ofSeconds(180);

	/** Stored before any group reads the channel. */
	private static final List<String> EARLY = numbered("early", 30);

	private static final List<String> KEYS = List.of("k0", "k1", "k2", "k3");

	@TempDir(cleanup = CleanupMode.ON_SUCCESS)
	private Path folder = Path.of("");

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	/** Bodies by path, in the order of arrival. */
	private final Map<String, List<String>> arrived = new ConcurrentHashMap<>();

	private final Set<String> refused = ConcurrentHashMap.newKeySet();

	private HttpServer receiver;

	@BeforeEach
	void receive() throws IOException {
		this.receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 1000);
		this.receiver.setExecutor(this.threads);
		this.receiver.createContext("/", this::received);
		this.receiver.start();
	}

	@AfterEach
	void stop() {
		this.receiver.stop(0);
		this.threads.shutdownNow();
	}

	private void received(HttpExchange exchange) throws IOException {
		String path = exchange.getRequestURI().getPath();
		String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		boolean refuse = this.refused.contains(path);
		if (!refuse) {
			arrived(path).add(body);
		}
		exchange.sendResponseHeaders(refuse ? 503 : 204, -1);
		exchange.close();
	}

	private List<String> arrived(String path) {
		return this.arrived.computeIfAbsent(path, (first) -> Collections.synchronizedList(new ArrayList<>()));
	}

	@Test
	void kafkaIsSharedByTwoGateways() throws Exception {
		TestBroker broker = KafkaTestBroker.get();
		List<String> options = List.of("--meshbridge.channels.backing=kafka",
				"--spring.kafka.bootstrap-servers=" + KafkaTestBroker.bootstrapServers(),
				"--spring.cloud.stream.kafka.binder.min-partition-count=4",
				// The other gateway gets what the killed one read after this time.
				"--spring.kafka.consumer.properties.session.timeout.ms=10000");
		isSharedByTwoGateways(broker, "billing", options, true);
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", KafkaTestBroker.bootstrapServers()))) {
			ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "meshbridge.orders");
			Map<ConfigResource, Config> found = admin.describeConfigs(List.of(topic)).all().get(30, TimeUnit.SECONDS);
			assertThat(found.values()).as("what is unread is never removed")
				.extracting((config) -> config.get("retention.ms").value())
				.containsExactly("-1");
		}
	}

	@Test
	void rabbitIsSharedByTwoGateways() throws Exception {
		TestBroker broker = RabbitTestBroker.get();
		isSharedByTwoGateways(broker, "billing", List.of("--meshbridge.channels.backing=rabbit",
				"--spring.rabbitmq.host=127.0.0.1", "--spring.rabbitmq.port=" + broker.port()), true);
	}

	@Test
	void amqp10IsSharedByTwoGateways() throws Exception {
		try (NeighbourBroker broker = new NeighbourBroker(Files.createDirectory(this.folder.resolve("broker")))) {
			broker.start();
			isSharedByTwoGateways(broker, "meshbridge", List.of("--meshbridge.channels.backing=amqp10",
					"--meshbridge.amqp10.url=amqp://127.0.0.1:" + broker.amqpPort()), false);
		}
	}

	/**
	 * @param first group that reads the channel first
	 * @param tells whether the broker says what is in a channel
	 */
	private void isSharedByTwoGateways(TestBroker broker, String first, List<String> options, boolean tells)
			throws Exception {
		broker.stop();
		String hook = "http://127.0.0.1:" + this.receiver.getAddress().getPort();
		String writing = """
				delivery: {retry: 1, timeout: 8s, backoff-max-delay: 1s}
				routes:
				  - {id: in, from: 'http:/orders', accept: delivered, to: 'channel:orders'}
				  - {id: parked, from: 'http:/parked', accept: delivered, to: 'channel:parked'}
				""";
		String reading = """
				delivery: {retry: 1, timeout: 8s, backoff-max-delay: 1s, dead-letter-sink: none}
				routes:
				  - {id: in, from: 'http:/orders', accept: delivered, to: 'channel:orders'}
				  - {id: first, from: 'channel:orders', group: %2$s, to: '%1$s/first'}
				  - {id: second, from: 'channel:orders', group: archive, to: '%1$s/second'}
				  - {id: work, from: 'http:/work', to: '%1$s/work'}
				""".formatted(hook, first);
		Path homeA = Files.createDirectory(this.folder.resolve("a"));
		Path homeB = Files.createDirectory(this.folder.resolve("b"));
		try (GatewayProcess a = new GatewayProcess(homeA, writing, options);
				GatewayProcess b = new GatewayProcess(homeB, reading, options)) {
			a.start();
			answersUnavailableWhileTheBrokerIsAway(a);
			broker.start();
			a.awaitBound();
			for (String text : EARLY) {
				isTakenNowThatTheBrokerIsBack(a, "/orders", text);
			}
			for (String text : numbered("parked", 3)) {
				isTakenNowThatTheBrokerIsBack(a, "/parked", text);
			}
			if (tells) {
				canBeLookedAtAndEmptied(a);
			}
			a.stop();
			Files.writeString(homeA.resolve("routes.yaml"), reading);
			b.start();
			a.start().awaitBound();
			b.awaitBound();
			eachGroupGetsEachEventOnce(a, b);
			anotherGatewayDeliversWhatAKilledOneHad(a, b, tells);
			losesNothingWhenTheBrokerIsRestarted(broker, b);
			if (broker == KafkaTestBroker.get()) {
				tellsOfWhatIsLeft(b);
			}
		}
	}

	private void answersUnavailableWhileTheBrokerIsAway(GatewayProcess gateway) {
		await().atMost(WAIT)
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(post(gateway, "/orders", "k0", "too early")).isEqualTo(503));
		await().atMost(WAIT).ignoreExceptions().untilAsserted(() -> {
			JsonNode channels = gateway.admin("/admin/channels");
			assertThat(channels.valueStream().map((channel) -> channel.path("name").asString())).contains("orders",
					"parked", "dead-letters");
			assertThat(channels.valueStream()).noneMatch((channel) -> channel.has("depth"));
		});
	}

	/**
	 * The first event after an outage may come before the gateway has looked again: then
	 * it is refused with nothing sent, and is welcome a moment later.
	 */
	private void isTakenNowThatTheBrokerIsBack(GatewayProcess gateway, String path, String text) {
		await().atMost(WAIT).until(() -> {
			HttpResponse<String> response = send(gateway, path, "k0", text);
			if (response.statusCode() != 202) {
				assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
				assertThat(response.body()).contains(" is out: ");
			}
			return response.statusCode() == 202;
		});
	}

	private void canBeLookedAtAndEmptied(GatewayProcess a) throws Exception {
		JsonNode orders = a.admin("/admin/channels/orders");
		assertThat(orders.path("depth").asLong()).isEqualTo(EARLY.size());
		assertThat(orders.path("in").asLong()).isEqualTo(EARLY.size());
		assertThat(orders.path("inPerSecond").asDouble()).isPositive();
		assertThat(orders.path("outPerSecond").asDouble()).isZero();
		assertProblem(a.request("POST", "/admin/channels/parked/purge"), 400, "would lose 3 events");
		assertProblem(a.request("POST", "/admin/channels/parked/purge?confirm=orders"), 400, "would lose 3 events");
		assertProblem(a.request("POST", "/admin/channels/park/purge?confirm=park"), 404, "there is no channel 'park'");
		assertProblem(a.request("DELETE", "/admin/channels/park?confirm=park"), 404, "there is no channel 'park'");
		assertProblem(a.request("DELETE", "/admin/channels/parked?confirm=parked"), 409, "routes use channel 'parked'");
		HttpResponse<String> purged = a.request("POST", "/admin/channels/parked/purge?confirm=parked");
		assertThat(purged.statusCode()).as(purged.body()).isEqualTo(200);
		assertThat(GatewayProcess.json(purged).path("removed").asLong()).isEqualTo(3);
		assertThat(a.admin("/admin/channels/parked").path("depth").asLong()).isZero();
		assertThat(post(a, "/parked", "k0", "left")).isEqualTo(202);
	}

	private static void assertProblem(HttpResponse<String> response, int status, String text) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		assertThat(GatewayProcess.json(response).path("detail").asString()).contains(text);
	}

	private void eachGroupGetsEachEventOnce(GatewayProcess a, GatewayProcess b) throws Exception {
		List<String> sent = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			for (String key : KEYS) {
				GatewayProcess to = (KEYS.indexOf(key) % 2 == 0) ? a : b;
				String text = "%s %03d".formatted(key, i);
				assertThat(post(to, "/orders", key, text)).isEqualTo(202);
				sent.add(text);
			}
		}
		await().atMost(WAIT).untilAsserted(() -> {
			assertThat(arrived("/first")).containsAll(sent);
			assertThat(arrived("/second")).containsAll(sent);
			// Which of two groups is first when both come at once is up to them.
			assertThat(List.of(arrived("/first"), arrived("/second")))
				.anySatisfy((all) -> assertThat(all).containsAll(EARLY));
		});
		for (String group : List.of("/first", "/second")) {
			List<String> all = List.copyOf(arrived(group));
			assertThat(all).as("each once for %s", group).doesNotHaveDuplicates();
			for (String key : KEYS) {
				assertThat(all.stream().filter((text) -> text.startsWith(key)).toList()).as("order of %s", key)
					.isSorted();
			}
		}
	}

	private void anotherGatewayDeliversWhatAKilledOneHad(GatewayProcess a, GatewayProcess b, boolean tells)
			throws Exception {
		this.refused.add("/work");
		List<String> sent = numbered("work", 20);
		for (String text : sent) {
			assertThat(post(a, "/work", text, text)).isEqualTo(202);
		}
		if (tells) {
			// Over AMQP 0-9-1 only the one that reads knows what it has not settled.
			await().atMost(WAIT)
				.untilAsserted(() -> assertThat(Math.max(depth(a, "route.work"), depth(b, "route.work")))
					.isEqualTo(sent.size()));
		}
		a.kill();
		this.refused.clear();
		await().atMost(WAIT).untilAsserted(() -> assertThat(arrived("/work")).containsAll(sent));
		assertThat(b.running()).isTrue();
	}

	private static long depth(GatewayProcess gateway, String channel) throws Exception {
		return gateway.admin("/admin/channels/" + channel).path("depth").asLong();
	}

	private void losesNothingWhenTheBrokerIsRestarted(TestBroker broker, GatewayProcess b) throws Exception {
		List<String> acknowledged = new ArrayList<>();
		for (String text : numbered("before", 20)) {
			if (post(b, "/work", text, text) == 202) {
				acknowledged.add(text);
			}
		}
		broker.stop();
		assertThat(post(b, "/work", "k0", "meanwhile")).isEqualTo(503);
		broker.start();
		await().atMost(WAIT).pollInterval(Duration.ofMillis(500)).until(() -> post(b, "/work", "k0", "after") == 202);
		acknowledged.add("after");
		assertThat(acknowledged).contains("before 000", "before 019");
		await().atMost(WAIT).untilAsserted(() -> assertThat(arrived("/work")).containsAll(acknowledged));
	}

	/**
	 * Kafka says which channels there are. A gateway that could not ask when it started
	 * asks again.
	 */
	private void tellsOfWhatIsLeft(GatewayProcess b) throws Exception {
		await().atMost(WAIT)
			.untilAsserted(
					() -> assertThat(b.logText()).contains("channel 'parked' holds 1 events and no route names it"));
		assertThat(b.admin("/admin/channels/parked").path("oldestAge").asString()).startsWith("PT");
		HttpResponse<String> deleted = b.request("DELETE", "/admin/channels/parked?confirm=parked");
		assertThat(deleted.statusCode()).as(deleted.body()).isEqualTo(200);
		await().atMost(WAIT)
			.untilAsserted(() -> assertThat(b.request("GET", "/admin/channels/parked").statusCode()).isEqualTo(404));
	}

	private int post(GatewayProcess gateway, String path, String key, String text)
			throws IOException, InterruptedException {
		return send(gateway, path, key, text).statusCode();
	}

	private HttpResponse<String> send(GatewayProcess gateway, String path, String key, String text)
			throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.eventPort() + path))
			.timeout(Duration.ofSeconds(60))
			.header("ce-specversion", "1.0")
			.header("ce-id", text.replace(' ', '-'))
			.header("ce-source", "/shop")
			.header("ce-type", "order")
			.header("ce-partitionkey", key.replace(' ', '-'))
			.header("Content-Type", "text/plain")
			.POST(HttpRequest.BodyPublishers.ofString(text))
			.build();
		return this.client.send(request, HttpResponse.BodyHandlers.ofString());
	}

	private static List<String> numbered(String name, int count) {
		return IntStream.range(0, count).mapToObj((number) -> "%s %03d".formatted(name, number)).toList();
	}

}
