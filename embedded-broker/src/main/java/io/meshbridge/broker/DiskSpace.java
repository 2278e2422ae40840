package io.meshbridge.broker;

import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the journal may take more. Refuses in time: what is already in it must still be
 * delivered, acknowledged and compacted, and all of that writes, while an Artemis that
 * can't write stops. Thread-safe.
 */
final class DiskSpace {

	private static final Logger logger = LoggerFactory.getLogger(DiskSpace.class);

	/** How long a look at the disk is good for. */
	private static final long LOOK_NANOS = 100_000_000;

	/** How many bytes of messages are taken on one look. */
	private static final long LOOK_BYTES = 1024 * 1024;

	private final Disk disk;

	private final long reserveBytes;

	private final int maxUsagePercent;

	private final LongSupplier nanoTime;

	/** Guarded by this, as are the two that follow. */
	private long lookedAt;

	private long takenSince = LOOK_BYTES;

	private @Nullable String full;

	/**
	 * @param disk of the journal
	 * @param reserveBytes that must stay free, beside what compacting may need
	 * @param maxUsagePercent how full the disk may be
	 * @param nanoTime the clock
	 */
	DiskSpace(Disk disk, long reserveBytes, int maxUsagePercent, LongSupplier nanoTime) {
		this.disk = disk;
		this.reserveBytes = reserveBytes;
		this.maxUsagePercent = maxUsagePercent;
		this.nanoTime = nanoTime;
	}

	/**
	 * Why a message can't be stored, or {@code null} if it can.
	 * @param bytes size of the message
	 */
	synchronized @Nullable String refusal(long bytes) {
		long now = this.nanoTime.getAsLong();
		if (this.takenSince + bytes >= LOOK_BYTES || now - this.lookedAt >= LOOK_NANOS) {
			look(bytes);
			this.lookedAt = now;
			this.takenSince = 0;
		}
		this.takenSince += bytes;
		return this.full;
	}

	private void look(long bytes) {
		String problem = problem(bytes);
		if (problem != null && this.full == null) {
			logger.error("Embedded broker: takes no new messages, {}. What it has is delivered. It goes on by itself "
					+ "when there is space again", problem);
		}
		else if (problem == null && this.full != null) {
			logger.info("Embedded broker: takes messages again, there is space on the disk");
		}
		this.full = problem;
		if (problem != null) {
			this.disk.makeRoom();
		}
	}

	private @Nullable String problem(long bytes) {
		long free = this.disk.freeBytes();
		long needed = this.reserveBytes + this.disk.compactionBytes() + bytes;
		if (free < needed) {
			return "the disk of '%s' has %,d bytes left, and %,d have to stay free (meshbridge.embedded-broker.min-disk-free)"
				.formatted(this.disk, free, needed);
		}
		long total = this.disk.totalBytes();
		long used = (total > 0) ? 100 - (100 * free / total) : 0;
		if (used > this.maxUsagePercent) {
			return "the disk of '%s' is full to %d percent, and %d are allowed (meshbridge.embedded-broker.max-disk-usage)"
				.formatted(this.disk, used, this.maxUsagePercent);
		}
		return null;
	}

	/**
	 * The disk of the journal, by the name of its folder.
	 */
	interface Disk {

		/**
		 * What can still be written: free space, and free files of the journal.
		 */
		long freeBytes();

		long totalBytes();

		/**
		 * What the journal may need on top while it compacts itself.
		 */
		long compactionBytes();

		/**
		 * Has the journal look for files that it needs no more. Does not wait for it.
		 */
		void makeRoom();

	}

}
