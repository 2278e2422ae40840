package io.meshbridge.gateway.duplicates;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys that were remembered one after the other: a hash table with open addressing that
 * lies in a memory-mapped file, so that it outlives the process, also one that is killed.
 * Confined to the lock of its {@link DuplicateWindow}.
 */
final class Segment {

	private static final Logger logger = LoggerFactory.getLogger(Segment.class);

	private static final long MAGIC = 0x4d42_4455_5045_0001L;

	/** Magic, time of the first key, time of the last key, number of keys. */
	private static final int HEADER_BYTES = 32;

	private static final int FIRST = 8;

	private static final int LAST = 16;

	private static final int COUNT = 24;

	private static final int SLOT_BYTES = 16;

	private final @Nullable Path file;

	private final ByteBuffer memory;

	private final int slots;

	private Segment(@Nullable Path file, ByteBuffer memory) {
		this.file = file;
		this.memory = memory;
		this.slots = (memory.capacity() - HEADER_BYTES) / SLOT_BYTES;
	}

	/**
	 * Starts an empty segment.
	 * @param keys how many it shall hold at least; 1 to 2^25
	 * @return one that lives in memory only when the disk does not take it
	 */
	static Segment create(Path file, int keys, Instant now) {
		// At most half of them are taken, so that an empty one is near.
		int slots = Math.max(2, Integer.highestOneBit(keys * 2 - 1) * 2);
		int bytes = HEADER_BYTES + slots * SLOT_BYTES;
		Segment segment;
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
				StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
			// Written, not only made long: a mapped page that the disk has no room for
			// would end the process.
			ByteBuffer zeros = ByteBuffer.allocate(bytes);
			while (zeros.hasRemaining()) {
				channel.write(zeros);
			}
			segment = new Segment(file, channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes));
		}
		catch (IOException ex) {
			logger.warn("{}: can't be written, so duplicates are recognized until the gateway stops only: {}", file,
					ex.toString());
			segment = new Segment(null, ByteBuffer.allocate(bytes));
		}
		segment.memory.putLong(FIRST, now.toEpochMilli()).putLong(LAST, now.toEpochMilli()).putLong(0, MAGIC);
		return segment;
	}

	/**
	 * Goes on with the segment of a file.
	 * @return {@code null} when the file is none
	 */
	static @Nullable Segment open(Path file) {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			long bytes = channel.size();
			int slots = (int) ((bytes - HEADER_BYTES) / SLOT_BYTES);
			if (bytes <= HEADER_BYTES || bytes > Integer.MAX_VALUE || Integer.bitCount(slots) != 1
					|| bytes != HEADER_BYTES + (long) slots * SLOT_BYTES) {
				logger.warn("{}: is no list of events, and is left out", file);
				return null;
			}
			MappedByteBuffer memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes);
			if (memory.getLong(0) != MAGIC) {
				logger.warn("{}: is no list of events, and is left out", file);
				return null;
			}
			return new Segment(file, memory);
		}
		catch (IOException ex) {
			logger.warn("{}: can't be read, and is left out: {}", file, ex.toString());
			return null;
		}
	}

	boolean contains(EventKey key) {
		return this.memory.getLong(slot(key)) != 0;
	}

	void add(EventKey key, Instant now) {
		int slot = slot(key);
		if (this.memory.getLong(slot) == 0) {
			this.memory.putLong(slot + Long.BYTES, key.low()).putLong(slot, key.high());
			this.memory.putLong(COUNT, count() + 1L);
		}
		this.memory.putLong(LAST, now.toEpochMilli());
	}

	/** Place of the key, or of the empty slot where it would be. */
	private int slot(EventKey key) {
		int index = (int) key.low() & (this.slots - 1);
		while (true) {
			int slot = HEADER_BYTES + index * SLOT_BYTES;
			long high = this.memory.getLong(slot);
			if (high == 0 || (high == key.high() && this.memory.getLong(slot + Long.BYTES) == key.low())) {
				return slot;
			}
			index = (index + 1) & (this.slots - 1);
		}
	}

	boolean full() {
		return count() >= this.slots / 2;
	}

	int count() {
		return (int) this.memory.getLong(COUNT);
	}

	Instant first() {
		return Instant.ofEpochMilli(this.memory.getLong(FIRST));
	}

	Instant last() {
		return Instant.ofEpochMilli(this.memory.getLong(LAST));
	}

	/**
	 * Forgets all of it.
	 */
	void delete() {
		if (this.file != null) {
			try {
				Files.deleteIfExists(this.file);
			}
			catch (IOException ex) {
				logger.warn("{}: can't be removed: {}", this.file, ex.toString());
			}
		}
	}

}
