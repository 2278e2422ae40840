package io.meshbridge.gateway.story;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.meshbridge.gateway.TurnedClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class StoryRingTests {

	private static final int ENTRIES = 800;

	private static final Duration DAY = Duration.ofDays(1);

	private final TurnedClock clock = new TurnedClock(Instant.parse("2026-03-01T10:00:00Z"));

	private final List<StoryRing> open = new ArrayList<>();

	@TempDir
	private Path folder = Path.of(".");

	@AfterEach
	void close() throws IOException {
		for (StoryRing ring : this.open) {
			ring.close();
		}
	}

	@Test
	void findsWhatWasWrittenAboutAnEventInItsOrder() throws Exception {
		StoryRing ring = ring(ENTRIES);
		long arrival = append(ring, "1", Kind.RECEIVED, -1, 2, "", "kafka:in", "r\nkafka:a");
		append(ring, "2", Kind.RECEIVED, -1, 0, "", "kafka:in");
		this.clock.turn(Duration.ofSeconds(3));
		append(ring, "1", Kind.ATTEMPT_FAILED, arrival, 1, "not now", "r", "kafka:a", "503");
		assertThat(ring.find(event("1"))).containsExactly(
				new StoryEntry(arrival, millis("10:00:00"), Kind.RECEIVED, arrival, 2,
						List.of("kafka:in", "r\nkafka:a"), ""),
				new StoryEntry(arrival + 5, millis("10:00:03"), Kind.ATTEMPT_FAILED, arrival, 1,
						List.of("r", "kafka:a", "503"), "not now"));
		assertThat(ring.find(event("3"))).isEmpty();
		assertThat(ring.reachesBackToMillis()).isEqualTo(millis("10:00:00"));
	}

	@Test
	void keepsTheLastEntriesAndForgetsTheOldest() throws Exception {
		StoryRing ring = ring(ENTRIES);
		int written = 10 * ENTRIES;
		for (int i = 0; i < written; i++) {
			append(ring, String.valueOf(i), Kind.RECEIVED, -1, 0, "", "kafka:in");
		}
		List<Integer> kept = IntStream.range(0, written)
			.filter((i) -> !ring.find(event(String.valueOf(i))).isEmpty())
			.boxed()
			.toList();
		// Less the file that is being written anew, and a name in each.
		assertThat(kept.size()).isBetween(ENTRIES * 7 / 8 - 8, ENTRIES);
		assertThat(kept.get(kept.size() - 1)).isEqualTo(written - 1);
		assertThat(kept.get(0)).isEqualTo(written - kept.size());
		for (int i : kept) {
			assertThat(ring.find(event(String.valueOf(i)))).singleElement()
				.extracting(StoryEntry::names)
				.isEqualTo(List.of("kafka:in"));
		}
		try (var files = Files.list(this.folder)) {
			assertThat(files.filter((file) -> file.toString().endsWith(".story"))).hasSize(8)
				.allSatisfy((file) -> assertThat(Files.size(file)).isEqualTo((ENTRIES / 8 + 1) * 64));
		}
	}

	@Test
	void forgetsWhatIsTooOldAndRemovesItFromTheDisk() throws Exception {
		StoryRing ring = ring(ENTRIES);
		append(ring, "old", Kind.GIVEN_BACK, -1, 0, "a secret text", "r", "kafka:a");
		for (int i = 0; i < ENTRIES / 8; i++) {
			append(ring, "filler", Kind.RECEIVED, -1, 0, "", "kafka:in");
		}
		this.clock.turn(DAY.plusSeconds(1));
		assertThat(ring.find(event("old"))).isEmpty();
		append(ring, "new", Kind.RECEIVED, -1, 0, "", "kafka:in");
		ring.tidy();
		assertThat(ring.find(event("new"))).hasSize(1);
		assertThat(Files.readString(this.folder.resolve("0.story"), StandardCharsets.ISO_8859_1))
			.doesNotContain("secret");
		assertThat(ring.reachesBackToMillis()).isEqualTo(this.clock.millis() - DAY.toMillis());
		for (int i = 0; i < ENTRIES / 2; i++) {
			append(ring, "filler", Kind.RECEIVED, -1, 0, "", "kafka:in");
		}
		assertThat(ring.find(event("new"))).hasSize(1);
	}

	@Test
	void goesOnAfterARestartWhereItStopped() throws Exception {
		StoryRing before = ring(ENTRIES);
		long arrival = append(before, "1", Kind.RECEIVED, -1, 1, "", "kafka:in", "r\nkafka:a");
		assertThat(arrival).isGreaterThanOrEqualTo(before.start());
		// As a process that is killed leaves it, but for the lock.
		before.close();
		StoryRing after = ring(ENTRIES);
		assertThat(arrival).isLessThan(after.start());
		append(after, "1", Kind.DELIVERED, arrival, 1, "", "r", "kafka:b");
		assertThat(after.find(event("1"))).extracting(StoryEntry::names)
			.containsExactly(List.of("kafka:in", "r\nkafka:a"), List.of("r", "kafka:b"));
		assertThat(append(before, "1", Kind.RECEIVED, -1, 0, "", "kafka:in")).as("written after it was closed")
			.isEqualTo(-1);
	}

	@Test
	void goesOnAfterManyRestartsInAFullRing() throws Exception {
		for (int i = 0; i < 100; i++) {
			StoryRing ring = ring(ENTRIES);
			for (int j = 0; j < 33; j++) {
				append(ring, i + "-" + j, Kind.HELD, -1, i, "because", "route " + i, "kafka:" + j);
			}
			ring.close();
		}
		StoryRing ring = ring(ENTRIES);
		assertThat(ring.find(event("99-32"))).singleElement()
			.satisfies((entry) -> assertThat(entry.names()).containsExactly("route 99", "kafka:32"));
		assertThat(ring.find(event("98-0"))).singleElement()
			.satisfies((entry) -> assertThat(entry.names()).containsExactly("route 98", "kafka:0"));
		assertThat(ring.find(event("0-0"))).isEmpty();
	}

	@Test
	void cutsLongTextsAndNamesAtAWholeCharacter() throws Exception {
		StoryRing ring = ring(ENTRIES);
		String text = "x" + "\u00e9".repeat(300);
		String name = "kafka:" + "n".repeat(3000);
		append(ring, "1", Kind.HELD, -1, 0, text, name, "b");
		StoryEntry entry = ring.find(event("1")).get(0);
		assertThat(entry.text()).isEqualTo("x" + "\u00e9".repeat(99));
		assertThat(entry.names()).containsExactly("kafka:" + "n".repeat(1994), "b");
	}

	@Test
	void writesEntriesOfEveryLength() throws Exception {
		StoryRing ring = ring(8 * 4000);
		for (int names = 0; names < StoryRing.MOST_NAMES; names = names * 2 + 1) {
			for (int length = 0; length <= StoryRing.MOST_TEXT_BYTES; length++) {
				String[] named = IntStream.range(0, names).mapToObj((i) -> "name " + i).toArray(String[]::new);
				String id = names + "/" + length;
				append(ring, id, Kind.HELD, -1, length, "t".repeat(length), named);
				assertThat(ring.find(event(id))).singleElement().satisfies((entry) -> {
					assertThat(entry.names()).containsExactly(named);
					assertThat(entry.text()).isEqualTo("t".repeat(entry.number()));
				});
			}
		}
	}

	@Test
	void leavesAnEntryOutThatNoFileHasRoomFor() throws Exception {
		StoryRing ring = ring(ENTRIES);
		append(ring, "1", Kind.RECEIVED, -1, 0, "", "kafka:in");
		String[] names = IntStream.range(0, 20).mapToObj((i) -> i + "n".repeat(500)).toArray(String[]::new);
		for (int i = 0; i < 20; i++) {
			assertThat(append(ring, "2", Kind.RECEIVED, -1, 0, "", names)).isEqualTo(-1);
		}
		assertThat(ring.find(event("1"))).hasSize(1);
	}

	@Test
	void doesNotTellOfAnEntryThatWasBeingWritten() throws Exception {
		StoryRing before = ring(ENTRIES);
		append(before, "1", Kind.RECEIVED, -1, 0, "", "kafka:in");
		long torn = append(before, "1", Kind.HELD, -1, 0, "t".repeat(150), "r", "kafka:a");
		before.close();
		// Its first word is written last.
		put((int) torn, new byte[4]);
		StoryRing after = ring(ENTRIES);
		assertThat(after.find(event("1"))).hasSize(1);
		append(after, "1", Kind.HELD, -1, 7, "whole", "r", "kafka:a");
		assertThat(after.find(event("1"))).hasSize(2)
			.last()
			.satisfies((entry) -> assertThat(entry.text()).isEqualTo("whole"));
	}

	@Test
	void passesOverWhatWasLostWithThePower() throws Exception {
		StoryRing before = ring(ENTRIES);
		for (int i = 0; i < 90; i++) {
			append(before, String.valueOf(i), Kind.RECEIVED, -1, 0, "", "kafka:in");
		}
		before.close();
		// One page was never written, and the name was in it.
		put(0, new byte[50 * 64]);
		StoryRing after = ring(ENTRIES);
		assertThat(after.find(event("10"))).isEmpty();
		assertThat(after.find(event("80"))).singleElement()
			.satisfies((entry) -> assertThat(entry.name(0)).isEqualTo("?"));
		append(after, "80", Kind.RECEIVED, -1, 0, "", "kafka:other");
		assertThat(after.find(event("80"))).extracting((entry) -> entry.name(0)).containsExactly("?", "kafka:other");
	}

	private void put(int slot, byte[] bytes) throws IOException {
		try (FileChannel file = FileChannel.open(this.folder.resolve("0.story"), StandardOpenOption.WRITE)) {
			file.write(ByteBuffer.wrap(bytes), (slot + 1L) * 64);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "short", "foreign", "longer" })
	void leavesForeignFilesAloneAndUsesTheOthers(String what, CapturedOutput output) throws Exception {
		byte[] bytes = switch (what) {
			case "foreign" -> new byte[(ENTRIES / 8 + 1) * 64];
			case "longer" -> {
				ring(ENTRIES).close();
				byte[] written = Files.readAllBytes(this.folder.resolve("0.story"));
				Files.delete(this.folder.resolve("0.story"));
				yield Arrays.copyOf(written, written.length + 100);
			}
			default -> what.getBytes(StandardCharsets.UTF_8);
		};
		Path foreign = Files.write(this.folder.resolve("1.story"), bytes);
		StoryRing ring = ring(ENTRIES);
		assertThat(output).containsOnlyOnce(foreign + " holds no event stories and is left alone");
		for (int i = 0; i < 3 * ENTRIES; i++) {
			append(ring, String.valueOf(i), Kind.RECEIVED, -1, 0, "", "kafka:in");
		}
		assertThat(ring.find(event(String.valueOf(3 * ENTRIES - ENTRIES / 2)))).hasSize(1);
		assertThat(Files.readAllBytes(foreign)).isEqualTo(bytes);
	}

	@Test
	void takesFilesOfAnotherSizeOverAndReplacesThemInTurn() throws Exception {
		StoryRing before = ring(ENTRIES);
		for (int i = 0; i < ENTRIES; i++) {
			append(before, String.valueOf(i), Kind.RECEIVED, -1, 0, "", "kafka:in");
		}
		before.close();
		StoryRing after = ring(2 * ENTRIES);
		assertThat(after.find(event(String.valueOf(ENTRIES - 1)))).hasSize(1);
		for (int i = 0; i < 5 * ENTRIES; i++) {
			append(after, "new " + i, Kind.RECEIVED, -1, 0, "", "kafka:in");
		}
		assertThat(after.find(event("new " + (5 * ENTRIES - ENTRIES * 3 / 2)))).hasSize(1);
		try (var files = Files.list(this.folder)) {
			assertThat(files.filter((file) -> file.toString().endsWith(".story"))).hasSize(8)
				.allSatisfy((file) -> assertThat(Files.size(file)).isEqualTo((ENTRIES / 4 + 1) * 64));
		}
	}

	@Test
	void losesNothingThatManyThreadsWrite() throws Exception {
		StoryRing ring = ring(100_000);
		ExecutorService threads = Executors.newFixedThreadPool(8);
		List<Future<?>> all = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			int thread = i;
			all.add(threads.submit(() -> {
				for (int j = 0; j < 2000; j++) {
					long arrival = append(ring, thread + "-" + j % 100, Kind.RECEIVED, -1, j, "", "kafka:" + thread,
							"r" + j % 7);
					append(ring, thread + "-" + j % 100, Kind.HELD, arrival, j, "text " + j, "r" + j % 7, "b" + j % 5);
				}
			}));
		}
		for (Future<?> each : all) {
			each.get(30, TimeUnit.SECONDS);
		}
		threads.shutdown();
		for (int i = 0; i < 8; i++) {
			List<StoryEntry> found = ring.find(event(i + "-42"));
			assertThat(found).hasSize(40);
			for (int k = 0; k < 20; k++) {
				int j = 100 * k + 42;
				StoryEntry received = found.get(2 * k);
				assertThat(received.names()).containsExactly("kafka:" + i, "r" + j % 7);
				StoryEntry held = found.get(2 * k + 1);
				assertThat(held.arrival()).isEqualTo(received.position());
				assertThat(held.names()).containsExactly("r" + j % 7, "b" + j % 5);
				assertThat(held.text()).isEqualTo("text " + j);
			}
		}
	}

	@Test
	void findsWholeEntriesOnlyWhileOthersWriteOverThem() throws Exception {
		StoryRing ring = ring(ENTRIES);
		ExecutorService writer = Executors.newSingleThreadExecutor();
		Future<?> writing = writer.submit(() -> {
			for (int i = 0; i < 200_000; i++) {
				append(ring, String.valueOf(i % 10), Kind.HELD, -1, i, "text " + i, "r" + i % 13, "b" + i % 13);
			}
		});
		int found = 0;
		while (!writing.isDone() || found == 0) {
			for (StoryEntry entry : ring.find(event("3"))) {
				found++;
				assertThat(entry.text()).isEqualTo("text " + entry.number());
				assertThat(entry.names()).containsExactly("r" + entry.number() % 13, "b" + entry.number() % 13);
			}
		}
		writing.get(30, TimeUnit.SECONDS);
		writer.shutdown();
	}

	@Test
	void isNotOpenedInAFolderThatAnotherHas() throws Exception {
		ring(ENTRIES);
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> ring(ENTRIES))
			.withMessage("another gateway uses it");
	}

	@Test
	void keepsFewerEntriesWhereTheDiskTakesNoMore(CapturedOutput output) throws Exception {
		StoryRing ring = ring(ENTRIES);
		cannotBeMade(2);
		for (int i = 0; i < 3 * ENTRIES; i++) {
			assertThat(append(ring, String.valueOf(i), Kind.RECEIVED, -1, 0, "", "kafka:in")).isNotNegative();
		}
		assertThat(ring.find(event(String.valueOf(3 * ENTRIES - ENTRIES / 8)))).hasSize(1);
		assertThat(output).containsOnlyOnce("2.story can't be made, so fewer event stories are kept, or none: ");
		Files.delete(this.folder.resolve("2.story/something"));
		ring.tidy();
		for (int i = 0; i < 3 * ENTRIES; i++) {
			append(ring, String.valueOf(i), Kind.RECEIVED, -1, 0, "", "kafka:in");
		}
		assertThat(ring.find(event(String.valueOf(3 * ENTRIES - ENTRIES / 2)))).isNotEmpty();
	}

	@Test
	void leavesEntriesOutWhileThereIsNoFile(CapturedOutput output) throws Exception {
		StoryRing ring = ring(ENTRIES);
		ring.close();
		Files.delete(this.folder.resolve("0.story"));
		Files.delete(this.folder.resolve("1.story"));
		for (int i = 0; i < StoryFiles.COUNT; i++) {
			cannotBeMade(i);
		}
		ring = ring(ENTRIES);
		assertThat(append(ring, "1", Kind.RECEIVED, -1, 0, "", "kafka:in")).isEqualTo(-1);
		assertThat(append(ring, "2", Kind.RECEIVED, -1, 0, "", "kafka:in")).isEqualTo(-1);
		assertThat(ring.find(event("1"))).isEmpty();
		assertThat(ring.reachesBackToMillis()).isEqualTo(-1);
		assertThat(output).contains("0.story holds no event stories and is left alone");
	}

	/** A folder with something in it is in the way. */
	private void cannotBeMade(int file) throws IOException {
		Files.createDirectories(this.folder.resolve(file + ".story/something"));
	}

	private StoryRing ring(int entries) throws IOException {
		StoryRing ring = new StoryRing(this.folder, entries, DAY, this.clock, Runnable::run);
		this.open.add(ring);
		return ring;
	}

	private static long append(StoryRing ring, String id, Kind kind, long arrival, int number, String text,
			String... names) {
		return ring.append(kind, event(id), arrival, number,
				IntStream.range(0, names.length).mapToObj((i) -> ring.name(names[i])).toArray(StoryRing.Name[]::new),
				StoryRing.text(text));
	}

	private static Fingerprint event(String id) {
		return Fingerprint.of("/shop", id);
	}

	private static long millis(String time) {
		return Instant.parse("2026-03-01T" + time + "Z").toEpochMilli();
	}

}
