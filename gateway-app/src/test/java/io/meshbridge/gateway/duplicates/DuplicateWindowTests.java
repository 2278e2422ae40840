package io.meshbridge.gateway.duplicates;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class DuplicateWindowTests {

	private static final Duration TIME = Duration.ofMinutes(10);

	@TempDir
	private Path folder = Path.of("");

	private Instant now = Instant.parse("2026-03-01T10:00:00Z");

	private final List<String> taken = new ArrayList<>();

	private final AtomicInteger duplicates = new AtomicInteger();

	@Test
	void anEventWithTheSameSourceAndIdIsTakenOnce() {
		DuplicateWindow window = window(1_000_000);
		assertThat(take(window, event("/a", "1"))).isCompleted();
		assertThat(take(window, event("/a", "1"))).isCompleted();
		take(window, event("/b", "1"));
		take(window, event("/a", "2"));
		assertThat(this.taken).containsExactly("/a 1", "/b 1", "/a 2");
		assertThat(this.duplicates).hasValue(1);
	}

	@Test
	void whatEndsTheSourceAndBeginsTheIdIsNotMixedUp() {
		DuplicateWindow window = window(1_000_000);
		take(window, event("/a", "b1"));
		take(window, event("/ab", "1"));
		assertThat(this.taken).containsExactly("/a b1", "/ab 1");
	}

	@Test
	void oneThatFailedIsTakenAgain() {
		DuplicateWindow window = window(1_000_000);
		CompletableFuture<Void> failing = new CompletableFuture<>();
		CompletableFuture<Void> first = window.once(event("/a", "1"), () -> failing, this.duplicates::incrementAndGet);
		failing.completeExceptionally(new IllegalStateException("nobody took it"));
		assertThat(first).isCompletedExceptionally();
		assertThat(take(window, event("/a", "1"))).isCompleted();
		assertThat(this.taken).containsExactly("/a 1");
	}

	@Test
	void aSecondOneWaitsForTheFirstAndEndsLikeIt() {
		DuplicateWindow window = window(1_000_000);
		CompletableFuture<Void> underWay = new CompletableFuture<>();
		window.once(event("/a", "1"), () -> underWay, this.duplicates::incrementAndGet);
		CompletableFuture<Void> second = take(window, event("/a", "1"));
		assertThat(second).isNotDone();
		assertThat(this.taken).isEmpty();
		underWay.completeExceptionally(new IllegalStateException("nobody took it"));
		assertThat(second).isCompletedExceptionally();
	}

	@Test
	void isRememberedForAtLeastItsTimeAndNotMuchLonger() {
		DuplicateWindow window = window(1_000_000);
		for (int minute = 0; minute < 60; minute++) {
			take(window, event("/a", "at " + minute));
			this.now = this.now.plus(Duration.ofMinutes(1));
		}
		this.taken.clear();
		for (int minute = 50; minute < 60; minute++) {
			take(window, event("/a", "at " + minute));
		}
		assertThat(this.taken).as("taken again within ten minutes").isEmpty();
		take(window, event("/a", "at 40"));
		assertThat(this.taken).as("taken again after twenty").containsExactly("/a at 40");
	}

	@Test
	void survivesARestart() {
		DuplicateWindow before = window(1_000_000);
		for (int i = 0; i < 10_000; i++) {
			take(before, event("/a", "e" + i));
		}
		this.taken.clear();
		DuplicateWindow after = window(1_000_000);
		for (int i = 0; i < 10_000; i++) {
			take(after, event("/a", "e" + i));
		}
		assertThat(this.taken).isEmpty();
		assertThat(this.duplicates).hasValue(10_000);
	}

	@Test
	void isForgottenWhenItsTimeIsOverAfterARestartToo() {
		take(window(1_000_000), event("/a", "1"));
		this.now = this.now.plus(TIME).plusSeconds(1);
		take(window(1_000_000), event("/a", "1"));
		assertThat(this.taken).containsExactly("/a 1", "/a 1");
	}

	@Test
	void theOldestAreForgottenWhenThereIsNoMoreRoom() throws IOException {
		DuplicateWindow window = window(1000);
		for (int i = 0; i < 100_000; i++) {
			take(window, event("/a", "e" + i));
		}
		assertThat(this.duplicates).hasValue(0);
		take(window, event("/a", "e99999"));
		take(window, event("/a", "e99300"));
		assertThat(this.duplicates).as("of the last 700").hasValue(2);
		take(window, event("/a", "e50000"));
		assertThat(this.duplicates).as("long ago").hasValue(2);
		assertThat(bytes()).isLessThan(200_000);
	}

	@Test
	void aFileThatIsNoneOfItsOwnIsLeftOut() throws IOException {
		Files.writeString(this.folder.resolve("0.seen"), "x".repeat(32 + 16 * 4096));
		Files.writeString(this.folder.resolve("1.seen"), "");
		Files.writeString(this.folder.resolve("notes.txt"), "mine");
		DuplicateWindow window = window(1_000_000);
		take(window, event("/a", "1"));
		take(window, event("/a", "1"));
		assertThat(this.taken).containsExactly("/a 1");
		assertThat(this.folder.resolve("notes.txt")).hasContent("mine");
	}

	@Test
	void worksInMemoryWhenTheFolderCanNotBeWritten() throws IOException {
		Path file = Files.writeString(this.folder.resolve("file"), "");
		DuplicateWindow window = new DuplicateWindow(file.resolve("below"), TIME, 1_000_000, () -> this.now);
		take(window, event("/a", "1"));
		take(window, event("/a", "1"));
		assertThat(this.taken).containsExactly("/a 1");
	}

	private DuplicateWindow window(int maxEvents) {
		return new DuplicateWindow(this.folder, TIME, maxEvents, () -> this.now);
	}

	private CompletableFuture<Void> take(DuplicateWindow window, CloudEvent event) {
		return window.once(event, () -> {
			this.taken.add(event.getSource() + " " + event.getId());
			return CompletableFuture.completedFuture(null);
		}, this.duplicates::incrementAndGet);
	}

	private long bytes() throws IOException {
		try (Stream<Path> files = Files.list(this.folder)) {
			return files.mapToLong((file) -> file.toFile().length()).sum();
		}
	}

	private static CloudEvent event(String source, String id) {
		return CloudEventBuilder.v1().withId(id).withSource(URI.create(source)).withType("t").build();
	}

}
