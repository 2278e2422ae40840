package io.meshbridge.broker;

import java.io.File;
import java.nio.file.Path;

import org.apache.activemq.artemis.core.journal.Journal;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.apache.activemq.artemis.core.server.ActiveMQServer;

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

	private final ActiveMQServer server;

	private final Path folder;

	private final File disk;

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

	private Journal journal() {
		return this.server.getStorageManager().getMessageJournal();
	}

	@Override
	public String toString() {
		return this.folder.toString();
	}

}
