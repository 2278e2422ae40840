package io.meshbridge.gateway.story;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the ring: at most eight, made one by one as they are needed, and from then
 * on the oldest is always the next. Files of another size, from before a change of
 * settings, are replaced when it is their turn. Thread-safe.
 */
final class StoryFiles implements AutoCloseable {

	static final int COUNT = 8;

	/** What stories leave to events on a small disk, beside what a file takes. */
	private static final long LEFT_TO_EVENTS_BYTES = 256L * 1024 * 1024;

	private static final Logger logger = LoggerFactory.getLogger(StoryFiles.class);

	private final Path folder;

	private final int slots;

	private final FileChannel lock;

	/** Names that are not taken yet; guarded by this. */
	private final Deque<Path> unused = new ArrayDeque<>();

	/** Files that nothing is in; guarded by this. */
	private final Deque<Segment> free = new ArrayDeque<>();

	/** In the order in which they are written; replaced as a whole under this. */
	private volatile List<Segment> segments = List.of();

	/** Whether the last file could not be made. */
	private volatile boolean failing;

	/**
	 * Opens the files in a folder, which is made if it is not there.
	 * @throws IOException if the folder can't be written, or another process has it
	 */
	StoryFiles(Path folder, int slots) throws IOException {
		this.folder = folder;
		this.slots = slots;
		Files.createDirectories(folder);
		this.lock = lock(folder.resolve("lock"));
		open();
	}

	private static FileChannel lock(Path file) throws IOException {
		FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
		if (!locked(channel)) {
			channel.close();
			throw new IOException("another gateway uses it");
		}
		return channel;
	}

	private static boolean locked(FileChannel channel) throws IOException {
		try {
			FileLock lock = channel.tryLock();
			return lock != null;
		}
		catch (OverlappingFileLockException ex) {
			// By a gateway in this process.
			return false;
		}
	}

	private synchronized void open() {
		List<Segment> written = new ArrayList<>();
		for (int i = 0; i < COUNT; i++) {
			Path file = this.folder.resolve(i + ".story");
			if (!Files.exists(file)) {
				this.unused.add(file);
				continue;
			}
			try {
				Segment segment = Segment.open(file);
				if (segment.sequence() != 0) {
					written.add(segment);
				}
				else if (segment.slots() == this.slots) {
					this.free.add(segment);
				}
				else {
					this.unused.add(file);
				}
			}
			catch (IOException | InternalError ex) {
				logger.warn("{} holds no event stories and is left alone, remove it: {}", file, ex.getMessage());
			}
		}
		written.sort(Comparator.comparingLong(Segment::sequence));
		this.segments = List.copyOf(written);
	}

	/**
	 * All that entries are in, the last one written last.
	 */
	List<Segment> segments() {
		return this.segments;
	}

	/**
	 * Makes the next file if there is to be one more. Takes its time.
	 */
	void prepare() {
		Path file;
		synchronized (this) {
			if (this.unused.isEmpty()) {
				giveUpOldestOfAnotherSize();
			}
			if (!this.free.isEmpty() || this.unused.isEmpty()) {
				return;
			}
			file = this.unused.remove();
		}
		Segment made = create(file);
		synchronized (this) {
			if (made == null) {
				this.unused.addFirst(file);
			}
			else {
				this.free.add(made);
			}
		}
	}

	private void giveUpOldestOfAnotherSize() {
		List<Segment> all = this.segments;
		if (all.size() > 1 && all.get(0).slots() != this.slots) {
			this.segments = all.subList(1, all.size());
			this.unused.add(all.get(0).file());
		}
	}

	private @Nullable Segment create(Path file) {
		try {
			requireRoom();
			Segment made = Segment.create(file, this.slots);
			this.failing = false;
			return made;
		}
		catch (IOException | InternalError ex) {
			if (!this.failing) {
				this.failing = true;
				logger.warn("{} can't be made, so fewer event stories are kept, or none: {}; tried again every minute",
						file, ex.toString());
			}
			return null;
		}
	}

	private void requireRoom() throws IOException {
		long free = Files.getFileStore(this.folder).getUsableSpace();
		if (free < LEFT_TO_EVENTS_BYTES + (long) this.slots * Segment.SLOT) {
			throw new IOException(free / (1024 * 1024) + " MB are free, and stories leave 256 MB to events");
		}
	}

	/**
	 * Begins with the next file: a new one if it is there, else the oldest.
	 * @return {@code null} if there is none but the one that is written to
	 */
	synchronized @Nullable Segment begin(long sequence) {
		List<Segment> kept = this.segments;
		Segment next = this.free.poll();
		if (next == null) {
			if (kept.size() < 2) {
				return null;
			}
			next = kept.get(0);
			kept = kept.subList(1, kept.size());
		}
		next.begin(sequence);
		List<Segment> all = new ArrayList<>(kept);
		all.add(next);
		this.segments = List.copyOf(all);
		return next;
	}

	/**
	 * Removes what is in the files whose last entry is older, but for the one that is
	 * written to. Takes its time.
	 */
	void dropOlderThan(long millis) {
		for (Segment segment : this.segments) {
			if (segment.lastMillis() < millis) {
				drop(segment);
			}
		}
	}

	private synchronized void drop(Segment old) {
		List<Segment> kept = new ArrayList<>(this.segments);
		// The last one is being written to.
		if (kept.indexOf(old) < kept.size() - 1 && kept.remove(old)) {
			this.segments = List.copyOf(kept);
			old.clear();
			this.free.add(old);
		}
	}

	@Override
	public String toString() {
		return this.folder.toString();
	}

	@Override
	public void close() throws IOException {
		this.lock.close();
	}

}
