package io.meshbridge.rules;

import java.time.Duration;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads durations, and what a route says of the times of its events.
 */
final class TimeReader {

	private static final Pattern BARE_NUMBER = Pattern.compile("[0-9.]+");

	private static final Duration LONGEST_DELAY = Duration.ofDays(365);

	private static final Duration SHORTEST_MEMORY = Duration.ofSeconds(1);

	private static final Duration LONGEST_MEMORY = Duration.ofDays(7);

	private TimeReader() {
	}

	/**
	 * How long events are remembered; {@code null} for not at all.
	 */
	static @Nullable Duration deduplicate(@Nullable Place place) {
		return (place == null) ? null : duration(place, SHORTEST_MEMORY, LONGEST_MEMORY);
	}

	/**
	 * How long events are kept before they are delivered; {@code null} for not at all.
	 */
	static @Nullable Delay delay(@Nullable Place wait, @Nullable Place attribute, Accept accept) {
		Place written = (wait != null) ? wait : attribute;
		if (written == null) {
			return null;
		}
		if (accept != Accept.DURABLE) {
			written.keyProblem("events wait in the channel of their route, which this route has not;"
					+ " expected 'accept: durable' beside it");
		}
		Duration time = (wait == null) ? null : duration(wait, Duration.ofMillis(1), LONGEST_DELAY);
		String name = (attribute == null) ? null : attribute.text();
		if (attribute != null && name != null && !AttributeNames.isValid(name)) {
			attribute.problem(Wording.quote(name) + " is no attribute name, expected the name of the attribute that"
					+ " holds the time, in lower-case letters and digits, such as 'deliverat'");
		}
		return new Delay((time == null) ? Duration.ZERO : time, name);
	}

	/**
	 * Reads one duration.
	 * @return {@code null} when it is none, or out of range
	 */
	static @Nullable Duration duration(Place place, Duration shortest, Duration longest) {
		String text = place.plainText();
		if (text == null) {
			return null;
		}
		Duration duration = DurationText.parse(text);
		if (duration == null) {
			place.problem(Wording.quote(text) + " is no duration, expected ISO 8601 such as 'PT0.2S', or '200ms'"
					+ (BARE_NUMBER.matcher(text).matches() ? "; did you mean '" + text + "s'?" : ""));
			return null;
		}
		return inRange(place, text, duration, shortest, longest) ? duration : null;
	}

	static boolean inRange(Place place, String text, Duration duration, Duration shortest, Duration longest) {
		if (duration.compareTo(shortest) < 0 || duration.compareTo(longest) > 0) {
			place.problem(Wording.quote(text) + " is out of range, expected " + shortest + " to " + longest);
			return false;
		}
		return true;
	}

}
