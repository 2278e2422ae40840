package io.meshbridge.rules.transform;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/**
 * Claim check: puts large data into a folder, and what it is found by into
 * {@code dataref} (<a href=
 * "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/extensions/dataref.md">CloudEvents
 * Dataref 1.0.2</a>). Files are named by their content, so an event that comes twice
 * leaves one file.
 *
 * @param over size in bytes from which on data is large
 * @param folder where it goes
 * @param base what the reference begins with; the name of the file follows
 */
record StoreData(long over, Path folder, String base) implements Step {

	@Override
	public void apply(Draft draft) throws TransformException {
		byte[] data = draft.data();
		if (data == null || data.length <= this.over) {
			return;
		}
		String name = name(data);
		try {
			store(name, data);
		}
		catch (IOException ex) {
			throw new TransformException(this.folder + " does not take the data: " + ex, ex);
		}
		draft.set("dataref", this.base + name);
		draft.data(null, null);
	}

	/** On the disk, name and all, before the event goes on. */
	private void store(String name, byte[] data) throws IOException {
		Path file = this.folder.resolve(name);
		if (renewed(file)) {
			return;
		}
		Files.createDirectories(this.folder);
		Path half = Files.createTempFile(this.folder, name, ".tmp");
		try {
			Files.write(half, data);
			try (FileChannel channel = FileChannel.open(half, StandardOpenOption.WRITE)) {
				channel.force(true);
			}
			Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
			try (FileChannel channel = FileChannel.open(this.folder, StandardOpenOption.READ)) {
				channel.force(true);
			}
		}
		finally {
			Files.deleteIfExists(half);
		}
	}

	/** Whoever removes old files must see that an event has it again. */
	private static boolean renewed(Path file) {
		try {
			Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/** The name of the file that has this data. */
	static String name(byte[] data) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java has SHA-256", ex);
		}
	}

	@Override
	public boolean readsData() {
		return true;
	}

}
