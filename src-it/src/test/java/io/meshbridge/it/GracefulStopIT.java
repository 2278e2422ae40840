package io.meshbridge.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.meshbridge.bridge.test.broker.KafkaTestBroker;
import io.meshbridge.bridge.test.broker.MosquittoTestBroker;
import io.meshbridge.bridge.test.fault.FaultProxy;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A stop in order, while events flow: what was acknowledged to its sender is delivered,
 * and what was not confirmed by its target is not acknowledged.
 */
class GracefulStopIT {

	private static final Duration WAIT = Duration.ofSeconds(120);

	/** For each phase of the shutdown. */
	private static final Duration PHASE = Duration.ofSeconds(10);

	@TempDir(cleanup = CleanupMode.ON_SUCCESS)
	private Path folder = Path.of("");

	private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(4);

	/** The last one is closed first. */
	private final Deque<AutoCloseable> opened = new ArrayDeque<>();

	/** By protocol of the source. */
	private final Map<String, PathLedger> ledgers = Map.of("http", new PathLedger("http-http"), "kafka",
			new PathLedger("kafka-http"), "mqtt", new PathLedger("mqtt-http"));

	/** Between gateway and target. */
	private FaultProxy proxy;

	@BeforeEach
	void open() throws Exception {
		FaultyTarget target = new FaultyTarget(this::taken, "", 1);
		this.opened.push(target);
		this.proxy = new FaultProxy("target", target.port());
		this.opened.push(this.proxy);
	}

	@AfterEach
	void close() throws Exception {
		this.threads.shutdownNow();
		while (!this.opened.isEmpty()) {
			this.opened.pop().close();
		}
	}

	private boolean taken(String path, byte[] body) {
		LedgerEvent event = Objects.requireNonNull(LedgerEvent.find(body), path);
		String from = event.path().split("-")[0];
		Objects.requireNonNull(this.ledgers.get(from)).delivered(event.key(), event.number());
		return true;
	}

	@Test
	void deliversWhatItHasAcknowledgedWhenItIsStoppedUnderLoad() throws Exception {
		String name = topic("stopped", 2);
		GatewayProcess gateway = gateway("one", name).start().awaitBound();
		List<ScheduledFuture<?>> senders = send(name, gateway);
		awaitFlow();
		Duration took = stop(gateway);
		assertThat(took).as("the target answers at once").isLessThan(PHASE.multipliedBy(4));
		assertThat(gateway.logText()).contains("stopped, nothing is left in flight");
		gateway.start().awaitBound();
		finish(senders);
	}

	@Test
	void acknowledgesNothingThatItsTargetDoesNotConfirm() throws Exception {
		String name = topic("hanging", 1);
		this.proxy.stall();
		GatewayProcess gateway = gateway("one", name).start().awaitBound();
		List<ScheduledFuture<?>> senders = send(name, gateway);
		await().atMost(WAIT).untilAsserted(() -> {
			for (JsonNode route : gateway.admin("/admin/routes")) {
				assertThat(route.path("counters").path("inFlight").asInt()).as(route.toString()).isPositive();
			}
		});
		Duration took = stop(gateway);
		assertThat(took).as("spring.lifecycle.timeout-per-shutdown-phase=" + PHASE).isLessThan(PHASE.multipliedBy(4));
		assertThat(ledger("http").acknowledged()).as("nobody has these, so their senders do").isZero();
		assertThat(KafkaPeer.committed(name)).as("offset").isZero();
		assertThat(this.ledgers.values()).allSatisfy((ledger) -> assertThat(ledger.delivered()).isZero());
		this.proxy.reset();
		this.proxy.restore();
		gateway.start().awaitBound();
		awaitFlow();
		finish(senders);
	}

	@Test
	void losesNothingWhenTwoGatewaysOfOneGroupAreRestartedInTurn() throws Exception {
		String name = topic("rolling", 4);
		GatewayProcess one = gateway("one", name, "kafka").start();
		GatewayProcess other = gateway("other", name, "kafka").start().awaitBound();
		one.awaitBound();
		List<ScheduledFuture<?>> senders = List.of(pump(name, "kafka", one));
		for (GatewayProcess gateway : List.of(one, other)) {
			int before = ledger("kafka").delivered();
			await().atMost(WAIT).until(() -> ledger("kafka").delivered() > before + 30);
			stop(gateway);
			gateway.start().awaitBound();
		}
		finish(senders);
	}

	private String topic(String name, int partitions) throws Exception {
		int port = KafkaTestBroker.get().port();
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + port))) {
			admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
				.all()
				.get(WAIT.toSeconds(), TimeUnit.SECONDS);
		}
		return name;
	}

	private GatewayProcess gateway(String home, String name, String... protocols) throws Exception {
		List<String> sources = (protocols.length == 0) ? List.of("http", "kafka", "mqtt") : List.of(protocols);
		StringBuilder routes = new StringBuilder("""
				delivery: {retry: 3, backoff-max-delay: 1s, dead-letter-sink: none}
				routes:
				""");
		for (String protocol : sources) {
			String from = switch (protocol) {
				case "http" -> "http:/" + name;
				case "mqtt" -> "mqtt:" + name + "/+";
				default -> protocol + ":" + name;
			};
			routes.append(
					"  - {id: %s, from: '%s', accept: delivered, to: {uri: 'http://127.0.0.1:%d/', key: partitionkey}}%n"
						.formatted(protocol, from, this.proxy.port()));
		}
		GatewayProcess gateway = new GatewayProcess(Files.createDirectory(this.folder.resolve(home)), routes.toString(),
				List.of("--spring.kafka.bootstrap-servers=" + KafkaTestBroker.bootstrapServers(),
						"--meshbridge.mqtt.url=tcp://127.0.0.1:" + MosquittoTestBroker.get().port(),
						"--meshbridge.mqtt.client-id=" + name,
						// Mosquitto forgets shared ones when it is stopped.
						"--spring.cloud.stream.mqtt.default.consumer.shared=false",
						"--spring.lifecycle.timeout-per-shutdown-phase=" + PHASE));
		this.opened.push(gateway);
		return gateway;
	}

	private List<ScheduledFuture<?>> send(String name, GatewayProcess gateway) {
		List<ScheduledFuture<?>> senders = new ArrayList<>();
		for (String protocol : List.of("http", "kafka", "mqtt")) {
			senders.add(pump(name, protocol, gateway));
		}
		return senders;
	}

	private ScheduledFuture<?> pump(String name, String protocol, GatewayProcess gateway) {
		NumberPump pump = new NumberPump(ledger(protocol), name, () -> switch (protocol) {
			case "http" -> new HttpNumberSender(gateway.eventPort());
			case "kafka" -> new KafkaNumberSender(KafkaTestBroker.get().port());
			default -> new MqttNumberSender(MosquittoTestBroker.get().port());
		});
		this.opened.push(pump::disconnect);
		return this.threads.scheduleWithFixedDelay(pump::turn, 0, 20, TimeUnit.MILLISECONDS);
	}

	private PathLedger ledger(String protocol) {
		return Objects.requireNonNull(this.ledgers.get(protocol));
	}

	/** Waits until some more have come over each path. */
	private void awaitFlow() {
		for (PathLedger ledger : this.ledgers.values()) {
			int before = ledger.delivered();
			await().atMost(WAIT).until(() -> ledger.delivered() > before + 30);
		}
	}

	/** SIGTERM, and how long it takes. */
	private static Duration stop(GatewayProcess gateway) throws InterruptedException {
		long begin = System.nanoTime();
		gateway.stop();
		Duration took = Duration.ofNanos(System.nanoTime() - begin);
		System.out.println("stopped in " + took.toMillis() + " ms");
		return took;
	}

	/** Stops sending, and waits until all is where it belongs. */
	private void finish(List<ScheduledFuture<?>> senders) {
		senders.forEach((sender) -> sender.cancel(false));
		await().atMost(WAIT).until(() -> senders.stream().allMatch(Future::isDone));
		await().atMost(WAIT)
			.untilAsserted(() -> assertThat(this.ledgers.values())
				.allSatisfy((ledger) -> assertThat(ledger.missing()).as(ledger.path()).isEmpty()));
		assertThat(this.ledgers.values())
			.allSatisfy((ledger) -> assertThat(ledger.reordered()).as(ledger.path()).isZero());
	}

}
