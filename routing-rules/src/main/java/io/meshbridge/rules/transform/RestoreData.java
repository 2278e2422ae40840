package io.meshbridge.rules.transform;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The opposite of {@link StoreData}: gives an event the data back that its
 * {@code dataref} points to. Only what {@link StoreData} has written is read: a file of
 * the folder that has the name of its content.
 *
 * @param folder where the data is
 * @param base what the references into it begin with; the name of the file follows
 */
record RestoreData(Path folder, String base) implements Step {

	private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}");

	@Override
	public void apply(Draft draft) throws TransformException {
		String reference = draft.text("dataref");
		if (reference == null || draft.data() != null) {
			return;
		}
		String name = reference.startsWith(this.base) ? reference.substring(this.base.length()) : "";
		if (!NAME.matcher(name).matches()) {
			throw new TransformException("the dataref '" + reference + "' is not in the store, expected " + this.base
					+ " and the SHA-256 of the data");
		}
		byte[] data;
		try {
			data = read(this.folder.resolve(name), draft.budget().limits().resultBytes());
		}
		catch (NoSuchFileException ex) {
			throw new TransformException("the store has no file " + name + " (any more) in " + this.folder, ex);
		}
		catch (IOException ex) {
			throw new TransformException(this.folder + " does not give the data: " + ex, ex);
		}
		if (!StoreData.name(data).equals(name)) {
			throw new TransformException(
					"the file " + name + " in " + this.folder + " was changed: it is not the data");
		}
		draft.data(data, null);
		draft.remove("dataref");
	}

	/** No link is followed, and nothing is opened that could keep its reader waiting. */
	private static byte[] read(Path file, int mostBytes) throws IOException, TransformException {
		BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class,
				LinkOption.NOFOLLOW_LINKS);
		if (!attributes.isRegularFile()) {
			throw new TransformException(file + " is no file but a link, a folder or the like, and is not read");
		}
		try (InputStream in = Channels
			.newInputStream(Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)))) {
			if (attributes.size() > mostBytes) {
				throw tooLarge(attributes.size(), mostBytes);
			}
			byte[] data = in.readNBytes(mostBytes);
			if (in.read() >= 0) {
				throw tooLarge(mostBytes + 1L, mostBytes);
			}
			return data;
		}
	}

	private static TransformException tooLarge(long bytes, int mostBytes) {
		return new TransformException(String.format(Locale.ROOT,
				"the data has %,d bytes, expected at most %,d (meshbridge.max-event-size)", bytes, mostBytes));
	}

	@Override
	public boolean readsData() {
		return true;
	}

}
