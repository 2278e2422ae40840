package io.meshbridge.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The gateway as a work ledger: what it has acknowledged to a sender is delivered, also
 * when it is killed at any moment. Clients send numbers at full speed, each under a key,
 * and note those that were acknowledged; a receiver that lives through it all notes what
 * comes.
 */
class CrashIT {

	private static final Logger logger = LoggerFactory.getLogger(CrashIT.class);

	/**
	 * How often the gateway is killed; {@code -Dmeshbridge.it.crashes=20} for a long run.
	 */
	private static final int CRASHES = Integer.getInteger("meshbridge.it.crashes", 2);

	private static final int KEYS = 4;

	/** Numbers of a sender without an answer. */
	private static final int UNDER_WAY = 10;

	private static final Duration WAIT = Duration.ofSeconds(120);

	@TempDir
	private Path folder = Path.of("");

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private volatile boolean sending;

	private final PathLedger http = new PathLedger("http-http");

	private final PathLedger mqtt = new PathLedger("mqtt-http");

	private final PathLedger amqp = new PathLedger("amqp10-http");

	private final Map<String, PathLedger> ledgers = Map.of(this.http.path(), this.http, this.mqtt.path(), this.mqtt,
			this.amqp.path(), this.amqp);

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	@Test
	void whatWasAcknowledgedIsDeliveredThoughTheGatewayIsKilled() throws Exception {
		int mqttPort = GatewayProcess.freePort();
		int amqpPort = GatewayProcess.freePort();
		Random random = new Random(20_26);
		Instant start = Instant.now();
		try (FaultyTarget receiver = new FaultyTarget(this::received, "", 1);
				GatewayProcess gateway = new GatewayProcess(this.folder,
						List.of("--meshbridge.embedded-broker.mqtt.port=" + mqttPort,
								"--meshbridge.embedded-broker.amqp.port=" + amqpPort))) {
			Files.writeString(this.folder.resolve("routes.yaml"), """
					routes:
					  - {id: http, from: 'http:/numbers', to: '%1$s'}
					  - {id: mqtt, from: mqtt:numbers/+, accept: durable, to: '%1$s'}
					  - {id: amqp, from: amqp10:numbers, accept: durable, to: '%1$s'}
					""".formatted("http://127.0.0.1:" + receiver.port() + "/"));
			for (int round = 0; round < CRASHES; round++) {
				gateway.start().awaitBound();
				this.sending = true;
				List<Future<?>> senders = new ArrayList<>();
				for (int key = 0; key < KEYS; key++) {
					senders.add(send(this.http, "k" + key, () -> new HttpNumberSender(gateway.eventPort())));
					senders.add(send(this.mqtt, "k" + key, () -> new MqttNumberSender(mqttPort)));
					senders.add(send(this.amqp, "k" + key, () -> new Amqp10NumberSender(amqpPort)));
				}
				for (PathLedger ledger : this.ledgers.values()) {
					int before = ledger.acknowledged();
					await().atMost(WAIT).until(() -> ledger.acknowledged() > before + 100);
					ledger.hit();
				}
				long moment = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(3000));
				await().pollInterval(Duration.ofMillis(5)).atMost(WAIT).until(() -> System.nanoTime() > moment);
				gateway.kill();
				this.sending = false;
				for (Future<?> sender : senders) {
					sender.get(WAIT.toSeconds(), TimeUnit.SECONDS);
				}
			}
			gateway.start().awaitBound();
			await().atMost(WAIT)
				.untilAsserted(() -> this.ledgers.values()
					.forEach((ledger) -> assertThat(ledger.missing())
						.as("%s: acknowledged, not delivered", ledger.path())
						.isEmpty()));
			gateway.stop();
		}
		System.out.println(PathLedger.heading());
		this.ledgers.values().forEach((ledger) -> System.out.println(ledger.line(start)));
		this.ledgers.values()
			.forEach((ledger) -> assertThat(ledger.disorder()).as("%s: order of first arrivals", ledger.path())
				.isEmpty());
	}

	private boolean received(String path, byte[] body) {
		LedgerEvent event = Objects.requireNonNull(LedgerEvent.find(body));
		Objects.requireNonNull(this.ledgers.get(event.path())).delivered(event.key(), event.number());
		return true;
	}

	/** One number after the other, until the gateway is gone. */
	private Future<?> send(PathLedger ledger, String key, Callable<NumberSender> connecting) {
		return this.threads.submit(() -> {
			Semaphore free = new Semaphore(UNDER_WAY);
			try (NumberSender sender = connecting.call()) {
				while (awaitFree(free)) {
					int number = ledger.next(key);
					sender.send("numbers", new LedgerEvent(ledger.path(), key, number, false), () -> {
						ledger.acknowledged(key, number);
						free.release();
					});
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			catch (Exception ex) {
				logger.debug("{} {}: the gateway is gone", ledger.path(), key, ex);
			}
		});
	}

	/**
	 * Waits for an answer as long as somebody is there to give it.
	 * @return {@code false} when the gateway is gone
	 */
	private boolean awaitFree(Semaphore free) throws InterruptedException {
		boolean acquired = false;
		while (!acquired && this.sending) {
			acquired = free.tryAcquire(1, TimeUnit.SECONDS);
		}
		return acquired;
	}

}
