package io.meshbridge.broker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.jspecify.annotations.Nullable;

/**
 * Looks through the files of a journal before Artemis does. Artemis skips what it can't
 * read and deletes files that are too short, without a word, and so may start with
 * nothing where there was something. A journal has no checksums: what is found is what
 * breaks its structure, not a changed byte inside a message.
 * <p>
 * A file is a header and then records, one behind the other. Asynchronous I/O writes
 * whole blocks, and fills up with zeros what a write has left of its last one. A record
 * that was being written when the process ended may be torn, so the last one may be; one
 * that others follow may not.
 */
final class JournalCheck {

	/** The blocks of disks are 512 bytes and multiples of it, up to this. */
	private static final int MAX_BLOCK_BYTES = 4096;

	private static final int MIN_BLOCK_BYTES = 512;

	private static final int CHECK_BYTES = Integer.BYTES;

	/** Record type, number of the file, how often it was compacted. */
	private static final int PREFIX_BYTES = 1 + Integer.BYTES + 1;

	private final Path file;

	private final ByteBuffer bytes;

	private int fileNumber;

	private JournalCheck(Path file, ByteBuffer bytes) {
		this.file = file;
		this.bytes = bytes;
	}

	/**
	 * What is wrong with the journal in a folder.
	 * @param folder of the journal; it need not exist
	 * @param ending of its files' names
	 * @param fileBytes size that each of its files has
	 * @return {@code null} if nothing is
	 */
	static @Nullable String problem(Path folder, String ending, int fileBytes) throws IOException {
		for (Path file : files(folder, ending)) {
			String problem = problemOf(file, fileBytes);
			if (problem != null) {
				return problem;
			}
		}
		return null;
	}

	static boolean exists(Path folder, String ending) throws IOException {
		return !files(folder, ending).isEmpty();
	}

	private static List<Path> files(Path folder, String ending) throws IOException {
		if (!Files.isDirectory(folder)) {
			return List.of();
		}
		try (Stream<Path> all = Files.list(folder)) {
			return all.filter((file) -> file.getFileName().toString().endsWith("." + ending)).sorted().toList();
		}
	}

	private static @Nullable String problemOf(Path file, int fileBytes) throws IOException {
		long size = Files.size(file);
		// Made under another name and renamed when they have their size.
		if (size < fileBytes) {
			return "'%s' has %,d bytes, expected %,d.".formatted(file, size, fileBytes);
		}
		return new JournalCheck(file, ByteBuffer.wrap(Files.readAllBytes(file))).problem();
	}

	private @Nullable String problem() {
		int version = this.bytes.getInt();
		int userVersion = this.bytes.getInt();
		long id = this.bytes.getLong();
		if (version != JournalImpl.FORMAT_VERSION || userVersion < 0 || id <= 0) {
			return "'%s' does not begin like a file of a journal (version %d, expected %d).".formatted(this.file,
					version, JournalImpl.FORMAT_VERSION);
		}
		this.fileNumber = (int) (id & Integer.MAX_VALUE);
		int end = endOfRecords(this.bytes.position());
		for (int at = end + 1; at < this.bytes.limit() - PREFIX_BYTES; at++) {
			if (recordBytes(at) > 0) {
				if (!filledUp(end, at)) {
					return "'%s' can't be read from byte %,d to byte %,d, and there are messages behind it."
						.formatted(this.file, end, at);
				}
				end = endOfRecords(at);
				at = end;
			}
		}
		return null;
	}

	private int endOfRecords(int begin) {
		int end = begin;
		int length = recordBytes(end);
		while (length > 0) {
			end += length;
			length = recordBytes(end);
		}
		return end;
	}

	private boolean filledUp(int begin, int end) {
		if (end % MIN_BLOCK_BYTES != 0 || end - begin >= MAX_BLOCK_BYTES) {
			return false;
		}
		for (int at = begin; at < end; at++) {
			if (this.bytes.get(at) != 0) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Length of the record that begins here, or 0 when none does.
	 */
	private int recordBytes(int at) {
		if (at + PREFIX_BYTES + CHECK_BYTES > this.bytes.limit()) {
			return 0;
		}
		byte type = this.bytes.get(at);
		// What a file held before it was used again has another number.
		if (type < JournalImpl.EVENT_RECORD || type > JournalImpl.ROLLBACK_RECORD
				|| this.bytes.getInt(at + 1) != this.fileNumber) {
			return 0;
		}
		long length = length(type, at + PREFIX_BYTES);
		if (length <= 0 || at + length > this.bytes.limit()) {
			return 0;
		}
		return (this.bytes.getInt(at + (int) length - CHECK_BYTES) == length) ? (int) length : 0;
	}

	private long length(byte type, int at) {
		int fixed = switch (type) {
			case JournalImpl.EVENT_RECORD, JournalImpl.ADD_RECORD, JournalImpl.UPDATE_RECORD ->
				JournalImpl.SIZE_ADD_RECORD;
			case JournalImpl.ADD_RECORD_TX, JournalImpl.UPDATE_RECORD_TX -> JournalImpl.SIZE_ADD_RECORD_TX;
			case JournalImpl.DELETE_RECORD -> JournalImpl.SIZE_DELETE_RECORD;
			case JournalImpl.DELETE_RECORD_TX -> JournalImpl.SIZE_DELETE_RECORD_TX;
			case JournalImpl.PREPARE_RECORD -> JournalImpl.SIZE_PREPARE_RECORD;
			case JournalImpl.COMMIT_RECORD -> JournalImpl.SIZE_COMMIT_RECORD;
			case JournalImpl.ROLLBACK_RECORD -> JournalImpl.SIZE_ROLLBACK_RECORD;
			default -> 0;
		};
		// A record of the second format has the byte that counts compactings.
		return (fixed == 0) ? 0 : fixed + 1L + variable(type, at);
	}

	private long variable(byte type, int at) {
		return switch (type) {
			case JournalImpl.EVENT_RECORD, JournalImpl.ADD_RECORD, JournalImpl.UPDATE_RECORD -> size(at + Long.BYTES);
			case JournalImpl.ADD_RECORD_TX, JournalImpl.UPDATE_RECORD_TX, JournalImpl.DELETE_RECORD_TX ->
				size(at + 2 * Long.BYTES);
			// Behind the transaction is the number of its records, then the size.
			case JournalImpl.PREPARE_RECORD -> size(at + Long.BYTES + Integer.BYTES);
			default -> 0;
		};
	}

	private long size(int at) {
		int size = (at + Integer.BYTES <= this.bytes.limit()) ? this.bytes.getInt(at) : -1;
		return (size >= 0) ? size : Integer.MAX_VALUE;
	}

}
