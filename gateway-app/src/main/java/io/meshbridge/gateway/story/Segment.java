package io.meshbridge.gateway.story;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A part of the ring: one file in memory, of slots of 64 bytes. The first is its header;
 * an entry takes one, and more for what does not fit. Each slot begins with a word that
 * is written last and says what it is, and in which use of the file: what was being
 * written when the process was killed is not there, and neither is what a page still
 * holds of an earlier use, or has lost with the power. <pre>
 * header   magic 8 | sequence 8 | slots 4
 * entry    word 4 | length of the content 4 | millis 8 | fingerprint 16 | arrival 8 | content
 * more     word 4 | content
 * content  number 4 | names 2 | number of each name 2 | text
 * word     kind 1 | entry, name or more 1 | lower half of the sequence 2
 * </pre> A name is an entry too, whose number is the name's and whose text is the name.
 * All is little-endian. One thread at a time writes; any may read meanwhile.
 */
final class Segment {

	static final int SLOT = 64;

	static final int WORD = 4;

	/**
	 * Where the content of an entry's first slot begins; in others it follows the word.
	 */
	static final int CONTENT = 40;

	/** What a word says, beside the kind of an entry. */
	static final int ENTRY = 0x100;

	static final int NAME = 0x200;

	static final int MORE = 0x300;

	/** "MBSTORY1"; the digit is the version of this layout. */
	private static final long MAGIC = 0x3159524f5453424dL;

	private static final VarHandle WORDS = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

	private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

	private static final int SEQUENCE = 8;

	private static final int SLOTS = 16;

	private final Path file;

	private final MappedByteBuffer bytes;

	/** Number of slots, the header not counted. */
	private final int slots;

	private Segment(Path file, MappedByteBuffer bytes, int slots) {
		this.file = file;
		this.bytes = bytes;
		this.slots = slots;
		bytes.order(ByteOrder.LITTLE_ENDIAN);
	}

	/**
	 * Makes a file with nothing in it. Written in full, since a write into memory that
	 * the disk has no room for would be a fault.
	 */
	static Segment create(Path file, int slots) throws IOException {
		// Never cut short: another part of the ring may still have the old one in memory.
		Files.deleteIfExists(file);
		long size = (slots + 1L) * SLOT;
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ,
				StandardOpenOption.WRITE)) {
			ByteBuffer zeros = ByteBuffer.allocateDirect(64 * 1024);
			for (long written = 0; written < size;) {
				zeros.clear().limit((int) Math.min(zeros.capacity(), size - written));
				written += channel.write(zeros);
			}
			Segment segment = new Segment(file, channel.map(FileChannel.MapMode.READ_WRITE, 0, size), slots);
			segment.bytes.putInt(SLOTS, slots);
			segment.bytes.putLong(0, MAGIC);
			return segment;
		}
		catch (IOException ex) {
			Files.deleteIfExists(file);
			throw ex;
		}
	}

	/**
	 * Opens a file that an earlier process has written.
	 * @throws IOException also if it is something else, or not whole
	 */
	static Segment open(Path file) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			long size = channel.size();
			if (size < 2 * SLOT || size > Integer.MAX_VALUE) {
				throw new IOException("it has " + size + " bytes");
			}
			Segment segment = new Segment(file, channel.map(FileChannel.MapMode.READ_WRITE, 0, size),
					(int) (size / SLOT) - 1);
			if (segment.bytes.getLong(0) != MAGIC) {
				throw new IOException("it does not begin as one");
			}
			if (segment.bytes.getInt(SLOTS) != segment.slots || size % SLOT != 0) {
				throw new IOException(
						"it has " + size + " bytes, its header says " + (segment.bytes.getInt(SLOTS) + 1L) * SLOT);
			}
			return segment;
		}
	}

	/**
	 * Its place in the order of all that ever were; 0 while it is not in use.
	 */
	long sequence() {
		return (long) LONGS.getAcquire(this.bytes, SEQUENCE);
	}

	/**
	 * Begins a new use of it; what it holds of the one before is not there any more.
	 */
	void begin(long sequence) {
		// Before all that follows: a reader looks at it again when it has read.
		LONGS.setVolatile(this.bytes, SEQUENCE, sequence);
	}

	/**
	 * Removes all that is in it from the disk too.
	 */
	void clear() {
		begin(0);
		byte[] zeros = new byte[SLOT * 64];
		for (int at = SLOT; at < this.bytes.capacity(); at += zeros.length) {
			this.bytes.put(at, zeros, 0, Math.min(zeros.length, this.bytes.capacity() - at));
		}
	}

	/**
	 * Number of slots up to the last one that is in use.
	 */
	int used() {
		int used = this.slots;
		while (used > 0 && word(used - 1) == 0) {
			used--;
		}
		return used;
	}

	/**
	 * Writes one entry, or one name.
	 * @param slot of its first part, from 0
	 * @param what {@link #ENTRY} with the code of a kind, or {@link #NAME}
	 * @param entry as it is in the file, but for the words
	 */
	void write(int slot, int what, byte[] entry, int slotCount) {
		int use = (int) sequence() << 16;
		int at = (slot + 1) * SLOT;
		for (int i = slotCount - 1; i >= 0; i--) {
			this.bytes.put(at + i * SLOT + WORD, entry, i * SLOT + WORD, SLOT - WORD);
			// The first comes last, and makes it all be there.
			WORDS.setRelease(this.bytes, at + i * SLOT, use | ((i == 0) ? what : MORE));
		}
	}

	/**
	 * A number above those of all names in it, of lost ones too that entries still use.
	 */
	int nextName() {
		int next = 0;
		for (int slot = 0; slot < this.slots; slot++) {
			if (word(slot) == NAME) {
				next = Math.max(next, content(slot).getInt(0) + 1);
			}
			else if ((word(slot) & 0xff00) == ENTRY) {
				ByteBuffer content = content(slot);
				for (int i = nameCount(content) - 1; i >= 0; i--) {
					next = Math.max(next, nameNumber(content, i) + 1);
				}
			}
		}
		return next;
	}

	private Map<Integer, String> names() {
		Map<Integer, String> names = new HashMap<>();
		for (int slot = 0; slot < this.slots; slot++) {
			if (word(slot) == NAME) {
				ByteBuffer content = content(slot);
				names.put(content.getInt(0), text(content, 6));
			}
		}
		return names;
	}

	/** What is in a slot, without its use; 0 for nothing. */
	private int word(int slot) {
		int word = (int) WORDS.getAcquire(this.bytes, (slot + 1) * SLOT);
		return (word >>> 16 == (sequence() & 0xffff)) ? word & 0xffff : 0;
	}

	/**
	 * What it has about one event, in order.
	 * @param sinceMillis older entries are left out
	 */
	List<StoryEntry> find(Fingerprint event, long sinceMillis) {
		long sequence = sequence();
		List<StoryEntry> found = new ArrayList<>();
		Map<Integer, String> names = null;
		for (int slot = 0; slot < this.slots && sequence != 0; slot++) {
			Kind kind = kindAt(slot, event, sinceMillis);
			if (kind != null) {
				names = (names == null) ? names() : names;
				found.add(entry(sequence, slot, kind, names));
			}
		}
		// It may have been given to others to write into meanwhile.
		return (sequence() == sequence) ? found : List.of();
	}

	private @Nullable Kind kindAt(int slot, Fingerprint event, long sinceMillis) {
		int at = (slot + 1) * SLOT;
		int word = word(slot);
		if ((word & 0xff00) != ENTRY || this.bytes.getLong(at + 24) != event.low()
				|| this.bytes.getLong(at + 16) != event.high() || this.bytes.getLong(at + 8) < sinceMillis) {
			return null;
		}
		return Kind.of(word & 0xff);
	}

	private StoryEntry entry(long sequence, int slot, Kind kind, Map<Integer, String> names) {
		int at = (slot + 1) * SLOT;
		ByteBuffer content = content(slot);
		int count = nameCount(content);
		List<String> named = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			named.add(names.getOrDefault(nameNumber(content, i), "?"));
		}
		return new StoryEntry(position(sequence, slot), this.bytes.getLong(at + 8), kind, this.bytes.getLong(at + 32),
				content.getInt(0), named, text(content, 6 + 2 * count));
	}

	private static int nameCount(ByteBuffer content) {
		// Never more than there is room for, whatever a damaged file says.
		return Math.max(0, Math.min(content.getShort(4), (content.capacity() - 6) / 2));
	}

	private static int nameNumber(ByteBuffer content, int index) {
		return content.getShort(6 + 2 * index) & 0xffff;
	}

	/** At least as long as a content without names and text. */
	private ByteBuffer content(int slot) {
		int from = (slot + 1) * SLOT;
		int length = Math.max(6, Math.min(this.bytes.getInt(from + 4), StoryRing.MOST_CONTENT));
		byte[] content = new byte[length];
		int copied = Math.min(length, SLOT - CONTENT);
		this.bytes.get(from + CONTENT, content, 0, copied);
		for (int next = slot + 1; copied < length && next < this.slots && word(next) == MORE; next++) {
			int part = Math.min(length - copied, SLOT - WORD);
			this.bytes.get((next + 1) * SLOT + WORD, content, copied, part);
			copied += part;
		}
		return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
	}

	private static String text(ByteBuffer content, int from) {
		return new String(content.array(), from, content.capacity() - from, StandardCharsets.UTF_8);
	}

	/**
	 * When its first entry was written; -1 if there is none.
	 */
	long firstMillis() {
		for (int slot = 0; slot < this.slots; slot++) {
			if ((word(slot) & 0xff00) == ENTRY) {
				return this.bytes.getLong((slot + 1) * SLOT + 8);
			}
		}
		return -1;
	}

	/**
	 * When its last entry was written; -1 if there is none.
	 */
	long lastMillis() {
		for (int slot = this.slots - 1; slot >= 0; slot--) {
			if ((word(slot) & 0xff00) == ENTRY) {
				return this.bytes.getLong((slot + 1) * SLOT + 8);
			}
		}
		return -1;
	}

	/**
	 * The place of a slot among all that ever were.
	 */
	static long position(long sequence, int slot) {
		return (sequence << 32) | slot;
	}

	int slots() {
		return this.slots;
	}

	Path file() {
		return this.file;
	}

}
