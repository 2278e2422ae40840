package io.meshbridge.gateway.desk;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.format.JsonEventFormat;
import io.meshbridge.bridge.test.SampleEvents;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class LetterStoreTests {

	private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

	private static final int MANY = 100_000;

	private final Map<String, AtomicLong> byRoute = new ConcurrentHashMap<>();

	private final List<LetterStore> open = new ArrayList<>();

	@TempDir
	private Path folder = Path.of("");

	@AfterEach
	void close() {
		this.open.forEach(LetterStore::close);
	}

	@Test
	void aHundredThousandLettersAreListedAndSearchedInLessThanASecond() throws IOException {
		LetterStore store = store();
		store.open();
		Intake intake = new Intake(store, 1_000_000, Clock.fixed(NOW, ZoneOffset.UTC), (limited) -> {
		});
		intake.start();
		List<LetterMessage> messages = IntStream.range(0, MANY).mapToObj((i) -> new LetterMessage(letter(i))).toList();
		long begin = System.nanoTime();
		messages.forEach((message) -> intake.arrived(message, "channel:dead-letters", () -> {
		}));
		assertThat(intake.awaitIdle(Duration.ofMinutes(5))).isTrue();
		double seconds = (System.nanoTime() - begin) / 1e9;
		System.out.printf("%d letters stored in %.1f s, %.0f/s, %d MB%n", MANY, seconds, MANY / seconds,
				Files.size(this.folder.resolve("desk/letters.mv.db")) / 1_000_000);
		assertThat(messages).allMatch(LetterMessage::accepted);
		intake.close(Duration.ofSeconds(5));
		LetterFilter all = LetterFilter.ALL;
		assertThat(timed("list, newest first", () -> store.page(all, null, true, 51))).hasSize(51);
		assertThat(timed("list, a page in the middle", () -> store.page(all, 50_000L, true, 51))).hasSize(51);
		assertThat(timed("count of all", () -> store.count(all))).isEqualTo(MANY);
		LetterFilter rare = filter(null, "item 99999 ", null);
		assertThat(timed("search in reasons, one hit", () -> store.page(rare, null, true, 51))).hasSize(1);
		assertThat(timed("count of the same", () -> store.count(rare))).isOne();
		LetterFilter none = filter("route-9", null, null);
		assertThat(timed("route without letters", () -> store.page(none, null, true, 51))).isEmpty();
		LetterFilter route = filter("route-3", "item", null);
		assertThat(timed("route and reason", () -> store.page(route, null, false, 51))).hasSize(51);
		assertThat(timed("count of the same", () -> store.count(route))).isEqualTo(MANY / 4);
		assertThat(timed("one id", () -> store.page(filter(null, null, "77777"), null, true, 51))).hasSize(1);
		assertThat(timed("causes", () -> store.groups(all, 500))).hasSize(8)
			.extracting(LetterGroup::reason)
			.contains("target says: item \u2026 of order \u2026 is wrong");
		assertThat(timed("choice of all", () -> store.refs(new Selection.Filtered(all)))).hasSize(MANY);
	}

	private static <T> T timed(String what, Supplier<T> question) {
		long begin = System.nanoTime();
		long busy = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
		T answer = question.get();
		busy = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - busy;
		Duration took = Duration.ofNanos(System.nanoTime() - begin);
		System.out.printf("%d letters, %s: %d ms, %d ms of them busy%n", MANY, what, took.toMillis(), busy / 1_000_000);
		// A pause of the machine is no fault of the store, a search without an index is.
		assertThat(Duration.ofNanos(busy)).as(what).isLessThan(Duration.ofSeconds(3));
		assertThat(took).as(what).isLessThan(Duration.ofSeconds(30));
		return answer;
	}

	private static LetterFilter filter(@Nullable String route, @Nullable String reason, @Nullable String id) {
		return new LetterFilter(route, null, null, reason, id, null, null, null, null, null);
	}

	@Test
	void keepsEveryEventAsItCame() throws Exception {
		LetterStore store = store();
		List<CloudEvent> events = SampleEvents.all().stream().map((sample) -> sample.event()).toList();
		store.write(events.stream().map(LetterStoreTests::arrival).toList(), List.of());
		List<Letter> letters = store.page(LetterFilter.ALL, null, false, 1000);
		assertThat(letters).hasSameSizeAs(events);
		for (int i = 0; i < events.size(); i++) {
			LetterStore.Stored stored = Objects.requireNonNull(store.find(letters.get(i).number()));
			assertThat(JsonEventFormat.write(stored.event())).isEqualTo(JsonEventFormat.write(events.get(i)));
		}
	}

	@Test
	void keepsAnEventOfSeveralMegabytes() {
		LetterStore store = store();
		byte[] data = new byte[3_500_000];
		for (int i = 0; i < data.length; i++) {
			data[i] = (byte) (i * 31);
		}
		CloudEvent large = CloudEventBuilder.from(letter(1)).withData("application/octet-stream", data).build();
		store.write(List.of(arrival(large)), List.of());
		Letter letter = store.page(LetterFilter.ALL, null, true, 1).get(0);
		CloudEvent event = Objects.requireNonNull(store.find(letter.number())).event();
		assertThat(Objects.requireNonNull(event.getData()).toBytes()).isEqualTo(data);
	}

	@Test
	void storesALetterThatComesTwiceOnce() {
		LetterStore store = store();
		store.write(List.of(arrival(letter(1)), arrival(letter(1)), arrival(letter(2))), List.of());
		store.write(List.of(arrival(letter(2)), arrival(letter(3))), List.of());
		assertThat(store.page(LetterFilter.ALL, null, false, 10)).extracting(Letter::id).containsExactly("1", "2", "3");
		assertThat(store.size()).isEqualTo(3);
	}

	@Test
	void countsByRouteAlsoAfterItWasOpenedAgain() {
		LetterStore store = store();
		store.write(IntStream.range(0, 8).mapToObj((i) -> arrival(letter(i))).toList(), List.of());
		store.write(List.of(), store.refs(new Selection.Filtered(filter("route-1", null, null))));
		assertThat(store.size()).isEqualTo(6);
		store.close();
		this.byRoute.clear();
		LetterStore again = store();
		again.open();
		assertThat(again.size()).isEqualTo(6);
		assertThat(this.byRoute).containsOnlyKeys("route-0", "route-2", "route-3");
		assertThat(this.byRoute.get("route-2")).hasValue(2);
	}

	@Test
	void choosesInTheOrderInWhichLettersWereGivenUp() {
		LetterStore store = store();
		store.write(List.of(arrival(letter(7)), arrival(letter(5)), arrival(letter(6))), List.of());
		List<LetterStore.Ref> refs = store.refs(new Selection.Numbered(numbers(store)));
		assertThat(refs).extracting((ref) -> Objects.requireNonNull(store.find(ref.number())).letter().id())
			.containsExactly("5", "6", "7");
		assertThat(store.refs(new Selection.Filtered(LetterFilter.ALL))).isEqualTo(refs);
	}

	private static List<Long> numbers(LetterStore store) {
		return store.page(LetterFilter.ALL, null, false, 10).stream().map(Letter::number).toList();
	}

	@Test
	void aSecondGatewayOnTheSameFolderIsToldWhatIsWrong() throws IOException {
		LetterStore store = store();
		store.open();
		store.close();
		try (FileChannel other = FileChannel.open(this.folder.resolve("desk/letters.mv.db"), StandardOpenOption.WRITE);
				FileLock lock = other.lock()) {
			assertThat(lock.isValid()).isTrue();
			assertThatExceptionOfType(DeskUnavailableException.class).isThrownBy(() -> store().open())
				.withMessageContaining("can't be opened");
		}
	}

	@Test
	void findsReasonsThatHoldWhatPatternsAreMadeOf() {
		LetterStore store = store();
		store.write(
				List.of(arrival(CloudEventBuilder.from(letter(1)).withExtension("dlreason", "100% of C:\\a_b").build()),
						arrival(letter(2))),
				List.of());
		for (String part : List.of("100% OF", "a_b", "c:\\A", "%", "_", "\\")) {
			assertThat(store.page(filter(null, part, null), null, true, 10)).as(part)
				.extracting(Letter::id)
				.containsExactly("1");
		}
	}

	@Test
	void foldsWhatDiffersBetweenEventsOfOneCause() {
		assertThat(Cause.of("https://h/x: 503 for order '4711', id 0f8fad5b-d9cb-469f-a165-70867728950e at 12:30:15.7"))
			.isEqualTo("https://h/x: \u2026 for order \u2026, id \u2026 at \u2026");
		assertThat(Cause.of("deadbeefdeadbeef0 is \"gone\"")).isEqualTo("\u2026 is \u2026");
		assertThat(Cause.of("connection refused")).isEqualTo("connection refused");
	}

	private LetterStore store() {
		return store(this.folder.resolve("desk"));
	}

	private LetterStore store(Path path) {
		LetterStore store = new LetterStore(path, this.byRoute::put);
		this.open.add(store);
		return store;
	}

	private static Arrival arrival(CloudEvent letter) {
		return Arrival.of(new LetterMessage(letter), "kafka:dead", NOW);
	}

	static CloudEvent letter(int number) {
		String reason = (number % 8 < 4) ? "target says: item " + number + " of order '" + number + "' is wrong"
				: "target does not know item " + number + " yet";
		return CloudEventBuilder.v1()
			.withId(String.valueOf(number))
			.withSource(URI.create("/shop"))
			.withType("order.placed")
			.withData("application/json",
					("{\"number\": " + number + ", \"text\": \"" + "x".repeat(300) + "\"}")
						.getBytes(StandardCharsets.UTF_8))
			.withExtension("dlroute", "route-" + number % 4)
			.withExtension("dltarget", "https://target.example.com")
			.withExtension("dlattempts", 4)
			.withExtension("dlcode", "503")
			.withExtension("dlreason", reason)
			.withExtension("dltime", NOW.plusMillis(number).atOffset(ZoneOffset.UTC))
			.build();
	}

}
