package io.meshbridge.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.meshbridge.broker.EmbeddedBrokerProperties.DamagedJournal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of the broker before the broker starts: whether it can be written, and
 * whether what is in it is all there.
 */
final class JournalFolder {

	private static final Logger logger = LoggerFactory.getLogger(JournalFolder.class);

	private final Path folder;

	JournalFolder(Path folder) {
		this.folder = folder;
	}

	void requireWritable() {
		try {
			Files.createDirectories(this.folder);
			Files.delete(Files.createTempFile(this.folder, "writable", ".probe"));
		}
		catch (IOException ex) {
			throw new EmbeddedBrokerException(
					"The folder '" + this.folder + "' for the journal can't be written: " + reason(ex),
					"Give the user of this process the right to write there, mount its file system for writing, or "
							+ "set meshbridge.data-dir (or meshbridge.embedded-broker.data-dir) to another folder.",
					ex);
		}
	}

	/**
	 * The messages of exceptions on files are often just the file.
	 */
	private static String reason(IOException ex) {
		return ex.getClass().getSimpleName().replace("Exception", "") + " " + ex.getMessage();
	}

	void requireWhole(DamagedJournal damaged) {
		String problem;
		try {
			problem = problem();
		}
		catch (IOException ex) {
			throw new EmbeddedBrokerException("The journal in '" + this.folder + "' can't be read: " + reason(ex),
					"See that the disk is well and that the user of this process may read all files there.", ex);
		}
		if (problem == null) {
			return;
		}
		if (damaged == DamagedJournal.ACCEPT) {
			logger.error("Embedded broker: the journal is damaged, and starts with what can be read "
					+ "(meshbridge.embedded-broker.damaged-journal=accept): {}", problem);
			return;
		}
		throw new EmbeddedBrokerException("The journal of the embedded broker is damaged: " + problem,
				"Stop here and copy the folder '" + this.folder + "'. Then bring it back from a backup, or start once "
						+ "with meshbridge.embedded-broker.damaged-journal=accept to go on with what can be read: "
						+ "messages are lost then.",
				null);
	}

	private @Nullable String problem() throws IOException {
		Path journal = this.folder.resolve(ArtemisConfiguration.JOURNAL_FOLDER);
		Path bindings = this.folder.resolve(ArtemisConfiguration.BINDINGS_FOLDER);
		boolean messages = JournalCheck.exists(journal, ArtemisConfiguration.JOURNAL);
		boolean queues = JournalCheck.exists(bindings, ArtemisConfiguration.BINDINGS);
		if (messages != queues) {
			return "'%s' has no files, and '%s' has.".formatted(messages ? bindings : journal,
					messages ? journal : bindings);
		}
		String problem = JournalCheck.problem(bindings, ArtemisConfiguration.BINDINGS,
				ArtemisConfiguration.BINDINGS_FILE_BYTES);
		return (problem != null) ? problem
				: JournalCheck.problem(journal, ArtemisConfiguration.JOURNAL, JournalDisk.FILE_BYTES);
	}

}
