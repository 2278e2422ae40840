package io.meshbridge.gateway.routes;

import java.time.Instant;
import java.util.List;

/**
 * Rules that were activated together.
 *
 * @param number grows by one with each activation, over restarts too
 * @param author {@code start}, {@code file} when the routes file was changed, or the
 * address that the admin API was asked from
 * @param added ids of routes that the revision before did not have
 * @param changed ids of routes that are not as they were
 * @param removed ids of routes that are not there any more
 * @param restored the revision that this one brought back, 0 for none
 */
public record RulesRevision(long number, Instant time, String author, List<String> added, List<String> changed,
		List<String> removed, long restored) {

	public RulesRevision {
		added = List.copyOf(added);
		changed = List.copyOf(changed);
		removed = List.copyOf(removed);
	}

	/**
	 * Whether a route became what it is here.
	 */
	boolean touches(String id) {
		return this.added.contains(id) || this.changed.contains(id) || this.removed.contains(id);
	}

}
