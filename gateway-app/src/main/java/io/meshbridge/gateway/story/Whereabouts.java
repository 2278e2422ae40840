package io.meshbridge.gateway.story;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.meshbridge.gateway.story.Arrival.Way;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where an event is now, on each way that it has gone or is to go, from what is
 * written about it and from the routes that are active. A channel holds what was stored
 * there and has not come out of it for good, so the two stages of a route that accepts
 * durably are told as one.
 */
final class Whereabouts {

	private final List<Arrival> arrivals;

	private final List<LiveLeg> legs;

	private final long start;

	/** The arrival that says where the event is on this way. */
	private final Map<Way, Arrival> newest = new LinkedHashMap<>();

	/**
	 * Makes it for one event.
	 * @param legs of the active routes
	 * @param start position at which the entries of this process begin
	 */
	Whereabouts(List<Arrival> arrivals, List<LiveLeg> legs, long start) {
		this.arrivals = arrivals;
		this.legs = legs;
		this.start = start;
	}

	/**
	 * The place on each way.
	 */
	List<Place> places() {
		for (Arrival arrival : this.arrivals) {
			for (Way way : arrival.ways().keySet()) {
				// What is still under way counts, whatever came after it.
				if ((!underWay(way) || underWay(arrival, way))
						&& !(this.newest.containsKey(way) && duplicate(arrival, way))) {
					this.newest.put(way, arrival);
				}
			}
		}
		Map<Way, Place> places = new LinkedHashMap<>();
		this.newest.forEach((way, arrival) -> places.put(way, place(way, arrival)));
		for (Way stored : List.copyOf(places.keySet())) {
			lookInto(stored, places);
		}
		return new ArrayList<>(places.values());
	}

	/** It goes where the event was before. */
	private static boolean duplicate(Arrival arrival, Way way) {
		StoryEntry last = arrival.ways().get(way);
		return last != null && last.kind() == Kind.DUPLICATE;
	}

	private boolean underWay(Way way) {
		Arrival arrival = this.newest.get(way);
		return arrival != null && underWay(arrival, way);
	}

	private boolean underWay(Arrival arrival, Way way) {
		return Arrival.open(arrival.ways().get(way)) && !arrival.before(this.start);
	}

	/**
	 * Where a channel still holds the event for some of its readers, says so of these. A
	 * route's own channel is not told of beside the targets that it feeds.
	 */
	private void lookInto(Way stored, Map<Way, Place> places) {
		long in = deliveries(stored);
		if (in == 0 || !stored.target().startsWith("channel:")) {
			return;
		}
		List<LiveLeg> readers = this.legs.stream().filter((leg) -> leg.from().equals(stored.target())).toList();
		for (LiveLeg reader : readers) {
			Way way = new Way(reader.route(), reader.target());
			if (takenOutBy(reader) < in && !underWay(way)) {
				places.put(way, inChannel(way, stored, (reader.outage() == null) ? "for " + reader.target()
						: "for " + reader.target() + ", which is out: " + reader.outage()));
			}
		}
		if (readers.isEmpty()) {
			places.put(stored, inChannel(stored, stored, "which no route here reads"));
		}
		else if (stored.target().equals("channel:route." + stored.route())) {
			places.remove(stored);
		}
	}

	/**
	 * How often the event came out of its channel and is settled, or on its way now.
	 */
	private long takenOutBy(LiveLeg reader) {
		return this.arrivals.stream()
			.filter((arrival) -> arrival.binding().equals(reader.source()))
			.filter((arrival) -> arrival.settled() || (arrival.open() && !arrival.before(this.start)))
			.count();
	}

	private long deliveries(Way way) {
		return this.arrivals.stream().filter((arrival) -> {
			StoryEntry last = arrival.ways().get(way);
			return last != null && last.kind() == Kind.DELIVERED;
		}).count();
	}

	private Place inChannel(Way way, Way stored, String forWhom) {
		StoryEntry last = null;
		for (Arrival arrival : this.arrivals) {
			StoryEntry entry = arrival.ways().get(stored);
			last = (entry == null) ? last : entry;
		}
		return new Place(way.route(), way.target(), "in-channel", (last == null) ? null : last.time(), deliveries(way),
				stored.target(), null, "in " + stored.target() + ", " + forWhom);
	}

	private Place place(Way way, Arrival arrival) {
		StoryEntry last = arrival.ways().get(way);
		if (last == null || Arrival.open(last)) {
			return arrival.before(this.start) ? interrupted(way, arrival, last) : underWay(way, arrival, last);
		}
		return switch (last.kind()) {
			case DELIVERED -> {
				long times = deliveries(way);
				yield of(way, "delivered", last,
						(way.target().startsWith("channel:") ? "stored in " : "delivered to ") + way.target() + " at "
								+ last.time() + ((last.number() > 1) ? " with attempt " + last.number() : "")
								+ ((times > 1) ? ", " + times + " times" : ""));
			}
			case DEAD_LETTERED ->
				new Place(way.route(), way.target(), "dead-lettered", last.time(), deliveries(way), null, last.name(2),
						"in the dead letter sink " + last.name(2) + " since " + last.time() + ", after " + last.number()
								+ ((last.number() == 1) ? " attempt at " : " attempts at ") + way.target() + ": "
								+ last.name(3) + ", " + last.text());
			case DROPPED -> of(way, "dropped", last, "dropped at " + last.time() + ": " + last.text());
			case DUPLICATE -> of(way, "duplicate", last,
					"not sent to " + way.target() + " at " + last.time() + ", for it came before");
			default -> of(way, "given-back", last,
					"not taken by " + way.target() + " and left to its source at " + last.time() + ": " + last.text());
		};
	}

	private Place interrupted(Way way, Arrival arrival, @Nullable StoryEntry last) {
		return of(way, "interrupted", (last == null) ? arrival.received() : last, "was on its way to " + way.target()
				+ " when the gateway ended, before its source heard that it is taken");
	}

	private Place underWay(Way way, Arrival arrival, @Nullable StoryEntry last) {
		String outage = this.legs.stream()
			.filter((leg) -> leg.route().equals(way.route()) && leg.target().equals(way.target()))
			.map(LiveLeg::outage)
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
		StoryEntry since = (last == null) ? arrival.received() : last;
		if (outage != null) {
			return of(way, "waiting", since, "waits for " + way.target() + ", which is out: " + outage);
		}
		if (last == null) {
			return of(way, "in-flight", since, "on its way to " + way.target());
		}
		return switch (last.kind()) {
			case HELD -> of(way, "held", since, "held for " + way.target() + " and tried again: " + last.text());
			case ATTEMPT_FAILED -> of(way, "retrying", since, "tried again at " + way.target() + ", attempt "
					+ last.number() + " failed at " + last.time() + ": " + last.name(2) + ", " + last.text());
			default -> of(way, "in-flight", since, "on its way to " + way.target());
		};
	}

	private Place of(Way way, String state, @Nullable StoryEntry since, String detail) {
		return new Place(way.route(), way.target(), state, (since == null) ? null : since.time(), deliveries(way), null,
				null, detail);
	}

}
