package io.meshbridge.rules;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Durations as users write them: ISO 8601, or a number with a unit.
 */
final class DurationText {

	private static final Pattern SHORT = Pattern.compile("([0-9]{1,12})(ns|us|ms|s|m|h|d)");

	private DurationText() {
	}

	/**
	 * Reads a duration.
	 * @return {@code null} when it is none
	 */
	static @Nullable Duration parse(String text) {
		Matcher matcher = SHORT.matcher(text.toLowerCase(Locale.ROOT));
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
