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
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A channel that grows while its target is away costs disk and no memory, and when the
 * target comes it gets everything, each key in order.
 */
class ChannelGrowthIT {

	/** {@code -Dmeshbridge.it.events=1000000} for a long run. */
	private static final int EVENTS = Integer.getInteger("meshbridge.it.events", 40_000);

	/**
	 * Events a second, else as many as go; {@code -Dmeshbridge.it.events=1200000
	 * -Dmeshbridge.it.rate=2000} has the target down for ten minutes.
	 */
	private static final int RATE = Integer.getInteger("meshbridge.it.rate", Integer.MAX_VALUE);

	private static final int SENDERS = 32;

	/** How often the heap is looked at; the first look is after a quarter. */
	private static final int LOOKS = 4;

	private static final Duration WAIT = Duration.ofSeconds(60 + EVENTS / Math.min(1000, RATE));

	@TempDir
	private Path folder = Path.of("");

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final List<Arrived> arrived = new ArrayList<>();

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	@Test
	void memoryStaysFlatWhileAChannelGrowsAndAllOfItArrivesWhenTheTargetComes() throws Exception {
		int targetPort = GatewayProcess.freePort();
		Files.writeString(this.folder.resolve("routes.yaml"), """
				routes:
				  - id: growing
				    from: http:/numbers
				    accept: durable
				    to: http://127.0.0.1:%d/
				    delivery: { backoff-max-delay: PT2S }
				""".formatted(targetPort));
		// Less than a tenth of what is stored.
		int memoryMegabytes = Math.max(4, Math.min(64, EVENTS / 10_000));
		List<Long> heap = new ArrayList<>();
		try (GatewayProcess gateway = new GatewayProcess(this.folder,
				List.of("--meshbridge.embedded-broker.max-memory=" + memoryMegabytes + "MB",
						"--meshbridge.embedded-broker.mqtt.port=" + GatewayProcess.freePort(),
						"--meshbridge.embedded-broker.amqp.port=" + GatewayProcess.freePort()))
			.start()
			.awaitBound()) {
			long begin = System.nanoTime();
			for (int look = 0; look < LOOKS; look++) {
				post(gateway.eventPort(), look * EVENTS / LOOKS, (look + 1) * EVENTS / LOOKS);
				heap.add(gateway.liveHeapBytes());
			}
			long stored = System.nanoTime();
			assertThat(depth(gateway)).as("nothing was delivered, and no dead letter made").isEqualTo(EVENTS);
			HttpServer target = target(targetPort);
			try {
				await().atMost(WAIT).until(() -> received() == EVENTS);
				await().atMost(WAIT).until(() -> depth(gateway) == 0);
			}
			finally {
				target.stop(0);
			}
			long drained = System.nanoTime();
			System.out.printf(
					"%,d events of 1 KiB stored in %d s, drained in %d s; live heap %s MiB, %d MB for messages%n",
					EVENTS, TimeUnit.NANOSECONDS.toSeconds(stored - begin),
					TimeUnit.NANOSECONDS.toSeconds(drained - stored),
					heap.stream().map((bytes) -> bytes / (1024 * 1024)).toList(), memoryMegabytes);
		}
		assertThat(heap.get(LOOKS - 1)).as("live heap over time, in bytes: %s", heap)
			.isLessThan((long) (heap.get(0) * 1.2));
		assertThat(this.arrived).allSatisfy((key) -> assertThat(key.outOfOrder).isZero());
	}

	private void post(int port, int from, int to) throws Exception {
		HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(this.threads).build();
		String padding = "x".repeat(1000);
		List<Future<?>> senders = new ArrayList<>();
		long begin = System.nanoTime();
		for (int sender = 0; sender < SENDERS; sender++) {
			int first = sender;
			senders.add(this.threads.submit(() -> {
				// Each sender has a key of its own, so that a key is sent in order.
				for (int number = from + Math.floorMod(first - from, SENDERS); number < to; number += SENDERS) {
					long due = begin + TimeUnit.SECONDS.toNanos(number - from) / RATE;
					for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
						LockSupport.parkNanos(early);
					}
					HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/numbers"))
						.timeout(WAIT)
						.header("ce-specversion", "1.0")
						.header("ce-id", String.valueOf(number))
						.header("ce-source", "/growth")
						.header("ce-type", "number")
						.header("ce-partitionkey", "k" + first)
						.header("Content-Type", "text/plain")
						.POST(HttpRequest.BodyPublishers.ofString(number + " " + padding))
						.build();
					assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(202);
				}
				return null;
			}));
		}
		for (Future<?> sender : senders) {
			sender.get(WAIT.toSeconds(), TimeUnit.SECONDS);
		}
	}

	private static long depth(GatewayProcess gateway) throws IOException, InterruptedException {
		return gateway.admin("/admin/channels/route.growing").path("depth").asLong(-1);
	}

	private HttpServer target(int port) throws IOException {
		for (int key = 0; key < SENDERS; key++) {
			this.arrived.add(new Arrived());
		}
		HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 1000);
		server.setExecutor(this.threads);
		server.createContext("/", this::received);
		server.start();
		return server;
	}

	private void received(HttpExchange exchange) throws IOException {
		String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		int number = Integer.parseInt(body.substring(0, body.indexOf(' ')));
		this.arrived.get(number % SENDERS).add(number / SENDERS);
		exchange.sendResponseHeaders(204, -1);
		exchange.close();
	}

	private int received() {
		return this.arrived.stream().mapToInt((key) -> key.distinct.get()).sum();
	}

	/**
	 * The numbers of one key.
	 */
	private static final class Arrived {

		final AtomicInteger distinct = new AtomicInteger();

		private final BitSet seen = new BitSet();

		private int highest = -1;

		private int outOfOrder;

		synchronized void add(int number) {
			if (!this.seen.get(number)) {
				this.seen.set(number);
				this.outOfOrder += (number < this.highest) ? 1 : 0;
				this.highest = Math.max(this.highest, number);
				this.distinct.incrementAndGet();
			}
		}

	}

}
