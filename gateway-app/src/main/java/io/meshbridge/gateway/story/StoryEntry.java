package io.meshbridge.gateway.story;

import java.time.Instant;
import java.util.List;

/**
 * One thing that happened to an event.
 *
 * @param position place in the ring; grows with each entry, over restarts too
 * @param millis when it happened
 * @param kind what happened
 * @param arrival position of the entry that says how the event came in; -1 if that could
 * not be written
 * @param number attempts, or routes that matched
 * @param names as {@link Kind} says
 * @param text why it happened, or nothing
 */
record StoryEntry(long position, long millis, Kind kind, long arrival, int number, List<String> names, String text) {

	StoryEntry {
		names = List.copyOf(names);
	}

	Instant time() {
		return Instant.ofEpochMilli(this.millis);
	}

	/**
	 * The name at this place; a question mark when a damaged file has lost it.
	 */
	String name(int index) {
		return (index < this.names.size()) ? this.names.get(index) : "?";
	}

}
