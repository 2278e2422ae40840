package io.meshbridge.rules;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * How many events a target gets in a time.
 *
 * @param events at least 1
 * @param per length of the time
 */
public record RateLimit(int events, Duration per) {

	private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})/([0-9]*)([a-z]{1,2})");

	/**
	 * Reads {@code 100/s} or {@code 20/100ms}.
	 * @return {@code null} for anything else
	 */
	public static @Nullable RateLimit parse(String text) {
		Matcher matcher = FORM.matcher(text);
		if (!matcher.matches()) {
			return null;
		}
		String amount = matcher.group(2).isEmpty() ? "1" : matcher.group(2);
		Duration per = DurationText.parse(amount + matcher.group(3));
		return (per == null) ? null : new RateLimit(Integer.parseInt(matcher.group(1)), per);
	}

	/**
	 * As a user writes it.
	 */
	@Override
	public String toString() {
		return this.events + "/" + (this.per.equals(Duration.ofSeconds(1)) ? "s" : this.per.toMillis() + "ms");
	}

}
