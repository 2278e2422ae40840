package io.meshbridge.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.meshbridge.bridge.test.broker.FreePort;
import io.meshbridge.bridge.test.broker.KafkaTestBroker;
import io.meshbridge.bridge.test.broker.MosquittoTestBroker;
import io.meshbridge.bridge.test.broker.RabbitTestBroker;
import io.meshbridge.bridge.test.broker.TestBroker;
import io.meshbridge.bridge.test.fault.FaultProxy;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The ledger test: numbered events over every pair of protocols, while whatever can break
 * is broken. In the end each event that somebody acknowledged to its sender was delivered
 * or is a dead letter, and the numbers of each key came in order.
 * <p>
 * Brokers are frozen and killed; but Mosquitto, which keeps its sessions in memory and
 * writes them to disk when it is told to end, is stopped in order instead. A neighbour,
 * another gateway's embedded broker, has MQTT too, and AMQP 1.0, and is killed as the
 * others. The gateway reaches its brokers through proxies that break connections; the
 * test's own clients don't. Channels are in the gateway's own broker, so they break with
 * it. One event in 25 is refused by its target for good, and half of all that comes over
 * HTTP during some faults: their dead letters go to all kinds of brokers, and are due
 * while those are away too.
 * <p>
 * {@code -Dmeshbridge.it.ledger=PT30M} breaks things for so long, and
 * {@code -Dmeshbridge.it.ledger.seed=1} in another order; each round has each fault once.
 * {@code -Dmeshbridge.it.ledger.faults=Kafka} makes only those faults whose names match,
 * {@code -Dmeshbridge.it.ledger.paths=^http} has only those paths.
 */
class LedgerIT {

	private static final Duration LENGTH = Duration.parse(System.getProperty("meshbridge.it.ledger", "PT3M"));

	private static final long SEED = Long.getLong("meshbridge.it.ledger.seed", 20_26);

	private static final Pattern FAULTS = Pattern.compile(System.getProperty("meshbridge.it.ledger.faults", ""));

	private static final Pattern PATHS = Pattern.compile(System.getProperty("meshbridge.it.ledger.paths", ""));

	/** MQTT at a neighbour; {@code mqtt} is at Mosquitto. */
	private static final String NEIGHBOUR = "neighbour";

	private static final List<String> PROTOCOLS = List.of("http", "kafka", "rabbit", "mqtt", NEIGHBOUR, "amqp10",
			"channel");

	/** Whose brokers hold dead letters. */
	private static final List<String> SINKS = List.of("rabbit", "amqp10", "channel", NEIGHBOUR, "kafka", "mqtt");

	/** Time between two numbers of a key. */
	private static final Duration TURN = Duration.ofMillis(500);

	/** Before the first fault, while no event may come twice. */
	private static final Duration QUIET = Duration.ofSeconds(5);

	private static final Duration WAIT = Duration.ofSeconds(120);

	private static final String OUT = "ledger-out";

	private static final String DEAD = "ledger-dead";

	/** A Kafka target takes no record of more bytes, nor do the others. */
	private static final String POISON_LIMIT = "65536";

	@TempDir(cleanup = CleanupMode.ON_SUCCESS)
	private Path folder = Path.of("");

	private final Random random = new Random(SEED);

	private final Map<String, PathLedger> ledgers = new TreeMap<>();

	private final List<String> log = Collections.synchronizedList(new ArrayList<>());

	private final Instant start = Instant.now();

	private final List<NumberPump> pumps = new ArrayList<>();

	private final ScheduledExecutorService senders = Executors
		.newScheduledThreadPool(PROTOCOLS.size() * PROTOCOLS.size());

	/** The last one is closed first. */
	private final Deque<AutoCloseable> opened = new ArrayDeque<>();

	private TestBroker kafka;

	private TestBroker rabbit;

	private TestBroker mosquitto;

	private NeighbourBroker neighbour;

	private FaultProxy kafkaProxy;

	private FaultProxy rabbitProxy;

	private FaultProxy mqttProxy;

	private FaultProxy neighbourProxy;

	private FaultProxy amqpProxy;

	private FaultyTarget target;

	private NumberReceivers receivers;

	private GatewayProcess gateway;

	@BeforeEach
	void open() throws Exception {
		for (String from : PROTOCOLS) {
			for (String to : PROTOCOLS) {
				String path = from + "-" + to;
				if (PATHS.matcher(path).find()) {
					this.ledgers.put(path, new PathLedger(path));
				}
			}
		}
		int proxied = FreePort.any();
		this.kafkaProxy = closing(new FaultProxy("kafka", proxied));
		this.kafka = KafkaTestBroker.behindProxy(proxied, this.kafkaProxy.port());
		this.opened.push(this.kafka::dispose);
		this.kafka.start();
		this.rabbit = RabbitTestBroker.get();
		this.rabbitProxy = closing(new FaultProxy("rabbit", this.rabbit.port()));
		this.mosquitto = MosquittoTestBroker.get();
		this.mqttProxy = closing(new FaultProxy("mqtt", this.mosquitto.port()));
		this.neighbour = closing(new NeighbourBroker(Files.createDirectory(this.folder.resolve(NEIGHBOUR))));
		this.neighbour.start();
		this.neighbourProxy = closing(new FaultProxy(NEIGHBOUR, this.neighbour.port()));
		this.amqpProxy = closing(new FaultProxy("amqp10", this.neighbour.amqpPort()));
		this.target = closing(new FaultyTarget(this::taken, "/" + DEAD, SEED));
		makeTopics();
		this.receivers = closing(new NumberReceivers(List.of(OUT, DEAD), this::taken));
		this.receivers.kafka(this.kafka.port(), Map.of(OUT, 3, DEAD, 1));
		this.receivers.rabbit(this.rabbit.port());
		this.receivers.mqtt(this.mosquitto.port());
		this.receivers.mqtt(this.neighbour.port());
		this.receivers.amqp10(this.neighbour.amqpPort());
		Files.writeString(this.folder.resolve("routes.yaml"), routes());
		this.gateway = closing(new GatewayProcess(this.folder, options()));
		this.gateway.start().awaitBound();
		for (PathLedger ledger : this.ledgers.values()) {
			this.pumps.add(new NumberPump(ledger, source(ledger.path()), connecting(ledger.path())));
		}
	}

	@AfterEach
	void close() throws Exception {
		this.senders.shutdownNow();
		while (!this.opened.isEmpty()) {
			this.opened.pop().close();
		}
	}

	private <T extends AutoCloseable> T closing(T resource) {
		this.opened.push(resource);
		return resource;
	}

	private void makeTopics() throws Exception {
		List<NewTopic> topics = new ArrayList<>();
		for (String to : PROTOCOLS) {
			topics.add(new NewTopic(source("kafka-" + to), 2, (short) 1));
		}
		topics.add(new NewTopic(OUT, 3, (short) 1).configs(Map.of("max.message.bytes", POISON_LIMIT)));
		topics.add(new NewTopic(DEAD, 1, (short) 1));
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + this.kafka.port()))) {
			admin.createTopics(topics).all().get(WAIT.toSeconds(), TimeUnit.SECONDS);
		}
	}

	/** Where the events of a path are sent to. */
	private static String source(String path) {
		return "ledger-" + path;
	}

	private String routes() {
		String hook = "http://127.0.0.1:" + this.target.port();
		StringBuilder routes = new StringBuilder("""
				delivery: {retry: 20, backoff-delay: 100ms, backoff-max-delay: 1s, timeout: 5s}
				routes:
				  - id: dead
				    from: channel:%1$s
				    to: %2$s/%1$s
				    delivery: {dead-letter-sink: none}
				""".formatted(DEAD, hook));
		for (String path : this.ledgers.keySet()) {
			String[] ends = path.split("-");
			String source = source(path);
			if (ends[0].equals("channel")) {
				routes.append("""
						  - id: feed-%1$s
						    from: http:/%1$s
						    accept: delivered
						    to: {uri: 'channel:%1$s', key: partitionkey}
						""".formatted(source));
			}
			String from = switch (ends[0]) {
				case "http" -> "http:/" + source;
				case "mqtt", NEIGHBOUR -> ends[0] + ":" + source + "/+";
				default -> ends[0] + ":" + source;
			};
			String to = switch (ends[1]) {
				case "http" -> hook + "/" + OUT;
				case "channel" -> "channel:" + OUT + "-" + ends[0];
				default -> ends[1] + ":" + OUT;
			};
			String sink = sink(ends[0], ends[1]) + ":" + DEAD;
			routes.append("""
					  - id: %s
					    from: %s
					    to: {uri: '%s', key: partitionkey}
					    delivery: {dead-letter-sink: '%s'}
					""".formatted(path, from, to, sink));
			if (ends[1].equals("channel")) {
				routes.append("""
						  - id: drain-%s
						    from: %s
						    to: %s/%s
						    delivery: {dead-letter-sink: '%s'}
						""".formatted(path, to, hook, OUT, sink));
			}
		}
		return routes.toString();
	}

	/**
	 * Where the dead letters of a path go, never where its target is. What a broker
	 * refuses because it is too large fits into Kafka and channels only.
	 */
	private static String sink(String from, String to) {
		int turn = PROTOCOLS.indexOf(from);
		return switch (to) {
			case "http" -> SINKS.get(turn % SINKS.size());
			case "channel" -> SINKS.get((turn + 1) % SINKS.size());
			case "kafka" -> "channel";
			default -> (turn % 2 == 0) ? "kafka" : "channel";
		};
	}

	private List<String> options() {
		String neighbours = "--spring.cloud.stream.binders." + NEIGHBOUR;
		return List.of("--spring.kafka.bootstrap-servers=127.0.0.1:" + this.kafkaProxy.port(),
				"--spring.kafka.consumer.properties.session.timeout.ms=6000", "--spring.rabbitmq.host=127.0.0.1",
				"--spring.rabbitmq.port=" + this.rabbitProxy.port(), "--meshbridge.rabbit.max-message-size=64KB",
				"--meshbridge.mqtt.url=tcp://127.0.0.1:" + this.mqttProxy.port(),
				"--meshbridge.mqtt.max-packet-size=64KB", "--meshbridge.mqtt.reconnect-max-delay=2s",
				"--meshbridge.mqtt.keep-alive=10s", "--meshbridge.mqtt.connect-timeout=15s",
				// Mosquitto forgets shared ones when it is stopped.
				"--spring.cloud.stream.mqtt.default.consumer.shared=false", neighbours + ".type=mqtt",
				neighbours + ".environment.meshbridge.mqtt.url=tcp://127.0.0.1:" + this.neighbourProxy.port(),
				neighbours + ".environment.spring.cloud.stream.mqtt.default.consumer.shared=true",
				"--meshbridge.amqp10.url=amqp://127.0.0.1:" + this.amqpProxy.port(),
				"--meshbridge.amqp10.max-message-size=64KB", "--meshbridge.amqp10.idle-timeout=10s",
				"--meshbridge.amqp10.connect-timeout=15s", "--meshbridge.amqp10.reconnect-max-delay=2s",
				// A queue of AMQP 1.0 has one copy of a letter, which is for the test.
				"--meshbridge.desk.sinks=channels",
				// For the channels.
				"--meshbridge.embedded-broker.enabled=true", "--meshbridge.embedded-broker.mqtt.enabled=false",
				"--meshbridge.embedded-broker.amqp.enabled=false");
	}

	private Callable<NumberSender> connecting(String path) {
		return switch (path.split("-")[0]) {
			case "kafka" -> () -> new KafkaNumberSender(this.kafka.port());
			case "rabbit" -> () -> new RabbitNumberSender(this.rabbit.port());
			case "mqtt" -> () -> new MqttNumberSender(this.mosquitto.port());
			case NEIGHBOUR -> () -> new MqttNumberSender(this.neighbour.port());
			case "amqp10" -> () -> new Amqp10NumberSender(this.neighbour.amqpPort());
			default -> () -> new HttpNumberSender(this.gateway.eventPort());
		};
	}

	/**
	 * Notes what arrives anywhere.
	 * @return {@code false} when the target refuses it for good
	 */
	private boolean taken(String destination, byte[] body) {
		LedgerEvent event = LedgerEvent.find(body);
		if (event == null) {
			this.log.add("not ours, at " + destination + ": " + new String(body, StandardCharsets.UTF_8));
			return true;
		}
		PathLedger ledger = Objects.requireNonNull(this.ledgers.get(event.path()));
		if (destination.endsWith(DEAD)) {
			ledger.deadLettered(event.key(), event.number());
			return true;
		}
		if (event.poison()) {
			return false;
		}
		ledger.delivered(event.key(), event.number());
		return true;
	}

	@Test
	void whatWasAcknowledgedIsDeliveredOrADeadLetterWhateverBreaks() throws Exception {
		for (NumberPump pump : this.pumps) {
			this.senders.scheduleWithFixedDelay(pump::turn, this.random.nextInt((int) TURN.toMillis()), TURN.toMillis(),
					TimeUnit.MILLISECONDS);
		}
		pause(QUIET);
		await().atMost(WAIT)
			.untilAsserted(() -> this.ledgers.values()
				.forEach((ledger) -> assertThat(ledger.acknowledged()).as(ledger.path()).isPositive()));
		int early = this.ledgers.values().stream().mapToInt(PathLedger::duplicates).sum();
		try {
			breakThings();
			this.senders.shutdown();
			assertThat(this.senders.awaitTermination(WAIT.toSeconds(), TimeUnit.SECONDS)).as("the senders end")
				.isTrue();
			// What they have sent last is acknowledged by now, or never.
			this.pumps.forEach(NumberPump::disconnect);
			await().atMost(WAIT)
				.until(() -> this.ledgers.values().stream().allMatch((ledger) -> ledger.missing().isEmpty()));
		}
		finally {
			this.pumps.forEach(NumberPump::disconnect);
			report();
		}
		this.gateway.stop();
		for (PathLedger ledger : this.ledgers.values()) {
			assertThat(ledger.delivered() + ledger.deadLettered()).as(ledger.path()).isEqualTo(ledger.acknowledged());
			assertThat(ledger.deadLettered()).as(ledger.path()).isPositive();
			assertThat(ledger.reordered()).as(ledger.path()).isZero();
			if (ledger.faults() == 0) {
				assertThat(ledger.duplicates()).as("%s: came twice without a fault", ledger.path()).isZero();
			}
		}
		assertThat(early).as("came twice before the first fault").isZero();
	}

	private void breakThings() throws Exception {
		Instant end = Instant.now().plus(LENGTH);
		List<Fault> left = new ArrayList<>();
		while (Instant.now().isBefore(end)) {
			if (left.isEmpty()) {
				left.addAll(faults().stream().filter((fault) -> FAULTS.matcher(fault.what()).find()).toList());
				Collections.shuffle(left, this.random);
			}
			Fault fault = left.remove(0);
			this.ledgers.values()
				.stream()
				.filter((ledger) -> touches(fault, ledger.path()))
				.forEach((ledger) -> ledger.hit());
			note("begins: " + fault.what());
			fault.begin().run();
			try {
				pause(fault.length());
			}
			finally {
				note("ends:   " + fault.what());
				fault.end().run();
			}
			pause(Duration.ofMillis(500 + this.random.nextInt(2500)));
		}
	}

	/** Whether source, target or dead letter sink of a path feel it. */
	private static boolean touches(Fault fault, String path) {
		String[] ends = path.split("-");
		return Stream.of(ends[0], ends[1], sink(ends[0], ends[1])).anyMatch(fault.touches()::contains);
	}

	private List<Fault> faults() {
		Set<String> all = Set.copyOf(PROTOCOLS);
		List<Fault> faults = new ArrayList<>();
		faults.add(new Fault("gateway killed", all, seconds(0, 1), this.gateway::kill, this::startGateway));
		faults.add(new Fault("gateway stopped", all, seconds(0, 1), this.gateway::stop, this::startGateway));
		List<FaultProxy> proxies = List.of(this.kafkaProxy, this.rabbitProxy, this.mqttProxy, this.neighbourProxy,
				this.amqpProxy);
		faults.add(new Fault("gateway killed, starts without brokers", all, seconds(8, 12), () -> {
			proxies.forEach(FaultProxy::cut);
			this.gateway.kill();
			this.gateway.start();
		}, () -> {
			proxies.forEach(FaultProxy::restore);
			this.gateway.awaitBound();
		}));
		Set<String> neighbours = Set.of(NEIGHBOUR, "amqp10");
		addKill(faults, "Kafka", Set.of("kafka"), this.kafka);
		addKill(faults, "RabbitMQ", Set.of("rabbit"), this.rabbit);
		addKill(faults, "neighbour", neighbours, this.neighbour);
		faults.add(new Fault("Mosquitto stopped", Set.of("mqtt"), seconds(0, 2), this.mosquitto::stop,
				this.mosquitto::start));
		addFaults(faults, "Kafka", Set.of("kafka"), this.kafka, this.kafkaProxy);
		addFaults(faults, "RabbitMQ", Set.of("rabbit"), this.rabbit, this.rabbitProxy);
		addFaults(faults, "Mosquitto", Set.of("mqtt"), this.mosquitto, this.mqttProxy);
		addFaults(faults, "neighbour", neighbours, this.neighbour, this.neighbourProxy, this.amqpProxy);
		faults.replaceAll((fault) -> this.random.nextBoolean() ? fault : fault.during("HTTP targets: REFUSAL",
				() -> this.target.mood(FaultyTarget.Mood.REFUSAL), () -> this.target.mood(FaultyTarget.Mood.WELL)));
		for (FaultyTarget.Mood mood : FaultyTarget.Mood.values()) {
			if (mood != FaultyTarget.Mood.WELL) {
				faults.add(new Fault("HTTP targets: " + mood, Set.of("http", "channel"), seconds(2, 4),
						() -> this.target.mood(mood), () -> this.target.mood(FaultyTarget.Mood.WELL)));
			}
		}
		return faults;
	}

	private void addKill(List<Fault> faults, String name, Set<String> touches, TestBroker broker) {
		faults.add(new Fault(name + " killed", touches, seconds(0, 2), broker::kill, broker::start));
	}

	private void addFaults(List<Fault> faults, String name, Set<String> touches, TestBroker broker,
			FaultProxy... ways) {
		List<FaultProxy> all = List.of(ways);
		Fault.Step mend = () -> all.forEach(FaultProxy::restore);
		Fault.Step reset = () -> all.forEach(FaultProxy::reset);
		faults.add(new Fault(name + " frozen", touches, seconds(3, 8), broker::suspend, broker::resume));
		faults
			.add(new Fault(name + " not reachable", touches, seconds(2, 6), () -> all.forEach(FaultProxy::cut), mend));
		faults.add(new Fault(name + " connections reset", touches, seconds(0, 1), reset, reset));
		faults.add(new Fault(name + " connections stalled", touches, seconds(3, 8),
				() -> all.forEach(FaultProxy::stall), mend));
		faults.add(new Fault(name + " slow", touches, seconds(2, 4),
				() -> all.forEach((way) -> way.delay(Duration.ofMillis(100))), mend));
	}

	private void startGateway() throws IOException {
		this.gateway.start().awaitBound();
	}

	private Duration seconds(int least, int most) {
		return Duration.ofMillis(least * 1000L + this.random.nextInt((most - least) * 1000));
	}

	private static void pause(Duration wait) {
		long moment = System.nanoTime() + wait.toNanos();
		await().pollInterval(Duration.ofMillis(20)).atMost(wait.plus(WAIT)).until(() -> System.nanoTime() > moment);
	}

	private void note(String what) {
		String line = "%6.1f s  %s".formatted(Duration.between(this.start, Instant.now()).toMillis() / 1000.0, what);
		this.log.add(line);
		System.out.println(line);
	}

	private void report() throws IOException {
		List<String> lines = new ArrayList<>(this.log);
		lines.add(PathLedger.heading());
		this.ledgers.values().forEach((ledger) -> lines.add(ledger.line(this.start)));
		for (PathLedger ledger : this.ledgers.values()) {
			ledger.missing().stream().limit(10).forEach((missing) -> lines.add(ledger.path() + " lost: " + missing));
			ledger.disorder().forEach((key) -> lines.add(ledger.path() + " re-ordered: " + key));
		}
		System.out.println(String.join("\n", lines));
	}

}
