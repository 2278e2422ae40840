package io.meshbridge.gateway.routes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The last revisions of the rules, each in a file of its own, oldest dropped. A folder
 * that can't be written keeps nothing from being activated; the revisions of this process
 * are then in its memory only. Used by one thread at a time.
 */
final class RevisionStore {

	private static final Logger logger = LoggerFactory.getLogger(RevisionStore.class);

	static final int MOST = 100;

	private static final Pattern NAME = Pattern.compile("revision-(\\d{1,18})\\.json");

	private static final JsonMapper JSON = new JsonMapper();

	private final Path folder;

	private final NavigableMap<Long, Stored> revisions = new TreeMap<>();

	/**
	 * Opens the store with what is in it.
	 */
	RevisionStore(Path folder) {
		this.folder = folder;
		if (Files.isDirectory(folder)) {
			try (Stream<Path> files = Files.list(folder)) {
				files.forEach(this::load);
			}
			catch (IOException ex) {
				logger.warn("{}: earlier revisions of the rules can't be read: {}", folder, ex.toString());
			}
		}
	}

	private void load(Path file) {
		Matcher name = NAME.matcher(file.getFileName().toString());
		if (!name.matches()) {
			return;
		}
		try {
			Stored stored = JSON.readValue(Files.readAllBytes(file), Stored.class);
			this.revisions.put(stored.revision().number(), stored);
		}
		catch (IOException | JacksonException | NullPointerException ex) {
			logger.warn("{}: is no revision of the rules, and left alone: {}", file, ex.toString());
		}
	}

	/** The one that was added last, or {@code null}. */
	@Nullable Stored last() {
		return this.revisions.isEmpty() ? null : this.revisions.lastEntry().getValue();
	}

	@Nullable Stored find(long number) {
		return this.revisions.get(number);
	}

	/** By number. */
	NavigableMap<Long, Stored> all() {
		return this.revisions;
	}

	/**
	 * Adds one with a higher number than all others.
	 */
	void add(Stored stored) {
		this.revisions.put(stored.revision().number(), stored);
		try {
			write(stored);
			while (this.revisions.size() > MOST) {
				Files.deleteIfExists(file(this.revisions.pollFirstEntry().getKey()));
			}
		}
		catch (IOException ex) {
			logger.warn("revision {} of the rules is active, but not kept in {} (meshbridge.data-dir): {}",
					stored.revision().number(), this.folder, ex.toString());
		}
	}

	private void write(Stored stored) throws IOException {
		Files.createDirectories(this.folder);
		Path file = file(stored.revision().number());
		Path draft = this.folder.resolve(file.getFileName() + ".new");
		try (FileChannel out = FileChannel.open(draft, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
				StandardOpenOption.TRUNCATE_EXISTING)) {
			ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(stored));
			while (bytes.hasRemaining()) {
				out.write(bytes);
			}
			out.force(true);
		}
		Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
	}

	private Path file(long number) {
		return this.folder.resolve("revision-" + number + ".json");
	}

	/**
	 * A revision and what was active in it.
	 *
	 * @param text of the routes file; {@code null} when there was none
	 * @param elsewhere fingerprint of the rules that stood elsewhere
	 * @param routes fingerprint of each route, by id
	 */
	record Stored(RulesRevision revision, @Nullable String text, String elsewhere, Map<String, String> routes) {

		Stored {
			routes = Map.copyOf(routes);
		}

	}

}
