package io.meshbridge.it;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.meshbridge.bridge.test.broker.KafkaTestBroker;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Rules change all the time while events flow: over the admin API, in the file, for the
 * worse, and back. Each route writes into its events which version of it they took, so it
 * is seen whether an event took two routes of different tables.
 */
class ReloadIT {

	/** {@code -Dmeshbridge.it.reload.changes=200} for the long run. */
	private static final int CHANGES = Integer.getInteger("meshbridge.it.reload.changes", 40);

	/** Events per second; {@code -Dmeshbridge.it.reload.rate=5000} for the long run. */
	private static final int RATE = Integer.getInteger("meshbridge.it.reload.rate", 1000);

	private static final int KEYS = 8;

	private static final Duration WAIT = Duration.ofSeconds(60);

	private static final String IN = "reload-in";

	private static final String LEFT = "reload-left";

	private static final String RIGHT = "reload-right";

	private static final String OTHER_RIGHT = "reload-right-2";

	private static final String EXTRA = "reload-extra";

	@TempDir
	private Path folder = Path.of("");

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final Random random = new Random(20_26);

	private final AtomicInteger sent = new AtomicInteger();

	/** What came over which topic, in the order of arrival: number, version, key. */
	private final Map<String, List<Arrived>> arrived = new ConcurrentHashMap<>();

	private final Map<String, Integer> done = new TreeMap<>();

	/** By revision. */
	private final Map<Long, Table> tables = new HashMap<>();

	private Table table = new Table("l0", "r0", RIGHT, List.of(), 3);

	private volatile boolean sending = true;

	private volatile boolean reading = true;

	private int version;

	private long slowestNanos;

	@AfterEach
	void stop() {
		this.sending = false;
		this.reading = false;
		this.threads.shutdownNow();
	}

	@Test
	void losesNoEventAndRoutesEachByOneTable() throws Exception {
		try (KafkaPeer kafka = new KafkaPeer();
				GatewayProcess gateway = new GatewayProcess(this.folder, this.table.yaml(), options(kafka))) {
			kafka.open(List.of(IN), List.of());
			createTargets();
			gateway.start().awaitBound();
			activated(gateway);
			Future<?> reader = this.threads.submit(this::read);
			Future<?> sender = this.threads.submit(this::send);
			for (int change = 0; change < CHANGES; change++) {
				int before = this.sent.get();
				change(gateway);
				// Each table gets some events.
				await().pollInterval(Duration.ofMillis(10))
					.atMost(WAIT)
					.until(() -> this.sent.get() > before + RATE / 10);
			}
			if (this.table.isEmpty()) {
				putAll(gateway, next(false));
			}
			this.sending = false;
			sender.get(WAIT.toSeconds(), TimeUnit.SECONDS);
			await().atMost(WAIT).pollInterval(Duration.ofMillis(250)).until(() -> numbers().size() == this.sent.get());
			await().atMost(WAIT)
				.pollInterval(Duration.ofMillis(250))
				.until(() -> gateway.admin("/admin/routes")
					.valueStream()
					.allMatch((route) -> route.at("/counters/inFlight").asLong() == 0));
			this.reading = false;
			reader.get(WAIT.toSeconds(), TimeUnit.SECONDS);
			check(gateway);
		}
	}

	private List<String> options(KafkaPeer kafka) {
		List<String> options = new ArrayList<>(kafka.options());
		options.add("--meshbridge.routes-watch=100ms");
		return options;
	}

	private static void createTargets() throws Exception {
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", KafkaTestBroker.bootstrapServers()))) {
			admin
				.createTopics(List.of(LEFT, RIGHT, OTHER_RIGHT, EXTRA)
					.stream()
					.map((name) -> new NewTopic(name, 1, (short) 1))
					.toList())
				.all()
				.get(30, TimeUnit.SECONDS);
		}
	}

	private void send() {
		try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
				Map.of("bootstrap.servers", KafkaTestBroker.bootstrapServers(), "acks", "all"),
				new ByteArraySerializer(), new ByteArraySerializer())) {
			long start = System.nanoTime();
			await().pollInterval(Duration.ofMillis(5)).atMost(Duration.ofHours(2)).until(() -> {
				long due = (System.nanoTime() - start) / 1000 * RATE / 1_000_000;
				// After a pause of this machine the rate is not made up for at once.
				for (int i = 0; this.sent.get() < due && i < RATE / 10; i++) {
					int number = this.sent.getAndIncrement();
					producer.send(new ProducerRecord<>(IN, bytes("k" + number % KEYS), bytes(String.valueOf(number))));
				}
				return !this.sending;
			});
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private void read() {
		try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
				Map.of("bootstrap.servers", KafkaTestBroker.bootstrapServers()), new ByteArrayDeserializer(),
				new ByteArrayDeserializer())) {
			List<TopicPartition> partitions = List.of(LEFT, RIGHT, OTHER_RIGHT, EXTRA)
				.stream()
				.map((name) -> new TopicPartition(name, 0))
				.toList();
			consumer.assign(partitions);
			consumer.seekToBeginning(partitions);
			while (this.reading) {
				consumer.poll(Duration.ofMillis(100)).forEach(this::arrived);
			}
		}
	}

	private void arrived(ConsumerRecord<byte[], byte[]> record) {
		Header type = record.headers().lastHeader("ce_type");
		Arrived event = new Arrived(Integer.parseInt(new String(record.value(), StandardCharsets.UTF_8)),
				new String(type.value(), StandardCharsets.UTF_8).intern());
		List<Arrived> all = this.arrived.computeIfAbsent(record.topic(), (first) -> new ArrayList<>());
		synchronized (all) {
			all.add(event);
		}
	}

	private List<Arrived> all(String topic) {
		List<Arrived> all = this.arrived.getOrDefault(topic, List.of());
		synchronized (all) {
			return List.copyOf(all);
		}
	}

	private Set<Integer> numbers() {
		Set<Integer> numbers = new HashSet<>();
		List.of(LEFT, RIGHT, OTHER_RIGHT)
			.forEach((topic) -> all(topic).forEach((event) -> numbers.add(event.number())));
		return numbers;
	}

	private void change(GatewayProcess gateway) throws Exception {
		int kind = this.random.nextInt(12);
		if (this.table.isEmpty()) {
			kind = this.random.nextInt(2);
		}
		switch (kind) {
			case 0, 1 -> putAll(gateway, next(false));
			case 2, 3 -> replaceFile(gateway, next(false));
			case 4 -> overwriteFile(gateway, next(false));
			case 5 -> breakFile(gateway);
			case 6 -> putAll(gateway, next(true));
			case 7, 8 -> putRoute(gateway);
			case 9 -> addOrRemove(gateway);
			case 10 -> bringBack(gateway);
			default -> tryWrongRoute(gateway);
		}
	}

	/** Another table, in which each of the two may be missing, but not both. */
	private Table next(boolean empty) {
		this.version++;
		if (empty) {
			return new Table(null, null, RIGHT, List.of(), 3);
		}
		int missing = this.random.nextInt(8);
		return new Table((missing == 0) ? null : "l" + this.version, (missing == 1) ? null : "r" + this.version,
				this.random.nextBoolean() ? RIGHT : OTHER_RIGHT, this.table.extras(), this.random.nextInt(1, 6));
	}

	private void putAll(GatewayProcess gateway, Table next) throws Exception {
		ask(gateway, "PUT", "/admin/routes", next.yaml(), 200);
		active(gateway, next, next.isEmpty() ? "no route at all" : "whole by API");
	}

	private void putRoute(GatewayProcess gateway) throws Exception {
		this.version++;
		Table now = this.table;
		Table next = (now.left() != null)
				? new Table("l" + this.version, now.right(), now.target(), now.extras(), now.retry())
				: new Table(now.left(), "r" + this.version, now.target(), now.extras(), now.retry());
		String id = (now.left() != null) ? "left" : "right";
		ask(gateway, "PUT", "/admin/routes/" + id, next.route(id), 200);
		active(gateway, next, "one by API");
	}

	private void addOrRemove(GatewayProcess gateway) throws Exception {
		List<String> extras = new ArrayList<>(this.table.extras());
		if (extras.size() > 2) {
			String id = extras.remove(0);
			ask(gateway, "DELETE", "/admin/routes/" + id, "", 200);
		}
		else {
			this.version++;
			extras.add("extra-" + this.version);
			ask(gateway, "PUT", "/admin/routes/extra-" + this.version, Table.extra("extra-" + this.version), 201);
		}
		active(gateway,
				new Table(this.table.left(), this.table.right(), this.table.target(), extras, this.table.retry()),
				"added or removed by API");
	}

	private void bringBack(GatewayProcess gateway) throws Exception {
		List<Long> known = this.tables.keySet().stream().sorted().toList();
		long number = known.get(Math.max(0, known.size() - 1 - this.random.nextInt(5)));
		ask(gateway, "POST", "/admin/rules/revisions/" + number + "/activate", "", 200);
		active(gateway, Objects.requireNonNull(this.tables.get(number)), "brought back");
	}

	private void tryWrongRoute(GatewayProcess gateway) throws Exception {
		ask(gateway, "PUT", "/admin/routes/left", "from: kafak:in\nto: kafka:out\n", 422);
		count("wrong by API");
	}

	private void replaceFile(GatewayProcess gateway, Table next) throws Exception {
		replaceFile(next.yaml());
		awaitFile(gateway, next, "file replaced");
	}

	private void replaceFile(String text) throws IOException {
		Path draft = Files.writeString(this.folder.resolve("draft"), text);
		Files.move(draft, this.folder.resolve("routes.yaml"), StandardCopyOption.ATOMIC_MOVE);
	}

	/** As a slow editor does: some of it first, which is no table should it be read. */
	private void overwriteFile(GatewayProcess gateway, Table next) throws Exception {
		String text = next.yaml();
		Path file = this.folder.resolve("routes.yaml");
		Files.writeString(file, text.substring(0, text.lastIndexOf("from:")));
		Files.writeString(file, text);
		awaitFile(gateway, next, "file overwritten");
	}

	private void awaitFile(GatewayProcess gateway, Table next, String kind) throws Exception {
		long before = lastRevision();
		await().pollInterval(Duration.ofMillis(20)).atMost(WAIT).until(() -> revision(gateway) > before);
		active(gateway, next, kind);
	}

	private void breakFile(GatewayProcess gateway) throws Exception {
		long before = revision(gateway);
		replaceFile(this.table.yaml().replace("to:", "too:") + "  - id: broken\n");
		await().pollInterval(Duration.ofMillis(20))
			.atMost(WAIT)
			.until(() -> !gateway.admin("/admin/rules").path("problems").isEmpty());
		assertThat(revision(gateway)).isEqualTo(before);
		count("file broken");
		putAll(gateway, next(false));
	}

	private void ask(GatewayProcess gateway, String method, String path, String body, int status) throws Exception {
		long start = System.nanoTime();
		HttpResponse<String> answer = gateway.request(method, path, body);
		this.slowestNanos = Math.max(this.slowestNanos, System.nanoTime() - start);
		assertThat(answer.statusCode()).as("%s %s%n%s%n%s", method, path, body, answer.body()).isEqualTo(status);
	}

	private void active(GatewayProcess gateway, Table next, String kind) throws Exception {
		count(kind);
		this.table = next;
		activated(gateway);
	}

	private void activated(GatewayProcess gateway) throws Exception {
		this.tables.put(revision(gateway), this.table);
	}

	private long lastRevision() {
		return this.tables.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
	}

	private void count(String kind) {
		this.done.merge(kind, 1, Integer::sum);
	}

	private static long revision(GatewayProcess gateway) throws IOException, InterruptedException {
		return gateway.admin("/admin/rules").path("revision").asLong();
	}

	private void check(GatewayProcess gateway) throws Exception {
		Map<Integer, Set<String>> ways = new HashMap<>();
		int duplicates = 0;
		for (String topic : List.of(LEFT, RIGHT, OTHER_RIGHT)) {
			Set<Integer> seen = new HashSet<>();
			Map<Integer, Integer> last = new HashMap<>();
			List<String> disorder = new ArrayList<>();
			for (Arrived event : all(topic)) {
				ways.computeIfAbsent(event.number(), (first) -> new HashSet<>()).add(way(topic, event.version()));
				if (!seen.add(event.number())) {
					duplicates++;
				}
				else if (Objects.requireNonNullElse(last.put(event.number() % KEYS, event.number()), -1) > event
					.number()) {
					disorder.add(event.number() + " came late");
				}
			}
			assertThat(disorder).as("order per key at " + topic).isEmpty();
		}
		Set<Set<String>> possible = new HashSet<>();
		this.tables.values().forEach((known) -> possible.add(known.ways()));
		List<String> mixed = new ArrayList<>();
		ways.forEach((number, taken) -> {
			if (!possible.contains(taken)) {
				mixed.add(number + " took " + taken);
			}
		});
		long refused = 0;
		for (String line : gateway.request("GET", "/actuator/prometheus").body().lines().toList()) {
			if (line.startsWith("meshbridge_source_refused_total")) {
				refused += (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
			}
		}
		System.out.printf(
				"reload: %d changes %s in %d revisions; %d events at %d/s; lost %d, by no table %d, twice %d, given back %d; slowest answer %d ms%n",
				this.done.values().stream().mapToInt(Integer::intValue).sum(), this.done, lastRevision(),
				this.sent.get(), RATE, this.sent.get() - ways.size(), mixed.size(), duplicates, refused,
				TimeUnit.NANOSECONDS.toMillis(this.slowestNanos));
		assertThat(mixed).as("events that took a way that no table has").isEmpty();
		assertThat(ways).hasSize(this.sent.get());
		assertThat(duplicates).as("events that came twice").isZero();
	}

	private static String way(String topic, String version) {
		return topic + " " + version;
	}

	/**
	 * An event that came.
	 */
	private record Arrived(int number, String version) {
	}

	/**
	 * The rules at one time.
	 *
	 * @param left version of the one route, {@code null} when it is missing
	 * @param right version of the other one
	 * @param target of the other one
	 * @param extras ids of more routes
	 * @param retry makes the target of the first route another one to the gateway
	 */
	private record Table(@Nullable String left, @Nullable String right, String target, List<String> extras, int retry) {

		boolean isEmpty() {
			return this.left == null && this.right == null;
		}

		Set<String> ways() {
			Set<String> ways = new HashSet<>();
			if (this.left != null) {
				ways.add(way(LEFT, this.left));
			}
			if (this.right != null) {
				ways.add(way(this.target, this.right));
			}
			return ways;
		}

		String yaml() {
			StringBuilder text = new StringBuilder("# The rules of this moment.\nroutes:\n");
			for (String id : List.of("left", "right")) {
				if (((id.equals("left")) ? this.left : this.right) != null) {
					text.append(item(route(id)));
				}
			}
			this.extras.forEach((id) -> text.append(item(extra(id))));
			return isEmpty() ? "routes: []\n" : text.toString();
		}

		private static String item(String route) {
			return "  # Comment.\n  - " + route.strip().replace("\n", "\n    ") + "\n\n";
		}

		String route(String id) {
			return id.equals("left") ? """
					id: left
					from: kafka:%s
					event: {type: %s, data-content-type: text/plain}
					to: kafka:%s
					delivery: {retry: %d, dead-letter-sink: none}
					""".formatted(IN, this.left, LEFT, this.retry) : """
					id: right
					from: kafka:%s
					event: {type: %s, data-content-type: text/plain}
					to:
					  - kafka:%s # one of two
					delivery: {dead-letter-sink: none}
					""".formatted(IN, this.right, this.target);
		}

		static String extra(String id) {
			return """
					id: %s
					from: kafka:%s
					event: {type: x, data-content-type: text/plain}
					to: kafka:%s
					delivery: {dead-letter-sink: none}
					""".formatted(id, IN, EXTRA);
		}

	}

}
