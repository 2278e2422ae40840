package io.meshbridge.gateway.duplicates;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.cloudevents.CloudEvent;
import io.meshbridge.gateway.OncePerMinute;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events that one route has taken lately, by {@code source} and {@code id}. It
 * remembers each for at least the time it is told, as long as there are no more of them
 * than it has room for. A part of the time goes into one segment, or several where there
 * are many; each is made for twice the events of the one before. Thread-safe.
 */
public final class DuplicateWindow {

	private static final Logger logger = LoggerFactory.getLogger(DuplicateWindow.class);

	/** Whole segments are forgotten, so each holds a part of the time at most. */
	private static final int PARTS = 4;

	private static final int FEWEST_EVENTS = 2048;

	private static final String SUFFIX = ".seen";

	private final Path folder;

	private final int maxEvents;

	private final InstantSource clock;

	private final OncePerMinute tooMany;

	/** Taken on and not settled yet. */
	private final ConcurrentHashMap<EventKey, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

	/** Oldest first, the last one is written; guarded by this. */
	private final Deque<Segment> segments = new ArrayDeque<>();

	private Duration time;

	private long nextFile;

	/**
	 * Goes on where the last process ended.
	 * @param folder holds its files; made if missing
	 * @param maxEvents how many it has room for, about
	 */
	DuplicateWindow(Path folder, Duration time, int maxEvents, InstantSource clock) {
		this.folder = folder;
		this.time = time;
		this.maxEvents = maxEvents;
		this.clock = clock;
		this.tooMany = new OncePerMinute(clock);
		readFiles();
	}

	private synchronized void readFiles() {
		List<Path> files = List.of();
		try {
			Files.createDirectories(this.folder);
			try (Stream<Path> all = Files.list(this.folder)) {
				files = all.filter((file) -> file.getFileName().toString().matches("[0-9]{1,18}" + SUFFIX))
					.sorted(Comparator.comparingLong(DuplicateWindow::number))
					.toList();
			}
		}
		catch (IOException ex) {
			logger.warn("{}: events of before are not known: {}", this.folder, ex.toString());
		}
		for (Path file : files) {
			Segment segment = Segment.open(file);
			if (segment != null) {
				this.segments.add(segment);
			}
			this.nextFile = number(file) + 1;
		}
	}

	private static long number(Path file) {
		String name = file.getFileName().toString();
		return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
	}

	/** From now on events are remembered for this long. */
	synchronized void time(Duration changed) {
		this.time = changed;
	}

	/**
	 * Takes an event on, unless it was taken before.
	 * @param work takes it; what fails is not remembered
	 * @param duplicate is called in place of the work when the event is known
	 * @return how the work ends; for an event that is being worked on already, how that
	 * ends
	 */
	public CompletableFuture<Void> once(CloudEvent event, Supplier<CompletableFuture<Void>> work, Runnable duplicate) {
		EventKey key = EventKey.of(event);
		CompletableFuture<Void> result = new CompletableFuture<>();
		CompletableFuture<Void> first = this.underWay.putIfAbsent(key, result);
		if (first != null) {
			duplicate.run();
			return first;
		}
		// What is under way is remembered before it leaves that map, so one of them
		// knows.
		if (remembers(key)) {
			duplicate.run();
			end(key, result, null);
		}
		else {
			work.get().whenComplete((nothing, failure) -> {
				if (failure == null) {
					remember(key);
				}
				end(key, result, failure);
			});
		}
		return result;
	}

	private void end(EventKey key, CompletableFuture<Void> result, @Nullable Throwable failure) {
		this.underWay.remove(key);
		if (failure == null) {
			result.complete(null);
		}
		else {
			result.completeExceptionally(failure);
		}
	}

	private synchronized boolean remembers(EventKey key) {
		forgetOld(this.clock.instant());
		for (Segment segment : this.segments) {
			if (segment.contains(key)) {
				return true;
			}
		}
		return false;
	}

	private synchronized void remember(EventKey key) {
		Instant now = this.clock.instant();
		Segment last = this.segments.peekLast();
		if (last == null || last.full() || !now.isBefore(last.first().plus(this.time.dividedBy(PARTS)))) {
			makeRoom(now);
			int events = (last == null) ? FEWEST_EVENTS : Math.max(FEWEST_EVENTS, last.count() * 2);
			last = Segment.create(this.folder.resolve(this.nextFile++ + SUFFIX),
					Math.min(events, Math.max(1, this.maxEvents / PARTS)), now);
			this.segments.add(last);
		}
		last.add(key, now);
	}

	private void makeRoom(Instant now) {
		forgetOld(now);
		while (this.segments.stream().mapToInt(Segment::count).sum() >= this.maxEvents) {
			Segment oldest = this.segments.remove();
			oldest.delete();
			if (this.tooMany.happened() > 0) {
				logger.warn(
						"{}: more events than it has room for, so they are remembered for {} instead of {}"
								+ " (meshbridge.deduplicate.max-events)",
						this.folder, Duration.between(oldest.last(), now), this.time);
			}
		}
	}

	private void forgetOld(Instant now) {
		Segment oldest = this.segments.peek();
		while (oldest != null && oldest.last().plus(this.time).isBefore(now)) {
			this.segments.remove();
			oldest.delete();
			oldest = this.segments.peek();
		}
	}

	/** Forgets everything. */
	synchronized void delete() {
		this.segments.forEach(Segment::delete);
		this.segments.clear();
		try {
			Files.deleteIfExists(this.folder);
		}
		catch (IOException ex) {
			logger.debug("{}: is left", this.folder, ex);
		}
	}

}
