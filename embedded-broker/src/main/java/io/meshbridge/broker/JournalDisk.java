package io.meshbridge.broker;

import java.io.File;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.activemq.artemis.core.journal.Journal;
import org.apache.activemq.artemis.core.journal.impl.JournalFile;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.ReflectionUtils;

/**
 * The disk with the journal of a running broker. Files that the journal has made and
 * emptied again are as good as free space.
 */
final class JournalDisk implements DiskSpace.Disk {

	/** Size of each file of the journal. */
	static final int FILE_BYTES = 10 * 1024 * 1024;

	/** A journal of fewer files is not compacted. */
	static final int COMPACT_MIN_FILES = 10;

	/** One of more is when less than this is of use. */
	static final int COMPACT_PERCENT = 25;

	private static final int COMPACT_SECONDS = 60;

	private static final Logger logger = LoggerFactory.getLogger(JournalDisk.class);

	private static final Method RECLAIM = Objects
		.requireNonNull(ReflectionUtils.findMethod(JournalImpl.class, "scheduleReclaim"));

	private final ActiveMQServer server;

	private final Path folder;

	private final File disk;

	private final AtomicBoolean compacting = new AtomicBoolean();

	JournalDisk(ActiveMQServer server, Path folder) {
		this.server = server;
		this.folder = folder;
		this.disk = folder.toFile();
	}

	@Override
	public long freeBytes() {
		Journal journal = journal();
		long reusable = (journal instanceof JournalImpl files) ? (long) files.getFreeFilesCount() * FILE_BYTES : 0;
		return this.disk.getUsableSpace() + reusable;
	}

	@Override
	public long totalBytes() {
		return this.disk.getTotalSpace();
	}

	@Override
	public long compactionBytes() {
		int files = (journal() instanceof JournalImpl counted) ? counted.getDataFilesCount() : 0;
		return (files < COMPACT_MIN_FILES) ? 0 : (long) files * FILE_BYTES * COMPACT_PERCENT / 100;
	}

	/**
	 * Artemis looks for files that nobody needs any more when it begins a new one, and
	 * while it takes no messages it hardly ever does. One message in the oldest file
	 * keeps all that follow, until the journal is compacted, which a small one never is.
	 */
	@Override
	public void makeRoom() {
		if (journal() instanceof JournalImpl files) {
			// Only the journal's own task may look, and nothing public starts that.
			ReflectionUtils.makeAccessible(RECLAIM);
			ReflectionUtils.invokeMethod(RECLAIM, files);
			if (worthCompacting(files.getDataFiles()) && this.compacting.compareAndSet(false, true)) {
				this.server.getThreadPool().execute(() -> compact(files));
			}
		}
	}

	private boolean worthCompacting(JournalFile[] files) {
		long live = 0;
		for (JournalFile file : files) {
			live += file.getLiveSize();
		}
		boolean fits = live + 2 * FILE_BYTES < this.disk.getUsableSpace();
		return files.length > 1 && fits && live * 100 < (long) files.length * FILE_BYTES * COMPACT_PERCENT;
	}

	private void compact(JournalImpl files) {
		try {
			files.scheduleCompactAndBlock(COMPACT_SECONDS);
		}
		catch (Exception ex) {
			logger.warn("Embedded broker: the journal in {} could not be compacted", this.folder, ex);
		}
		finally {
			this.compacting.set(false);
		}
	}

	private Journal journal() {
		return this.server.getStorageManager().getMessageJournal();
	}

	@Override
	public String toString() {
		return this.folder.toString();
	}

}
