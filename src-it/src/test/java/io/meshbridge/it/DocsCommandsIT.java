package io.meshbridge.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.meshbridge.bridge.test.RawMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * Every command of the documentation does what its page says. The blocks fenced as
 * {@code sh} are run as they stand, but for ports; where a page gives a configuration to
 * try them with, the gateway runs on exactly that.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocsCommandsIT {

	private static final Duration WAIT = Duration.ofSeconds(60);

	/** What a block can be; those of YAML are tested with the routing rules. */
	private static final Set<String> LANGUAGES = Set.of("properties", "sh", "yaml", "yaml wrong", "java", "text");

	private static final String DEMO = "README.md#run-it-in-60-seconds sh 1";

	/** Blocks that are not run here, and why. */
	private static final Map<String, String> NOT_RUN = Map.of("README.md#run-it-in-60-seconds sh 3",
			"the build, of which this test is a part", "docs/performance.md#performance sh 1",
			"measures for minutes; the bench's OptionsTests read these lines, its BenchIT runs one");

	private static final JsonMapper JSON = new JsonMapper();

	private final Map<String, DocsBlock> blocks = new LinkedHashMap<>();

	private static final String NO_AMQP = "--meshbridge.embedded-broker.amqp.enabled=false";

	private final Map<String, Check> checks = new HashMap<>();

	private final List<AutoCloseable> open = new ArrayList<>();

	private @Nullable DemoProcess demo;

	private @Nullable KafkaPeer kafka;

	private @Nullable RabbitPeer rabbit;

	@BeforeAll
	void startEverything(@TempDir Path folder) throws Exception {
		DocsBlock.all().forEach((block) -> this.blocks.put(block.name(), block));
		this.demo = opened(DemoProcess.start(block(DEMO).text(), DemoProcess.freePorts(), folder));
		int httpBroker = GatewayProcess.freePort();
		int mqttBroker = GatewayProcess.freePort();
		GatewayProcess http = gateway(folder.resolve("http"), "routes.yaml", "docs/bridges/http.md#try-it yaml 1",
				List.of("--meshbridge.embedded-broker.mqtt.port=" + httpBroker, NO_AMQP));
		GatewayProcess mqtt = gateway(folder.resolve("mqtt"), "routes.yaml", "docs/bridges/mqtt.md#try-it yaml 1",
				List.of("--meshbridge.embedded-broker.mqtt.port=" + mqttBroker, NO_AMQP));
		GatewayProcess amqp = gateway(folder.resolve("amqp"), "application.yml",
				"docs/bridges/amqp10.md#minimal-config yaml 1",
				List.of("--meshbridge.embedded-broker.mqtt.enabled=false",
						"--meshbridge.embedded-broker.amqp.port=" + GatewayProcess.freePort()));
		List<String> brokers = openBrokers();
		GatewayProcess invoices = gateway(folder.resolve("invoices"), "application.yml",
				"docs/bridges/rabbit.md#try-it yaml 1", brokers);
		GatewayProcess jobs = gateway(folder.resolve("jobs"), "application.yml", "docs/bridges/rabbit.md#try-it yaml 2",
				brokers);
		for (GatewayProcess gateway : List.of(http, mqtt, amqp, invoices, jobs)) {
			gateway.awaitBound();
		}
		deadLetters(folder.resolve("letters")).awaitBound();
		rules(folder.resolve("rules")).awaitBound();
		this.demo.awaitRunning();
		demoChecks();
		httpChecks(Map.of("localhost:8080", "localhost:" + http.eventPort()));
		check("docs/bridges/mqtt.md#try-it sh 1", Map.of("-p 1883", "-p " + mqttBroker), this::readingsArrive);
		check("docs/bridges/amqp10.md#try-it sh 1", Map.of("localhost:8080", "localhost:" + amqp.eventPort()),
				(output) -> isDelivered(amqp, output));
		check("docs/bridges/rabbit.md#try-it sh 1", Map.of("localhost:8080", "localhost:" + jobs.eventPort()),
				this::jobArrives);
		this.checks.put("docs/bridges/rabbit.md#try-it sh 2", this::rabbitShowsItsQueues);
		prints("docs/command-line.md#lint sh 1", "3 routes: nothing found");
		prints("docs/command-line.md#test sh 1", "3 of 3 routes are tested", "4 cases, 0 failed");
		prints("docs/command-line.md#explain sh 1", "ce-id: 4711", "2 of 2 routes match");
		prints("docs/command-line.md#schema sh 1", "Meshbridge rules", "deduplicate");
		prints("docs/command-line.md#asyncapi sh 1", "\"asyncapi\" : \"3.0.0\"", "\"receive-");
	}

	/** Its target is its own admin port, which is another one here. */
	private GatewayProcess deadLetters(Path folder) throws IOException {
		Files.createDirectories(folder);
		GatewayProcess gateway = opened(
				new GatewayProcess(folder, List.of("--meshbridge.embedded-broker.mqtt.enabled=false", NO_AMQP)));
		Map<String, String> ports = Map.of("localhost:8080", "localhost:" + gateway.eventPort(), "localhost:8081",
				"localhost:" + gateway.adminPort());
		String page = "docs/dead-letters.md#";
		Files.writeString(folder.resolve("routes.yaml"),
				block(page + "try-it yaml 1").text().replace("localhost:8081", "localhost:" + gateway.adminPort()));
		check(page + "try-it sh 1", ports, (output) -> {
			assertThat(output).startsWith("HTTP/1.1 202 ");
			awaitLetter(gateway, 1);
		});
		check(page + "try-it sh 2", ports, (output) -> {
			try (MappingIterator<JsonNode> answers = JSON.readerFor(JsonNode.class).readValues(output)) {
				assertThat(answers.nextValue().path("total").asInt()).isEqualTo(1);
				assertThat(answers.nextValue().path(0).path("code").asString()).isEqualTo("404");
				assertThat(answers.nextValue().path("data").toString()).isEqualTo("{\"item\":\"bolt\"}");
			}
		});
		check(page + "try-it sh 3", ports,
				(output) -> assertThat(JSON.readTree(output).path("data").toString()).isEqualTo("{\"item\":\"nut\"}"));
		check(page + "try-it sh 4", ports, (output) -> {
			assertThat(output).contains("\"selected\" : 1");
			awaitLetter(gateway, 2);
		});
		check(page + "try-it sh 5", ports, (output) -> {
			try (MappingIterator<JsonNode> answers = JSON.readerFor(JsonNode.class).readValues(output)) {
				assertThat(answers.nextValue().path("discarded").asInt()).isEqualTo(1);
				assertThat(answers.nextValue()).extracting((entry) -> entry.path("what").asString())
					.containsExactly("discard", "replay", "edit");
			}
		});
		return gateway.start();
	}

	private GatewayProcess rules(Path folder) throws IOException {
		String page = "docs/rules-api.md#try-it ";
		GatewayProcess gateway = gateway(folder, "routes.yaml", page + "yaml 1",
				List.of("--meshbridge.embedded-broker.mqtt.enabled=false", NO_AMQP));
		Map<String, String> ports = Map.of("localhost:8080", "localhost:" + gateway.eventPort(), "localhost:8081",
				"localhost:" + gateway.adminPort());
		check(page + "sh 1", ports,
				(output) -> assertThat(output).contains("\"added\" : [ \"returns\" ]", "HTTP/1.1 202 "));
		check(page + "sh 2", ports,
				(output) -> assertThat(output).contains("\"status\" : 422", "request:1:33", "did you mean 'kafka'?"));
		check(page + "sh 3", ports, (output) -> {
			assertThat(output).contains("  # What the shop sells.\n", "from: http:/returns   # what comes back\n");
			assertThat(output).contains("\"removed\" : [ \"returns\" ]", "\"revision\" : 3");
			assertThat(Files.readString(folder.resolve("routes.yaml"))).isEqualTo(block(page + "yaml 1").text());
		});
		return gateway;
	}

	private static void awaitLetter(GatewayProcess gateway, int number) {
		await().atMost(WAIT).untilAsserted(() -> {
			JsonNode letters = gateway.admin("/admin/dead-letters");
			assertThat(letters.path("total").asInt()).as(letters.toString()).isEqualTo(1);
			assertThat(letters.path("letters").path(0).path("number").asInt()).isEqualTo(number);
		});
	}

	private List<String> openBrokers() throws Exception {
		this.kafka = opened(new KafkaPeer());
		this.kafka.open(List.of(), List.of("invoices"));
		this.rabbit = opened(new RabbitPeer());
		this.rabbit.open(List.of(), List.of("jobs", "plant"));
		this.rabbit.openQueue("invoices");
		List<String> options = new ArrayList<>(this.kafka.options());
		options.addAll(this.rabbit.options());
		options.add("--meshbridge.embedded-broker.enabled=false");
		return options;
	}

	private void demoChecks() {
		DemoProcess running = demo();
		Map<String, String> ports = Map.of("localhost:8080", "localhost:" + running.port("http"), "localhost:8081",
				"localhost:" + running.port("admin"), "127.0.0.1:9092", "127.0.0.1:" + running.port("kafka"));
		this.checks.put(DEMO, (block) -> demoShowsEvents());
		this.checks.put("docs/bridges/kafka.md#try-it sh 1", (block) -> {
			assertThat(block.text()).as("what runs").isEqualTo(block(DEMO).text());
			assertThat(running.output()).contains("Kafka    127.0.0.1:" + running.port("kafka"));
		});
		check("README.md#run-it-in-60-seconds sh 2", ports, this::ordersArrive);
		check("docs/operations.md#is-it-well sh 1", ports, this::allIsWell);
		check("docs/operations.md#what-became-of-an-event sh 1", ports, this::tellsOfTheOrder);
		check("docs/operations.md#look-into-channels sh 1", ports, this::showsChannels);
		check("docs/operations.md#hold-a-source-back sh 1", ports, this::pausesAndResumes);
		check("docs/bridges/kafka.md#try-it sh 2", ports, this::showsOrdersWithAttributes);
	}

	private void httpChecks(Map<String, String> ports) {
		String page = "docs/bridges/http.md#try-it sh ";
		for (int taken = 1; taken <= 3; taken++) {
			check(page + taken, ports, (output) -> assertThat(output).startsWith("HTTP/1.1 202 "));
		}
		check(page + 4, ports, (output) -> assertThat(output).startsWith("HTTP/1.1 400 ")
			.contains("application/problem+json", "\"attribute\":\"type\""));
		check(page + 5, ports,
				(output) -> assertThat(output).startsWith("HTTP/1.1 200 ")
					.containsIgnoringCase("WebHook-Allowed-Origin: ")
					.containsIgnoringCase("WebHook-Allowed-Rate: "));
	}

	@AfterAll
	void stopEverything() throws Exception {
		for (AutoCloseable each : this.open) {
			each.close();
		}
	}

	@Test
	void everyBlockSaysWhatItIs() {
		assertThat(this.blocks.values()).isNotEmpty()
			.allSatisfy((block) -> assertThat(block.language())
				.as(block + ": the language behind the fence; a command is 'sh', what a program prints 'text'")
				.isIn(LANGUAGES));
	}

	@Test
	void everyCommandIsRunOrSaysWhyNot() {
		Set<String> commands = this.blocks.values()
			.stream()
			.filter((block) -> block.language().equals("sh"))
			.map(DocsBlock::name)
			.collect(Collectors.toSet());
		Set<String> known = new HashSet<>(this.checks.keySet());
		known.addAll(NOT_RUN.keySet());
		assertThat(commands).isEqualTo(known);
	}

	@TestFactory
	Stream<DynamicTest> commands() {
		return this.blocks.values()
			.stream()
			.filter((block) -> this.checks.containsKey(block.name()))
			.map((block) -> DynamicTest.dynamicTest(block + " " + block.name(),
					() -> Objects.requireNonNull(this.checks.get(block.name())).accept(block)));
	}

	@Test
	void aQueueThatExistsIsReadAsThePageOfRabbitSays() throws Exception {
		Objects.requireNonNull(this.rabbit)
			.sendToQueue("invoices",
					new RawMessage(Map.of(), "text/plain", null, "invoice".getBytes(StandardCharsets.UTF_8)));
		await().atMost(WAIT)
			.until(() -> Objects.requireNonNull(this.kafka)
				.taken("invoices")
				.stream()
				.anyMatch((record) -> "com.example.invoice".equals(record.headers().get("ce_type"))
						&& record.text().equals("invoice")));
	}

	private DemoProcess demo() {
		return Objects.requireNonNull(this.demo);
	}

	private void demoShowsEvents() {
		DemoProcess running = demo();
		assertThat(running.output()).contains("POST to  http://127.0.0.1:" + running.port("http") + "/orders");
		await().atMost(WAIT).until(() -> running.targets().stream().allMatch(running::arrived));
	}

	private void ordersArrive(String output) {
		DemoProcess running = demo();
		assertThat(output.lines().filter((line) -> line.startsWith("HTTP/1.1 202 "))).hasSize(2);
		await().atMost(WAIT)
			.until(() -> running.arrived("kafka:orders", "{\"item\":\"bolt\",\"count\":12}")
					&& running.arrived("rabbit:orders", "4711", "{\"item\":\"nut\",\"count\":3}"));
	}

	private void allIsWell(String output) {
		try (MappingIterator<JsonNode> answers = JSON.readerFor(JsonNode.class).readValues(output)) {
			JsonNode health = answers.nextValue();
			assertThat(health.path("status").asString("")).as(health.toString()).isEqualTo("UP");
			assertThat(health.at("/components/binders/components/kafka/status").asString("")).isEqualTo("UP");
			JsonNode routes = answers.nextValue();
			assertThat(routes).as(routes.toString())
				.anySatisfy((route) -> assertThat(route.path("id").asString("")).isEqualTo("orders"));
			JsonNode bindings = answers.nextValue();
			assertThat(bindings).isNotEmpty()
				.allSatisfy((binding) -> assertThat(binding.path("state").asString("")).isEqualTo("BOUND"));
		}
		assertThat(output).contains("\nmeshbridge_route_delivered_total{");
	}

	private void pausesAndResumes(String output) {
		try (MappingIterator<JsonNode> answers = JSON.readerFor(JsonNode.class).readValues(output)) {
			JsonNode paused = answers.nextValue();
			JsonNode resumed = answers.nextValue();
			assertThat(paused.path("name").asString("")).isEqualTo("kafka:readings");
			assertThat(paused.path("state").asString("")).isEqualTo("PAUSED");
			assertThat(resumed.path("state").asString("")).isEqualTo("BOUND");
		}
	}

	private void showsOrdersWithAttributes(String output) {
		assertThat(output).contains("ce_id=order-1001", "ce_type=order.placed", "{\"order\":1001,");
	}

	private void readingsArrive(String output) {
		List<String> lines = output.lines().toList();
		assertThat(lines).hasSize(2)
			.allSatisfy((line) -> assertThat(line).startsWith("readings/all ")
				.contains("specversion:1.0", "source:/plant/a", "type:com.example.reading", "application/json")
				.endsWith(" {\"celsius\": 21.5}"));
		assertThat(lines.get(1)).contains("id:1");
	}

	private static void isDelivered(GatewayProcess gateway, String output) {
		assertThat(output).startsWith("HTTP/1.1 202 ");
		await().atMost(WAIT)
			.untilAsserted(
					() -> assertThat(gateway.admin("/admin/routes/orders").path("counters").path("delivered").asInt(0))
						.isEqualTo(1));
	}

	private void showsChannels(String output) {
		assertThat(JSON.readTree(output)).anySatisfy((channel) -> {
			assertThat(channel.path("name").asString("")).isEqualTo("route.orders");
			assertThat(channel.path("in").asInt(0)).isPositive();
		});
	}

	private void tellsOfTheOrder(String output) {
		JsonNode story = JSON.readTree(output);
		assertThat(story.path("summary").asString("")).startsWith("came in over http:/orders at ")
			.contains("; route orders: ");
		assertThat(story.at("/entries/0/what").asString("")).isEqualTo("received");
		assertThat(story.path("places")).isNotEmpty();
	}

	private void jobArrives(String output) {
		RabbitPeer peer = Objects.requireNonNull(this.rabbit);
		assertThat(output).startsWith("HTTP/1.1 202 ");
		await().atMost(WAIT).untilAsserted(() -> {
			assertThat(peer.taken("jobs")).extracting(RawMessage::text).contains("start");
			assertThat(peer.taken("plant")).extracting(RawMessage::text).contains("start");
		});
	}

	/** The tool finds its broker by what that was started with. */
	private void rabbitShowsItsQueues(DocsBlock block) throws Exception {
		Map<String, String> broker = Shell.environmentWith("RABBITMQ_NODENAME");
		assumeThat(broker).as("environment of the broker, if it is a process of this machine").isNotEmpty();
		// An invoice is acknowledged some time after it has come out at Kafka.
		await().atMost(WAIT)
			.untilAsserted(() -> assertThat(Shell.run(block.toString(), block.text(), broker).lines())
				.anySatisfy((line) -> assertThat(line).matches("name\\s+messages_ready\\s+.*"))
				.anySatisfy((line) -> assertThat(line).matches("invoices\\s+0\\s+0")));
	}

	private <T extends AutoCloseable> T opened(T resource) {
		this.open.add(0, resource);
		return resource;
	}

	private DocsBlock block(String name) {
		return Objects.requireNonNull(this.blocks.get(name), () -> "there is no block " + name + " any more");
	}

	private GatewayProcess gateway(Path folder, String file, String block, List<String> options) throws IOException {
		Files.createDirectories(folder);
		Files.writeString(folder.resolve(file), block(block).text());
		return opened(new GatewayProcess(folder, options).start());
	}

	private void check(String name, Map<String, String> substitutions, OutputCheck check) {
		this.checks.put(name, (block) -> {
			String text = block.text();
			for (String standing : substitutions.keySet()) {
				text = text.replace(standing, substitutions.get(standing));
			}
			assertThat(text).as("commands with the ports of this run").isNotEqualTo(block.text());
			check.accept(Shell.run(block.toString(), text, Map.of()));
		});
	}

	private void prints(String name, String... parts) {
		this.checks.put(name,
				(block) -> assertThat(Shell.run(block.toString(), block.text(), Map.of())).contains(parts));
	}

	private interface Check {

		void accept(DocsBlock block) throws Exception;

	}

	private interface OutputCheck {

		void accept(String output) throws Exception;

	}

}
