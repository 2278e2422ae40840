package io.meshbridge.gateway.story;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * All that is known of one event.
 *
 * @param source of the event
 * @param id of the event
 * @param summary how it came in and where it is now
 * @param places where it is on each of its ways
 * @param entries what happened, in order
 * @param reachesBackTo since when stories are complete; {@code null} if nothing is
 * written yet
 */
public record Story(String source, String id, String summary, List<Place> places, List<Entry> entries,
		@Nullable Instant reachesBackTo) {

	/**
	 * One thing that happened. What does not belong to it is left out.
	 *
	 * @param time when
	 * @param what {@code received}, {@code refused}, {@code delivered},
	 * {@code attempt-failed}, {@code waits}, {@code held}, {@code dead-lettered} or
	 * {@code given-back}
	 * @param arrival which time that it came in this belongs to, from 1
	 * @param over binding that it came in over
	 * @param routes those that it matched
	 * @param route id of the route
	 * @param target endpoint
	 * @param sink endpoint of the dead letter sink
	 * @param attempts number of the attempt, which is how many there have been
	 * @param code of the failure, in the words of the protocol
	 * @param reason why
	 */
	public record Entry(Instant time, String what, @Nullable Integer arrival, @Nullable String over,
			@Nullable List<String> routes, @Nullable String route, @Nullable String target, @Nullable String sink,
			@Nullable Integer attempts, @Nullable String code, @Nullable String reason) {

		static Entry of(StoryEntry entry, @Nullable Integer arrival) {
			String reason = entry.text().isEmpty() ? null : entry.text();
			return switch (entry.kind()) {
				case RECEIVED -> new Entry(entry.time(), entry.kind().word(), arrival, entry.name(0), routes(entry),
						null, null, null, null, null, null);
				case REFUSED -> new Entry(entry.time(), entry.kind().word(), null, entry.name(0), null, null, null,
						null, null, null, reason);
				case DELIVERED -> onItsWay(entry, arrival, null, entry.number(), null, reason);
				case ATTEMPT_FAILED -> onItsWay(entry, arrival, null, entry.number(), entry.name(2), reason);
				case DEAD_LETTERED -> onItsWay(entry, arrival, entry.name(2), entry.number(), entry.name(3), reason);
				case WAITS, HELD, GIVEN_BACK, DROPPED, DUPLICATE -> onItsWay(entry, arrival, null, null, null, reason);
			};
		}

		private static Entry onItsWay(StoryEntry entry, @Nullable Integer arrival, @Nullable String sink,
				@Nullable Integer attempts, @Nullable String code, @Nullable String reason) {
			return new Entry(entry.time(), entry.kind().word(), arrival, null, null, entry.name(0), entry.name(1), sink,
					attempts, code, reason);
		}

		private static List<String> routes(StoryEntry entry) {
			return entry.names().stream().skip(1).map((path) -> path.split("\n")[0]).toList();
		}

	}

	static Story of(String source, String id, List<StoryEntry> entries, List<LiveLeg> legs, long start,
			@Nullable Instant reachesBackTo) {
		List<Arrival> arrivals = Arrival.of(entries);
		List<Place> places = new Whereabouts(arrivals, legs, start).places();
		return new Story(source, id, summary(entries, arrivals, places), places, numbered(entries), reachesBackTo);
	}

	private static List<Entry> numbered(List<StoryEntry> entries) {
		Map<Long, Integer> numbers = new HashMap<>();
		List<Entry> told = new ArrayList<>();
		for (StoryEntry entry : entries) {
			Integer number = (entry.kind() == Kind.REFUSED) ? null
					: numbers.computeIfAbsent(entry.arrival(), (unknown) -> numbers.size() + 1);
			told.add(Entry.of(entry, number));
		}
		return told;
	}

	private static String summary(List<StoryEntry> entries, List<Arrival> arrivals, List<Place> places) {
		if (entries.isEmpty()) {
			return "nothing is known of it";
		}
		List<String> parts = new ArrayList<>();
		parts.add(cameIn(entries));
		if (arrivals.stream().anyMatch(Arrival::matchedNothing)) {
			parts.add("matched no route, so it was acknowledged and went nowhere");
		}
		places.forEach((place) -> parts.add("route " + place.route() + ": " + place.detail()));
		return parts.stream().collect(Collectors.joining("; "));
	}

	private static String cameIn(List<StoryEntry> entries) {
		List<StoryEntry> all = entries.stream()
			.filter((entry) -> entry.kind() == Kind.RECEIVED || entry.kind() == Kind.REFUSED)
			.toList();
		// Out of a channel it came in before, if that is still known.
		List<StoryEntry> fromOutside = all.stream().filter((entry) -> !entry.name(0).startsWith("channel:")).toList();
		List<StoryEntry> told = fromOutside.isEmpty() ? all : fromOutside;
		if (told.isEmpty()) {
			return "came in before the first entry that is left";
		}
		StoryEntry first = told.get(0);
		StoryEntry last = told.get(told.size() - 1);
		return "came in over " + first.name(0) + " at " + first.time()
				+ ((told.size() == 1) ? ""
						: " and " + ((told.size() == 2) ? "once" : (told.size() - 1) + " times") + " more, last over "
								+ last.name(0) + " at " + last.time())
				+ ((last.kind() == Kind.REFUSED) ? " and was not taken: " + last.text() : "");
	}

}
