package io.meshbridge.rules;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.meshbridge.rules.DeliveryPolicy.Backoff;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code delivery} blocks. What a block does not set, or sets wrongly, it inherits.
 */
final class DeliveryReader {

	private static final List<String> KEYS = List.of("retry", "backoff-policy", "backoff-delay", "backoff-max-delay",
			"timeout", "dead-letter-sink");

	private static final int MOST_RETRIES = 100;

	private static final String NO_SINK = "none";

	private static final Duration SHORTEST = Duration.ofMillis(1);

	private static final Duration LONGEST = Duration.ofDays(1);

	private static final Pattern SHORT_DURATION = Pattern.compile("([0-9]{1,12})(ns|us|ms|s|m|h|d)");

	private static final Pattern BARE_NUMBER = Pattern.compile("[0-9.]+");

	private final EndpointReader endpoints;

	DeliveryReader(EndpointReader endpoints) {
		this.endpoints = endpoints;
	}

	DeliveryPolicy read(@Nullable Place place, DeliveryPolicy inherited) {
		if (place == null) {
			return inherited;
		}
		Map<String, Place> block = place.entries(KEYS);
		Duration delay = duration(block.get("backoff-delay"), inherited.backoffDelay(), Duration.ZERO);
		Duration maxDelay = duration(block.get("backoff-max-delay"), inherited.backoffMaxDelay(), SHORTEST);
		Place maxDelayPlace = block.get("backoff-max-delay");
		if (maxDelayPlace != null && block.containsKey("backoff-delay") && delay.compareTo(maxDelay) > 0) {
			maxDelayPlace
				.problem("'" + maxDelay + "' is shorter than backoff-delay '" + delay + "', expected at least that");
		}
		return new DeliveryPolicy(retry(block.get("retry"), inherited.retry()),
				policy(block.get("backoff-policy"), inherited.backoffPolicy()), delay, maxDelay,
				duration(block.get("timeout"), inherited.timeout(), SHORTEST),
				sink(block.get("dead-letter-sink"), inherited.deadLetterSink()));
	}

	private static int retry(@Nullable Place place, int inherited) {
		String text = (place != null) ? place.plainText() : null;
		if (place == null || text == null) {
			return inherited;
		}
		// A flat source of properties has text only.
		if (text.matches("[0-9]{1,3}") && Integer.parseInt(text) <= MOST_RETRIES) {
			return Integer.parseInt(text);
		}
		place.problem(
				Wording.quote(text) + " is no number of retries, expected a whole number from 0 to " + MOST_RETRIES);
		return inherited;
	}

	private static Backoff policy(@Nullable Place place, Backoff inherited) {
		String text = (place != null) ? place.text() : null;
		if (place == null || text == null) {
			return inherited;
		}
		switch (text) {
			case "linear":
				return Backoff.LINEAR;
			case "exponential":
				return Backoff.EXPONENTIAL;
			default:
				place.problem(Wording.quote(text) + " is no back-off policy, "
						+ Wording.expectedOneOf(text, List.of("exponential", "linear")));
				return inherited;
		}
	}

	private @Nullable Endpoint sink(@Nullable Place place, @Nullable Endpoint inherited) {
		if (place == null) {
			return inherited;
		}
		if (place.setting() instanceof Setting.Scalar scalar && NO_SINK.equals(scalar.value())) {
			return null;
		}
		return this.endpoints.target(place);
	}

	private static Duration duration(@Nullable Place place, Duration inherited, Duration shortest) {
		String text = (place != null) ? place.plainText() : null;
		if (place == null || text == null) {
			return inherited;
		}
		Duration duration = parse(text);
		if (duration == null) {
			place.problem(Wording.quote(text) + " is no duration, expected ISO 8601 such as 'PT0.2S', or '200ms'"
					+ (BARE_NUMBER.matcher(text).matches() ? "; did you mean '" + text + "s'?" : ""));
			return inherited;
		}
		if (duration.compareTo(shortest) < 0 || duration.compareTo(LONGEST) > 0) {
			place.problem(Wording.quote(text) + " is out of range, expected " + shortest + " to " + LONGEST);
			return inherited;
		}
		return duration;
	}

	private static @Nullable Duration parse(String text) {
		Matcher matcher = SHORT_DURATION.matcher(text.toLowerCase(Locale.ROOT));
		if (!matcher.matches()) {
			try {
				return Duration.parse(text);
			}
			catch (DateTimeParseException | ArithmeticException ex) {
				return null;
			}
		}
		long amount = Long.parseLong(matcher.group(1));
		return switch (matcher.group(2)) {
			case "ns" -> Duration.ofNanos(amount);
			case "us" -> Duration.ofNanos(amount * 1_000);
			case "ms" -> Duration.ofMillis(amount);
			case "s" -> Duration.ofSeconds(amount);
			case "m" -> Duration.ofMinutes(amount);
			case "h" -> Duration.ofHours(amount);
			default -> Duration.ofDays(amount);
		};
	}

}
