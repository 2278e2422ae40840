package io.meshbridge.gateway.story;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last entries about all events, in {@link StoryFiles}. An entry is copied into
 * memory that the system writes to disk in its own time: it survives the process, however
 * that ends, and a power cut takes the last seconds. Who writes never waits for a file:
 * when there is none in time, entries are left out and counted. Names are written once in
 * each file, before the first entry that needs them. Thread-safe.
 */
final class StoryRing implements AutoCloseable {

	static final int MOST_TEXT_BYTES = 200;

	/** In one entry. */
	static final int MOST_NAMES = 256;

	private static final int MOST_NAME_BYTES = 2000;

	/** Number of names, and how many there are. */
	private static final int FIXED_CONTENT = 6;

	static final int MOST_CONTENT = FIXED_CONTENT + 2 * MOST_NAMES + MOST_NAME_BYTES;

	/** Different names that are known at a time; they come from brokers too. */
	private static final int MOST_KNOWN_NAMES = 20_000;

	/** A name's number has two bytes. */
	private static final int MOST_NAMES_IN_FILE = 60_000;

	private static final Fingerprint NOBODY = new Fingerprint(0, 0);

	private static final Name[] NO_NAMES = {};

	private static final Logger logger = LoggerFactory.getLogger(StoryRing.class);

	private final Duration maxAge;

	private final Clock clock;

	private final Executor aside;

	private final StoryFiles files;

	private final ConcurrentHashMap<String, Name> names = new ConcurrentHashMap<>();

	/** What is written to; {@code null} before there is a file. Guarded by this. */
	private @Nullable Segment current;

	/** Of the current one; guarded by this. */
	private long sequence;

	/** Of the one after it; guarded by this. */
	private long nextSequence = 1;

	/** Slots of the current one that are taken; guarded by this. */
	private int used;

	/** Of the next name in the current one; guarded by this. */
	private int nextName;

	/** Entries left out since the last line about them; guarded by this. */
	private long missed;

	/** Nothing is written any more; guarded by this. */
	private boolean closed;

	/** The entry that is being put together; guarded by this. */
	private final ByteBuffer entry = ByteBuffer.allocate(Segment.SLOT * slotsFor(MOST_CONTENT))
		.order(ByteOrder.LITTLE_ENDIAN);

	private final long start;

	/**
	 * A name as the current file knows it. Its other fields are guarded by the ring.
	 */
	static final class Name {

		private final byte[] text;

		private final int slots;

		private long sequence;

		private int number;

		Name(byte[] text) {
			this.text = text;
			this.slots = slotsFor(FIXED_CONTENT + text.length);
		}

	}

	/**
	 * Opens the ring in a folder, or makes it.
	 * @param aside runs what takes longer than an entry may
	 * @throws IOException if the folder can't be written, or another process has it
	 */
	StoryRing(Path folder, int maxEntries, Duration maxAge, Clock clock, Executor aside) throws IOException {
		this.maxAge = maxAge;
		this.clock = clock;
		this.aside = aside;
		this.files = new StoryFiles(folder, maxEntries / StoryFiles.COUNT);
		goOn();
		this.start = Segment.position(this.sequence, this.used);
	}

	private synchronized void goOn() {
		List<Segment> written = this.files.segments();
		if (written.isEmpty()) {
			this.files.prepare();
			roll();
		}
		else {
			Segment last = written.get(written.size() - 1);
			this.current = last;
			this.sequence = last.sequence();
			// A file may have been begun whose header was lost with the power.
			this.nextSequence = last.sequence() + StoryFiles.COUNT;
			this.used = last.used();
			this.nextName = last.nextName();
			this.aside.execute(this.files::prepare);
		}
	}

	/**
	 * Where the entries of this process begin.
	 */
	long start() {
		return this.start;
	}

	/**
	 * A name for entries.
	 */
	Name name(String text) {
		Name known = this.names.get(text);
		if (known != null) {
			return known;
		}
		if (this.names.size() >= MOST_KNOWN_NAMES) {
			this.names.clear();
		}
		return this.names.computeIfAbsent(text, (unknown) -> new Name(utf8(unknown, MOST_NAME_BYTES)));
	}

	/**
	 * A text for an entry.
	 */
	static byte[] text(String text) {
		return utf8(text, MOST_TEXT_BYTES);
	}

	/** Ends with a whole character. */
	private static byte[] utf8(String text, int most) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		int end = Math.min(bytes.length, most);
		while (end < bytes.length && end > 0 && (bytes[end] & 0xc0) == 0x80) {
			end--;
		}
		return (end == bytes.length) ? bytes : Arrays.copyOf(bytes, end);
	}

	/**
	 * Writes one entry. Never fails, and never waits for a disk.
	 * @param arrival position of the entry that says how the event came in; -1 if it is
	 * this one
	 * @param named at most {@link #MOST_NAMES}
	 * @param text of {@link #text}
	 * @return its position; -1 if it could not be written
	 */
	long append(Kind kind, Fingerprint event, long arrival, int number, Name[] named, byte[] text) {
		try {
			return appendUnlessClosed(kind, event, arrival, number, named, text);
		}
		catch (InternalError ex) {
			// What a fault in mapped memory becomes, if it is thrown here and not later:
			// the
			// disk is broken, or somebody has cut the file.
			logger.warn("no more event stories are written until the next start, {} fails", this.files, ex);
			synchronized (this) {
				this.closed = true;
			}
			return -1;
		}
	}

	private synchronized long appendUnlessClosed(Kind kind, Fingerprint event, long arrival, int number, Name[] named,
			byte[] text) {
		if (this.closed) {
			return -1;
		}
		int slots = slotsFor(FIXED_CONTENT + 2 * named.length + text.length);
		int needed = slots;
		for (Name name : named) {
			needed += name.slots;
		}
		Segment writable = writable(needed);
		if (writable == null) {
			this.missed++;
			return -1;
		}
		for (Name name : named) {
			define(name, writable);
		}
		long position = Segment.position(this.sequence, this.used);
		compose(event, (arrival < 0) ? position : arrival, number, named, text);
		writable.write(this.used, Segment.ENTRY | kind.code(), this.entry.array(), slots);
		this.used += slots;
		return position;
	}

	private @Nullable Segment writable(int slotsNeeded) {
		boolean everFits = this.current == null || slotsNeeded <= this.current.slots();
		if (everFits && !fits(slotsNeeded)) {
			roll();
		}
		return fits(slotsNeeded) ? this.current : null;
	}

	private boolean fits(int slotsNeeded) {
		Segment segment = this.current;
		return segment != null && this.used + slotsNeeded <= segment.slots()
				&& this.nextName + MOST_NAMES <= MOST_NAMES_IN_FILE;
	}

	private void roll() {
		Segment next = this.files.begin(this.nextSequence);
		if (next != null) {
			this.current = next;
			this.sequence = this.nextSequence++;
			this.used = 0;
			this.nextName = 0;
			this.aside.execute(this.files::prepare);
			tellOfMissed();
		}
	}

	private void tellOfMissed() {
		if (this.missed > 0) {
			logger.warn("{} entries are missing in the event stories, there was no file to write them to", this.missed);
			this.missed = 0;
		}
	}

	private void define(Name name, Segment writable) {
		if (name.sequence != this.sequence) {
			name.sequence = this.sequence;
			name.number = this.nextName++;
			compose(NOBODY, -1, name.number, NO_NAMES, name.text);
			writable.write(this.used, Segment.NAME, this.entry.array(), name.slots);
			this.used += name.slots;
		}
	}

	/** Leaves room for the word of each slot. */
	private void compose(Fingerprint event, long arrival, int number, Name[] named, byte[] text) {
		this.entry.clear()
			.putInt(0)
			.putInt(FIXED_CONTENT + 2 * named.length + text.length)
			.putLong(this.clock.millis())
			.putLong(event.high())
			.putLong(event.low())
			.putLong(arrival)
			.putInt(number)
			.putShort((short) named.length);
		for (Name name : named) {
			skipWord();
			this.entry.putShort((short) name.number);
		}
		for (int written = 0; written < text.length;) {
			skipWord();
			int part = Math.min(text.length - written, Segment.SLOT - this.entry.position() % Segment.SLOT);
			this.entry.put(text, written, part);
			written += part;
		}
	}

	private void skipWord() {
		// Slots and the parts of names end at even places.
		if (this.entry.position() % Segment.SLOT == 0) {
			this.entry.putInt(0);
		}
	}

	private static int slotsFor(int contentBytes) {
		int more = Math.max(0, contentBytes - (Segment.SLOT - Segment.CONTENT));
		int perSlot = Segment.SLOT - Segment.WORD;
		return 1 + (more + perSlot - 1) / perSlot;
	}

	/**
	 * All entries about one event, in the order in which they were written.
	 */
	List<StoryEntry> find(Fingerprint event) {
		List<StoryEntry> found = new ArrayList<>();
		for (Segment segment : this.files.segments()) {
			found.addAll(segment.find(event, oldestMillis()));
		}
		return found;
	}

	private long oldestMillis() {
		return this.clock.millis() - this.maxAge.toMillis();
	}

	/**
	 * When the oldest entry was written that is still told of; -1 if there is none.
	 */
	long reachesBackToMillis() {
		List<Segment> all = this.files.segments();
		long first = all.isEmpty() ? -1 : all.get(0).firstMillis();
		return (first < 0) ? -1 : Math.max(first, oldestMillis());
	}

	/**
	 * To be called every now and then: tries again what failed, and drops what is too
	 * old. Takes its time.
	 */
	void tidy() {
		this.files.dropOlderThan(oldestMillis());
		this.files.prepare();
	}

	@Override
	public void close() throws IOException {
		synchronized (this) {
			this.closed = true;
		}
		this.files.close();
	}

}
