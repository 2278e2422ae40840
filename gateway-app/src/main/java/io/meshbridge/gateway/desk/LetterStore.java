package io.meshbridge.gateway.desk;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

import io.cloudevents.CloudEvent;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The letters, in a database in a folder of the gateway's own. It is opened when it is
 * first needed, and again after it failed. Its threads must not be interrupted: that
 * closes the file under the database. Thread-safe; all of it fails with a
 * {@link DeskUnavailableException} while there is no database.
 */
final class LetterStore implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(LetterStore.class);

	/** What is longer is cut where it is searched, never in the event itself. */
	private static final int LONGEST_TEXT = 1024;

	/** H2 has no longer VARBINARY than 1 MiB; its BLOBs are slow to write and to free. */
	private static final int PART_BYTES = 1_000_000;

	/** Whose letters those are that are of no route. */
	static final String NO_ROUTE = "none";

	private static final int MOST_AUDITED = 10_000;

	private static final int MOST_DISCARDED_AT_ONCE = 2_000;

	private static final Duration BETWEEN_TRIES = Duration.ofSeconds(5);

	/** H2 keeps what is outdated for 45 seconds unless told otherwise. */
	private static final String OPTIONS = ";FILE_LOCK=FS;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0;CACHE_SIZE=16384;RETENTION_TIME=5000";

	private static final List<String> SCHEMA = List.of("CREATE SEQUENCE IF NOT EXISTS letter_numbers CACHE 1000", """
			CREATE TABLE IF NOT EXISTS letters (number BIGINT PRIMARY KEY, fingerprint UUID, time BIGINT NOT NULL,
			route VARCHAR, target VARCHAR, code VARCHAR, reason VARCHAR, reason_lower VARCHAR, cause VARCHAR,
			attempts INT NOT NULL,
			event_id VARCHAR NOT NULL, event_source VARCHAR NOT NULL, event_type VARCHAR NOT NULL,
			sink VARCHAR NOT NULL, revision VARCHAR, replays INT NOT NULL, reply_to VARCHAR,
			edited BOOLEAN NOT NULL, size BIGINT NOT NULL, record_key VARBINARY)""",
			// The only one: letters come in the order of their times, and an index in
			// another
			// order would have to be written anew from end to end with every few of them.
			"CREATE INDEX IF NOT EXISTS letters_by_time ON letters (time)", """
					CREATE TABLE IF NOT EXISTS events (number BIGINT, part INT, bytes VARBINARY(1000000) NOT NULL,
					PRIMARY KEY (number, part))""", """
					CREATE TABLE IF NOT EXISTS audit (number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
					time BIGINT NOT NULL, who VARCHAR NOT NULL, what VARCHAR NOT NULL, letters BIGINT NOT NULL,
					selection VARCHAR NOT NULL)""");

	private static final String COLUMNS = "number, time, route, target, code, reason, attempts, event_id, "
			+ "event_source, event_type, sink, revision, replays, reply_to, edited, size";

	private final Path folder;

	private final BiConsumer<String, AtomicLong> newRoute;

	/** Letters by route, for as long as the database is open. */
	private final Map<String, AtomicLong> open = new ConcurrentHashMap<>();

	/** Guarded by this, as are the next three. */
	private @Nullable JdbcConnectionPool pool;

	private @Nullable String problem;

	private long triedNanos;

	private boolean closed;

	/**
	 * @param newRoute hears of each route that has letters, and where they are counted
	 */
	LetterStore(Path folder, BiConsumer<String, AtomicLong> newRoute) {
		this.folder = folder;
		this.newRoute = newRoute;
	}

	/**
	 * Whether there are letters of an earlier run.
	 */
	boolean exists() {
		return Files.exists(this.folder.resolve("letters.mv.db"));
	}

	/**
	 * Opens the database, if it is not open.
	 */
	void open() {
		run((connection) -> null);
	}

	private synchronized JdbcConnectionPool pool() {
		if (this.pool != null) {
			return this.pool;
		}
		if (this.closed) {
			throw new DeskUnavailableException("the gateway stops");
		}
		long now = System.nanoTime();
		if (this.problem != null && now - this.triedNanos < BETWEEN_TRIES.toNanos()) {
			throw new DeskUnavailableException(this.problem);
		}
		this.triedNanos = now;
		JdbcDataSource source = new JdbcDataSource();
		source.setURL("jdbc:h2:file:" + this.folder.resolve("letters").toAbsolutePath().normalize() + OPTIONS);
		JdbcConnectionPool opened = JdbcConnectionPool.create(source);
		try {
			Files.createDirectories(this.folder);
			try (Connection connection = opened.getConnection()) {
				prepare(connection);
			}
		}
		catch (IOException | SQLException ex) {
			opened.dispose();
			throw unavailable(ex);
		}
		if (this.problem != null) {
			logger.info("dead letter desk: {} is open", this.folder);
		}
		this.problem = null;
		this.pool = opened;
		return opened;
	}

	private DeskUnavailableException unavailable(Exception ex) {
		String text = "the dead letters in " + this.folder.toAbsolutePath().normalize() + " can't be opened: "
				+ firstLine(ex);
		if (!text.equals(this.problem)) {
			logger.error("dead letter desk: {}; letters stay in their sinks, and it is tried again", text);
			logger.debug("dead letter desk: not open", ex);
		}
		this.problem = text;
		return new DeskUnavailableException(text, ex);
	}

	private static String firstLine(Exception ex) {
		String text = String.valueOf(ex.getMessage());
		int end = text.indexOf('\n');
		return (end < 0) ? text : text.substring(0, end);
	}

	private void prepare(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			for (String each : SCHEMA) {
				statement.execute(each);
			}
			this.open.values().forEach((count) -> count.set(0));
			try (ResultSet rows = statement.executeQuery("SELECT route, COUNT(*) FROM letters GROUP BY route")) {
				while (rows.next()) {
					counter(rows.getString(1)).set(rows.getLong(2));
				}
			}
		}
	}

	private AtomicLong counter(@Nullable String route) {
		return this.open.computeIfAbsent((route == null) ? NO_ROUTE : route, (missing) -> {
			AtomicLong count = new AtomicLong();
			this.newRoute.accept(missing, count);
			return count;
		});
	}

	/**
	 * How many letters a filter applies to.
	 */
	long count(LetterFilter filter) {
		List<Object> arguments = new ArrayList<>();
		String sql = "SELECT COUNT(*) FROM letters WHERE " + filter.where(arguments);
		return query(sql, arguments, (row) -> row.getLong(1)).get(0);
	}

	/**
	 * How many letters there are.
	 */
	long size() {
		return this.open.values().stream().mapToLong(AtomicLong::get).sum();
	}

	/**
	 * Stores letters and takes others away, all in one transaction that is on the disk on
	 * return. One that is there already is not stored again.
	 */
	void write(List<Arrival> arrivals, List<Ref> removed) {
		run((connection) -> {
			List<Arrival> added = insert(connection, arrivals);
			List<Ref> gone = delete(connection, removed);
			connection.commit();
			sync(connection);
			added.forEach((arrival) -> counter(arrival.letter().route()).incrementAndGet());
			gone.forEach((ref) -> counter(ref.route()).decrementAndGet());
			return null;
		});
	}

	private static List<Arrival> insert(Connection connection, List<Arrival> arrivals) throws SQLException {
		List<Arrival> added = new ArrayList<>();
		if (arrivals.isEmpty()) {
			return added;
		}
		List<Long> numbers = numbers(connection, arrivals.size());
		try (PreparedStatement known = connection
			.prepareStatement("SELECT 1 FROM letters WHERE time = ? AND fingerprint = ?");
				PreparedStatement letter = connection.prepareStatement(
						"INSERT INTO letters (" + COLUMNS + ", reason_lower, cause, fingerprint, record_key) VALUES "
								+ "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
				PreparedStatement event = connection.prepareStatement("INSERT INTO events VALUES (?, ?, ?)")) {
			for (Arrival arrival : arrivals) {
				if (arrival.fingerprint() != null) {
					known.setLong(1, micros(arrival.letter().time()));
					known.setObject(2, arrival.fingerprint());
					try (ResultSet row = known.executeQuery()) {
						if (row.next()) {
							continue;
						}
					}
				}
				long number = numbers.get(added.size());
				bind(letter, number, arrival);
				letter.executeUpdate();
				insertEvent(event, number, arrival.bytes());
				added.add(arrival);
			}
		}
		return added;
	}

	private static List<Long> numbers(Connection connection, int count) throws SQLException {
		try (PreparedStatement statement = connection
			.prepareStatement("SELECT NEXT VALUE FOR letter_numbers FROM SYSTEM_RANGE(1, ?)")) {
			statement.setInt(1, count);
			try (ResultSet rows = statement.executeQuery()) {
				List<Long> numbers = new ArrayList<>(count);
				while (rows.next()) {
					numbers.add(rows.getLong(1));
				}
				return numbers;
			}
		}
	}

	private static void bind(PreparedStatement row, long number, Arrival arrival) throws SQLException {
		Letter letter = arrival.letter();
		List<@Nullable Object> values = new ArrayList<>();
		values.add(number);
		values.add(micros(letter.time()));
		values.add(cut(letter.route()));
		values.add(cut(letter.target()));
		values.add(cut(letter.code()));
		values.add(cut(letter.reason()));
		values.add(letter.attempts());
		values.add(cut(letter.id()));
		values.add(cut(letter.source()));
		values.add(cut(letter.type()));
		values.add(cut(letter.sink()));
		values.add(cut(letter.revision()));
		values.add(letter.replays());
		values.add(cut(letter.replyTo()));
		values.add(letter.edited());
		values.add(letter.size());
		String reason = cut(letter.reason());
		values.add((reason == null) ? null : reason.toLowerCase(Locale.ROOT));
		values.add((reason == null) ? null : Cause.of(reason));
		values.add(arrival.fingerprint());
		values.add(arrival.recordKey());
		for (int i = 0; i < values.size(); i++) {
			row.setObject(i + 1, values.get(i));
		}
	}

	private static void insertEvent(PreparedStatement row, long number, byte[] bytes) throws SQLException {
		for (int from = 0, part = 0; from < bytes.length; from += PART_BYTES, part++) {
			int to = Math.min(from + PART_BYTES, bytes.length);
			row.setLong(1, number);
			row.setInt(2, part);
			row.setBytes(3, (to - from == bytes.length) ? bytes : Arrays.copyOfRange(bytes, from, to));
			row.executeUpdate();
		}
	}

	private static List<Ref> delete(Connection connection, List<Ref> refs) throws SQLException {
		List<Ref> gone = new ArrayList<>();
		if (refs.isEmpty()) {
			return gone;
		}
		try (PreparedStatement letter = connection.prepareStatement("DELETE FROM letters WHERE number = ?");
				PreparedStatement event = connection.prepareStatement("DELETE FROM events WHERE number = ?")) {
			for (Ref ref : refs) {
				letter.setLong(1, ref.number());
				if (letter.executeUpdate() == 1) {
					gone.add(ref);
				}
				event.setLong(1, ref.number());
				event.executeUpdate();
			}
		}
		return gone;
	}

	/** What was committed is on the disk when this returns; a commit alone is not. */
	private static void sync(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("CHECKPOINT SYNC");
		}
	}

	/**
	 * Throws letters away, some at a time: what one transaction touches takes up room on
	 * the disk until it ends.
	 */
	void discard(List<Ref> refs, String who, String selection, Instant now) {
		long gone = 0;
		for (int from = 0; from < refs.size(); from += MOST_DISCARDED_AT_ONCE) {
			List<Ref> some = refs.subList(from, Math.min(from + MOST_DISCARDED_AT_ONCE, refs.size()));
			gone += run((connection) -> {
				List<Ref> deleted = delete(connection, some);
				connection.commit();
				deleted.forEach((ref) -> counter(ref.route()).decrementAndGet());
				return deleted.size();
			});
		}
		audit(new AuditEntry(0, now, who, "discard", gone, selection));
	}

	/**
	 * Puts another event in the place of the one that a letter has.
	 * @return whether the letter was still there
	 */
	boolean edit(long number, CloudEvent event, String who, String what, Instant now) {
		byte[] bytes = EventBytes.write(event);
		return run((connection) -> {
			try (PreparedStatement letter = connection.prepareStatement("UPDATE letters SET event_id = ?, "
					+ "event_source = ?, event_type = ?, size = ?, edited = TRUE WHERE number = ?");
					PreparedStatement old = connection.prepareStatement("DELETE FROM events WHERE number = ?");
					PreparedStatement parts = connection.prepareStatement("INSERT INTO events VALUES (?, ?, ?)")) {
				letter.setString(1, cut(event.getId()));
				letter.setString(2, cut(event.getSource().toString()));
				letter.setString(3, cut(event.getType()));
				letter.setLong(4, bytes.length);
				letter.setLong(5, number);
				if (letter.executeUpdate() == 0) {
					connection.rollback();
					return false;
				}
				old.setLong(1, number);
				old.executeUpdate();
				insertEvent(parts, number, bytes);
			}
			audit(connection, new AuditEntry(0, now, who, "edit", 1, "numbers=" + number + "; " + what));
			connection.commit();
			sync(connection);
			return true;
		});
	}

	/**
	 * Notes what somebody does.
	 */
	void audit(AuditEntry entry) {
		run((connection) -> {
			audit(connection, entry);
			connection.commit();
			sync(connection);
			return null;
		});
	}

	private static void audit(Connection connection, AuditEntry entry) throws SQLException {
		try (PreparedStatement row = connection
			.prepareStatement("INSERT INTO audit (time, who, what, letters, selection) VALUES (?, ?, ?, ?, ?)");
				PreparedStatement old = connection
					.prepareStatement("DELETE FROM audit WHERE number <= (SELECT MAX(number) FROM audit) - ?")) {
			row.setLong(1, micros(entry.time()));
			row.setString(2, entry.who());
			row.setString(3, entry.what());
			row.setLong(4, entry.letters());
			row.setString(5, cut(entry.selection()));
			row.executeUpdate();
			old.setInt(1, MOST_AUDITED);
			old.executeUpdate();
		}
	}

	/**
	 * What was done last, newest first.
	 */
	List<AuditEntry> audit(int most) {
		return query("SELECT number, time, who, what, letters, selection FROM audit ORDER BY number DESC LIMIT ?",
				List.of(most), (row) -> new AuditEntry(row.getLong(1), instant(row.getLong(2)), row.getString(3),
						row.getString(4), row.getLong(5), row.getString(6)));
	}

	/**
	 * Some letters, in the order of their numbers.
	 * @param after number that the page begins behind; {@code null} for the first page
	 */
	List<Letter> page(LetterFilter filter, @Nullable Long after, boolean newestFirst, int most) {
		List<Object> arguments = new ArrayList<>();
		String where = filter.where(arguments);
		if (after != null) {
			where += newestFirst ? " AND number < ?" : " AND number > ?";
			arguments.add(after);
		}
		arguments.add(most);
		return query("SELECT " + COLUMNS + " FROM letters WHERE " + where + " ORDER BY number"
				+ (newestFirst ? " DESC" : "") + " LIMIT ?", arguments, LetterStore::letter);
	}

	private static Letter letter(ResultSet row) throws SQLException {
		return new Letter(row.getLong(1), row.getString(3), row.getString(4), row.getString(5), row.getString(6),
				row.getInt(7), instant(row.getLong(2)), row.getString(8), row.getString(9), row.getString(10),
				row.getString(11), row.getString(12), row.getInt(13), row.getString(14), row.getBoolean(15),
				row.getLong(16));
	}

	/**
	 * Letters by what they have in common, most frequent first.
	 */
	List<LetterGroup> groups(LetterFilter filter, int most) {
		List<Object> arguments = new ArrayList<>();
		String where = filter.where(arguments);
		arguments.add(most);
		return query(
				"SELECT route, target, code, cause, COUNT(*), MIN(time), MAX(time) FROM letters WHERE " + where
						+ " GROUP BY route, target, code, cause ORDER BY COUNT(*) DESC, MIN(time) LIMIT ?",
				arguments, (row) -> new LetterGroup(row.getString(1), row.getString(2), row.getString(3),
						row.getString(4), row.getLong(5), instant(row.getLong(6)), instant(row.getLong(7))));
	}

	/**
	 * A letter with its event.
	 * @return {@code null} when there is none of that number
	 */
	@Nullable Stored find(long number) {
		return run((connection) -> {
			byte[] recordKey;
			Letter letter;
			try (PreparedStatement statement = connection
				.prepareStatement("SELECT " + COLUMNS + ", record_key FROM letters WHERE number = ?")) {
				statement.setLong(1, number);
				try (ResultSet row = statement.executeQuery()) {
					if (!row.next()) {
						return null;
					}
					letter = letter(row);
					recordKey = row.getBytes(17);
				}
			}
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			try (PreparedStatement statement = connection
				.prepareStatement("SELECT bytes FROM events WHERE number = ? ORDER BY part")) {
				statement.setLong(1, number);
				try (ResultSet rows = statement.executeQuery()) {
					while (rows.next()) {
						bytes.writeBytes(rows.getBytes(1));
					}
				}
			}
			return (bytes.size() == 0) ? null : new Stored(letter, EventBytes.read(bytes.toByteArray()), recordKey);
		});
	}

	/**
	 * The letters of a selection, in the order in which they were given up.
	 */
	List<Ref> refs(Selection selection) {
		if (selection instanceof Selection.Filtered filtered) {
			List<Object> arguments = new ArrayList<>();
			return query("SELECT number, route FROM letters WHERE " + filtered.filter().where(arguments)
					+ " ORDER BY time, number", arguments, (row) -> new Ref(row.getLong(1), row.getString(2)));
		}
		Map<Long, Letter> found = new TreeMap<>();
		for (long number : ((Selection.Numbered) selection).numbers()) {
			query("SELECT " + COLUMNS + " FROM letters WHERE number = ?", List.of(number), LetterStore::letter)
				.forEach((letter) -> found.put(number, letter));
		}
		return found.values()
			.stream()
			.sorted(Comparator.comparing(Letter::time).thenComparing(Letter::number))
			.map((letter) -> new Ref(letter.number(), letter.route()))
			.toList();
	}

	static @Nullable String cut(@Nullable String text) {
		return (text == null || text.length() <= LONGEST_TEXT) ? text : text.substring(0, LONGEST_TEXT);
	}

	static long micros(Instant time) {
		return ChronoUnit.MICROS.between(Instant.EPOCH, time);
	}

	private static Instant instant(long micros) {
		return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
	}

	private <T> List<T> query(String sql, List<Object> arguments, Row<T> row) {
		return run((connection) -> {
			try (PreparedStatement statement = connection.prepareStatement(sql)) {
				for (int i = 0; i < arguments.size(); i++) {
					statement.setObject(i + 1, arguments.get(i));
				}
				try (ResultSet rows = statement.executeQuery()) {
					List<T> found = new ArrayList<>();
					while (rows.next()) {
						found.add(row.read(rows));
					}
					return found;
				}
			}
		});
	}

	private <T extends @Nullable Object> T run(Work<T> work) {
		JdbcConnectionPool current = pool();
		try (Connection connection = current.getConnection()) {
			connection.setAutoCommit(false);
			try {
				return work.on(connection);
			}
			finally {
				if (!connection.isClosed()) {
					connection.rollback();
				}
			}
		}
		catch (SQLException ex) {
			throw failed(current, ex);
		}
	}

	private synchronized DeskUnavailableException failed(JdbcConnectionPool failing, SQLException ex) {
		if (this.pool == failing && !answers(failing)) {
			failing.dispose();
			this.pool = null;
			return unavailable(ex);
		}
		return new DeskUnavailableException("the dead letters can't be read or written: " + firstLine(ex), ex);
	}

	private static boolean answers(JdbcConnectionPool pool) {
		try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
			return statement.execute("SELECT 1");
		}
		catch (SQLException ex) {
			logger.debug("dead letter desk: the database does not answer", ex);
			return false;
		}
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		JdbcConnectionPool current = this.pool;
		this.pool = null;
		if (current == null) {
			return;
		}
		try (Connection connection = current.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute("SHUTDOWN");
		}
		catch (SQLException ex) {
			logger.debug("dead letter desk: the database was closed already", ex);
		}
		current.dispose();
	}

	/**
	 * Which letter, and whose.
	 */
	record Ref(long number, @Nullable String route) {
	}

	/**
	 * A letter with all that is needed to send it again.
	 */
	record Stored(Letter letter, CloudEvent event, byte @Nullable [] recordKey) {
	}

	private interface Row<T> {

		T read(ResultSet row) throws SQLException;

	}

	private interface Work<T extends @Nullable Object> {

		T on(Connection connection) throws SQLException;

	}

}
