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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.jms.CompletionListener;
import jakarta.jms.Destination;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
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

	private static final List<String> PROTOCOLS = List.of("http", "mqtt", "amqp");

	private static final int KEYS = 4;

	private static final Duration WAIT = Duration.ofSeconds(120);

	@TempDir
	private Path folder = Path.of("");

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final Map<String, Ledger> ledgers = new ConcurrentHashMap<>();

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	@Test
	void whatWasAcknowledgedIsDeliveredThoughTheGatewayIsKilled() throws Exception {
		HttpServer receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 1000);
		receiver.setExecutor(this.threads);
		receiver.createContext("/", this::received);
		receiver.start();
		String target = "http://127.0.0.1:" + receiver.getAddress().getPort();
		Files.writeString(this.folder.resolve("routes.yaml"), """
				routes:
				  - {id: http, from: 'http:/numbers', to: '%1$s/http'}
				  - id: mqtt
				    from: mqtt:numbers/+
				    accept: durable
				    to: '%1$s/mqtt'
				  - id: amqp
				    from: amqp10:numbers
				    accept: durable
				    to: '%1$s/amqp'
				""".formatted(target));
		int mqttPort = GatewayProcess.freePort();
		int amqpPort = GatewayProcess.freePort();
		Random random = new Random(20_26);
		try (GatewayProcess gateway = new GatewayProcess(this.folder,
				List.of("--meshbridge.embedded-broker.mqtt.port=" + mqttPort,
						"--meshbridge.embedded-broker.amqp.port=" + amqpPort))) {
			for (int round = 0; round < CRASHES; round++) {
				gateway.start().awaitBound();
				List<Future<?>> senders = new ArrayList<>();
				for (int key = 0; key < KEYS; key++) {
					Ledger http = ledger("http", key);
					Ledger mqtt = ledger("mqtt", key);
					Ledger amqp = ledger("amqp", key);
					senders.add(this.threads.submit(() -> sendOverHttp(gateway.eventPort(), http)));
					senders.add(this.threads.submit(() -> sendOverMqtt(mqttPort, mqtt)));
					senders.add(this.threads.submit(() -> sendOverAmqp(amqpPort, amqp)));
				}
				for (String protocol : PROTOCOLS) {
					int before = acknowledged(protocol);
					await().atMost(WAIT).until(() -> acknowledged(protocol) > before + 100);
				}
				long moment = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(3000));
				await().pollInterval(Duration.ofMillis(5)).atMost(WAIT).until(() -> System.nanoTime() > moment);
				gateway.kill();
				for (Future<?> sender : senders) {
					sender.get(WAIT.toSeconds(), TimeUnit.SECONDS);
				}
			}
			gateway.start();
			await().atMost(WAIT)
				.untilAsserted(() -> this.ledgers.values()
					.forEach((ledger) -> assertThat(ledger.missing()).as("%s: acknowledged, not delivered", ledger.name)
						.isEmpty()));
			gateway.stop();
		}
		finally {
			receiver.stop(0);
		}
		for (String protocol : PROTOCOLS) {
			System.out.println(protocol + ": " + summary(protocol));
		}
		this.ledgers.values()
			.forEach((ledger) -> assertThat(List.copyOf(ledger.firstArrivals()))
				.as("%s: order of first arrivals", ledger.name)
				.isSorted());
	}

	private Ledger ledger(String protocol, int key) {
		return this.ledgers.computeIfAbsent(protocol + "/k" + key, Ledger::new);
	}

	private int acknowledged(String protocol) {
		return ledgers(protocol).stream().mapToInt((ledger) -> ledger.acknowledged.size()).sum();
	}

	private List<Ledger> ledgers(String protocol) {
		return this.ledgers.values().stream().filter((ledger) -> ledger.name.startsWith(protocol)).toList();
	}

	private String summary(String protocol) {
		List<Ledger> all = ledgers(protocol);
		int sent = all.stream().mapToInt((ledger) -> ledger.last.get()).sum();
		int arrived = all.stream().mapToInt((ledger) -> ledger.arrived.size()).sum();
		int distinct = all.stream().mapToInt((ledger) -> ledger.firstArrivals().size()).sum();
		int lost = all.stream().mapToInt((ledger) -> ledger.missing().size()).sum();
		return "%d crashes, %d sent, %d acknowledged, %d of them lost, %d duplicates".formatted(CRASHES, sent,
				acknowledged(protocol), lost, arrived - distinct);
	}

	private void received(HttpExchange exchange) throws IOException {
		String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		String[] keyAndNumber = body.split(" ", 2);
		String protocol = exchange.getRequestURI().getPath().substring(1);
		Objects.requireNonNull(this.ledgers.get(protocol + "/" + keyAndNumber[0])).arrived
			.add(Integer.valueOf(keyAndNumber[1]));
		exchange.sendResponseHeaders(204, -1);
		exchange.close();
	}

	/** One number after the other, until the gateway is gone. */
	private void sendOverHttp(int port, Ledger ledger) {
		HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
		try {
			while (true) {
				int number = ledger.last.incrementAndGet();
				HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/numbers"))
					.timeout(WAIT)
					.header("ce-specversion", "1.0")
					.header("ce-id", ledger.name + number)
					.header("ce-source", "/crash")
					.header("ce-type", "number")
					.header("ce-partitionkey", ledger.key())
					.header("Content-Type", "text/plain")
					.POST(HttpRequest.BodyPublishers.ofString(ledger.key() + " " + number))
					.build();
				if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 202) {
					ledger.acknowledged.add(number);
				}
			}
		}
		catch (IOException ex) {
			logger.debug("{}: the gateway is gone", ledger.name, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Several numbers under way, each acknowledged by its PUBACK. */
	private void sendOverMqtt(int port, Ledger ledger) {
		try {
			MqttAsyncClient client = new MqttAsyncClient("tcp://127.0.0.1:" + port, ledger.key() + System.nanoTime(),
					new MemoryPersistence());
			MqttConnectionOptions options = new MqttConnectionOptions();
			options.setAutomaticReconnect(false);
			client.connect(options).waitForCompletion(WAIT.toMillis());
			List<IMqttToken> underWay = new ArrayList<>();
			List<Integer> numbers = new ArrayList<>();
			while (client.isConnected()) {
				for (int i = 0; i < 10; i++) {
					int number = ledger.last.incrementAndGet();
					numbers.add(number);
					underWay.add(client.publish("numbers/" + ledger.key(),
							(ledger.key() + " " + number).getBytes(StandardCharsets.UTF_8), 1, false));
				}
				for (int i = 0; i < underWay.size(); i++) {
					underWay.get(i).waitForCompletion(5000);
					ledger.acknowledged.add(numbers.get(i));
				}
				underWay.clear();
				numbers.clear();
			}
		}
		catch (MqttException ex) {
			logger.debug("{}: the gateway is gone", ledger.name, ex);
		}
	}

	/** Several numbers under way, each acknowledged by its disposition. */
	private void sendOverAmqp(int port, Ledger ledger) {
		String url = "amqp://127.0.0.1:" + port
				+ "?jms.connectTimeout=5000&jms.requestTimeout=5000&jms.closeTimeout=1000";
		try (JMSContext context = new JmsConnectionFactory(url).createContext()) {
			Destination queue = context.createQueue("numbers");
			Semaphore free = new Semaphore(10);
			while (free.tryAcquire(5, TimeUnit.SECONDS)) {
				int number = ledger.last.incrementAndGet();
				context.createProducer().setAsync(new CompletionListener() {

					@Override
					public void onCompletion(Message message) {
						ledger.acknowledged.add(number);
						free.release();
					}

					@Override
					public void onException(Message message, Exception ex) {
						// Not acknowledged; the sender ends when too many are not.
						logger.debug("{}: {} was not taken", ledger.name, number, ex);
					}
				})
					.setProperty("cloudEvents_specversion", "1.0")
					.setProperty("cloudEvents_id", ledger.name + number)
					.setProperty("cloudEvents_source", "/crash")
					.setProperty("cloudEvents_type", "number")
					.send(queue, (ledger.key() + " " + number).getBytes(StandardCharsets.UTF_8));
			}
		}
		catch (JMSRuntimeException ex) {
			logger.debug("{}: the gateway is gone", ledger.name, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * The numbers of one key over one protocol.
	 */
	private static final class Ledger {

		final String name;

		final AtomicInteger last = new AtomicInteger();

		final List<Integer> acknowledged = Collections.synchronizedList(new ArrayList<>());

		final List<Integer> arrived = Collections.synchronizedList(new ArrayList<>());

		Ledger(String name) {
			this.name = name;
		}

		String key() {
			return this.name.substring(this.name.indexOf('/') + 1);
		}

		Set<Integer> firstArrivals() {
			synchronized (this.arrived) {
				return new LinkedHashSet<>(this.arrived);
			}
		}

		List<Integer> missing() {
			Set<Integer> came = firstArrivals();
			List<Integer> lost = new ArrayList<>(this.acknowledged);
			lost.removeIf(came::contains);
			return lost;
		}

	}

}
