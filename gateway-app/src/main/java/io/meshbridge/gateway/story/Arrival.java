package io.meshbridge.gateway.story;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What is known of an event that came in once: which ways it has to go, and the last that
 * was heard of it on each.
 */
final class Arrival {

	/** Of the entry that says how it came in; -1 if that could not be written. */
	private final long position;

	/** How it came in; {@code null} if that is not known any more. */
	private final @Nullable StoryEntry received;

	/** The last entry on each way; {@code null} before the first. */
	private final Map<Way, @Nullable StoryEntry> last = new LinkedHashMap<>();

	/**
	 * A route's way to one target.
	 */
	record Way(String route, String target) {
	}

	private Arrival(long position, @Nullable StoryEntry received) {
		this.position = position;
		this.received = received;
		for (String path : routes()) {
			String[] parts = path.split("\n");
			for (int i = 1; i < parts.length; i++) {
				this.last.put(new Way(parts[0], parts[i]), null);
			}
		}
	}

	/**
	 * Sorts entries by the arrival that they belong to.
	 * @param entries of one event in their order
	 */
	static List<Arrival> of(List<StoryEntry> entries) {
		Map<Long, Arrival> arrivals = new LinkedHashMap<>();
		for (StoryEntry entry : entries) {
			if (entry.kind() == Kind.RECEIVED) {
				arrivals.put(entry.position(), new Arrival(entry.position(), entry));
			}
			else if (entry.kind() != Kind.REFUSED) {
				arrivals.computeIfAbsent(entry.arrival(), (lost) -> new Arrival(lost, null)).add(entry);
			}
		}
		return new ArrayList<>(arrivals.values());
	}

	private void add(StoryEntry entry) {
		Way way = new Way(entry.name(0), entry.name(1));
		boolean untried = this.last.put(way, entry) == null;
		if (untried && (entry.kind() == Kind.DEAD_LETTERED || entry.kind() == Kind.HELD)) {
			// Hopeless from the start, so one dead letter is all that the route makes.
			this.last.entrySet()
				.removeIf((other) -> other.getValue() == null && other.getKey().route().equals(way.route()));
		}
	}

	Map<Way, @Nullable StoryEntry> ways() {
		return this.last;
	}

	@Nullable StoryEntry received() {
		return this.received;
	}

	/**
	 * Binding that it came over; nothing if that is not known any more.
	 */
	String binding() {
		return (this.received == null) ? "" : this.received.name(0);
	}

	/**
	 * The paths of the routes that it matched.
	 */
	private List<String> routes() {
		return (this.received == null) ? List.of() : this.received.names().subList(1, this.received.names().size());
	}

	boolean matchedNothing() {
		return this.received != null && this.received.number() == 0;
	}

	/**
	 * Whether it came in before this process began.
	 */
	boolean before(long start) {
		return this.position >= 0 && this.position < start;
	}

	/**
	 * Whether there is nothing left to do for it, here or at its source.
	 */
	boolean settled() {
		return this.last.values().stream().allMatch((entry) -> entry != null && entry.kind().settles());
	}

	/**
	 * Whether it is still on one of its ways.
	 */
	boolean open() {
		return this.last.values().stream().anyMatch(Arrival::open);
	}

	static boolean open(@Nullable StoryEntry last) {
		return last == null || !(last.kind().settles() || last.kind() == Kind.GIVEN_BACK);
	}

}
