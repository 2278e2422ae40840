package io.meshbridge.gateway.routes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;

import io.meshbridge.rules.Location;
import io.meshbridge.rules.Problem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file with routes that can be changed while the gateway runs, by hand or by the
 * admin API. Reading follows links, as Kubernetes makes them; writing does not.
 */
final class RoutesFile {

	private static final Logger logger = LoggerFactory.getLogger(RoutesFile.class);

	private final Path path;

	RoutesFile(Path path) {
		this.path = path;
	}

	/**
	 * The file as the user knows it.
	 */
	String name() {
		return this.path.toString();
	}

	/**
	 * What is in it now.
	 * @throws IOException when it is there and can't be read
	 */
	Content read() throws IOException {
		try {
			// The key first: a file that is replaced after that is read again.
			Object key = key(this.path);
			return new Content(Files.readString(this.path, StandardCharsets.UTF_8), key);
		}
		catch (NoSuchFileException ex) {
			return new Content(null, null);
		}
	}

	private static @Nullable Object key(Path path) throws IOException {
		return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
	}

	Problem unreadable(IOException ex) {
		return new Problem(new Location(name(), 0, 0), "file", "can't be read: " + ex);
	}

	/**
	 * Writes another text beside the file, down to the disk.
	 * @throws RulesConflictException when the file can't be replaced, with the reason
	 */
	Draft draft(String text) {
		if (Files.isSymbolicLink(this.path)) {
			throw new RulesConflictException(name() + " is a link, as in a volume that Kubernetes makes of a ConfigMap;"
					+ " change it where it comes from");
		}
		Path folder = this.path.toAbsolutePath().getParent();
		Path draft = null;
		try {
			draft = Files.createTempFile(folder, "." + this.path.getFileName(), ".new");
			try (FileChannel out = FileChannel.open(draft, StandardOpenOption.WRITE)) {
				ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
				while (bytes.hasRemaining()) {
					out.write(bytes);
				}
				out.force(true);
			}
			keepRights(draft);
			return new Draft(draft);
		}
		catch (IOException ex) {
			throw notWritten(draft, ex);
		}
	}

	private void keepRights(Path draft) throws IOException {
		PosixFileAttributeView view = Files.getFileAttributeView(draft, PosixFileAttributeView.class);
		if (view == null) {
			return;
		}
		PosixFileAttributes rights = Files.exists(this.path)
				? Files.readAttributes(this.path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS) : null;
		if (rights == null) {
			return;
		}
		view.setPermissions(rights.permissions());
		try {
			view.setOwner(rights.owner());
			view.setGroup(rights.group());
		}
		catch (IOException ex) {
			logger.debug("{}: stays with another owner or group", this.path, ex);
		}
	}

	private RulesConflictException notWritten(@Nullable Path draft, IOException ex) {
		if (draft != null) {
			delete(draft);
		}
		return new RulesConflictException(name() + " can't be replaced, nothing was changed: " + ex, ex);
	}

	private static void delete(Path draft) {
		try {
			Files.deleteIfExists(draft);
		}
		catch (IOException ex) {
			logger.warn("{}: is left over, remove it: {}", draft, ex.toString());
		}
	}

	/**
	 * What a file holds.
	 *
	 * @param text all of it; {@code null} when there is no file
	 * @param key differs from one file to the next of the same name; {@code null} when
	 * nobody knows
	 */
	record Content(@Nullable String text, @Nullable Object key) {
	}

	/**
	 * A text that is to be the file's.
	 */
	final class Draft {

		private final Path draft;

		private Draft(Path draft) {
			this.draft = draft;
		}

		/**
		 * Puts it in the place of the file: whoever reads it finds the old text or this
		 * one.
		 * @return the key of the file that is there now, as in {@link Content}
		 */
		@Nullable Object publish() {
			Object key;
			try {
				key = key(this.draft);
				Files.move(this.draft, RoutesFile.this.path, StandardCopyOption.ATOMIC_MOVE);
			}
			catch (AtomicMoveNotSupportedException ex) {
				throw notWritten(this.draft, ex);
			}
			catch (IOException ex) {
				throw notWritten(this.draft, ex);
			}
			syncFolder();
			return key;
		}

		private void syncFolder() {
			Path folder = RoutesFile.this.path.toAbsolutePath().getParent();
			try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
				channel.force(true);
			}
			catch (IOException ex) {
				// Not every system lets a folder be opened.
				logger.debug("{}: not synced", folder, ex);
			}
		}

		void discard() {
			delete(this.draft);
		}

	}

}
