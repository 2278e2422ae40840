package io.meshbridge.gateway.admin;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.meshbridge.gateway.desk.LetterFilter;
import io.meshbridge.gateway.desk.Selection;
import io.meshbridge.rules.RateLimit;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import org.jspecify.annotations.Nullable;

import org.springframework.util.MultiValueMap;

/**
 * What somebody asks of dead letters, in parameters of the URL or a JSON object with the
 * same names. Collects all that is wrong with it. Not thread-safe.
 */
final class LetterParameters {

	static final Set<String> FILTER = Set.of("route", "target", "code", "reason", "id", "source", "type", "sink",
			"from", "to");

	static final Set<String> SELECTION = union(FILTER, Set.of("numbers", "all"));

	private static final int MOST_NUMBERS = 10_000;

	private static final RateLimit DEFAULT_RATE = new RateLimit(100, Duration.ofSeconds(1));

	private final Map<String, String> values = new LinkedHashMap<>();

	private final List<String> problems = new ArrayList<>();

	/**
	 * @param known names that may be there
	 */
	LetterParameters(MultiValueMap<String, String> parameters, @Nullable Map<String, Object> body, Set<String> known) {
		parameters.forEach((name, texts) -> texts.forEach((text) -> add(name, text, known)));
		if (body != null) {
			body.forEach((name, value) -> add(name, text(value), known));
		}
	}

	static Set<String> union(Set<String> some, Set<String> more) {
		Set<String> all = new TreeSet<>(some);
		all.addAll(more);
		return all;
	}

	private static String text(@Nullable Object value) {
		return (value instanceof Collection<?> items) ? String.join(",", items.stream().map(String::valueOf).toList())
				: String.valueOf(value);
	}

	private void add(String name, String text, Set<String> known) {
		if (!known.contains(name)) {
			this.problems.add("'" + name + "' is no parameter here, "
					+ KnownNames.expectedOneOf(List.copyOf(new TreeSet<>(known))));
		}
		else if (text.isEmpty()) {
			this.problems.add(name + " is empty, expected a value, or leave it out");
		}
		else if (this.values.putIfAbsent(name, text) != null) {
			this.problems.add(name + " is given twice, expected one value");
		}
	}

	LetterFilter filter() {
		Instant from = time("from");
		Instant to = time("to");
		if (from != null && to != null && !from.isBefore(to)) {
			this.problems.add("from '" + from + "' is not before to '" + to + "', so nothing is between them");
		}
		return new LetterFilter(this.values.get("route"), this.values.get("target"), this.values.get("code"),
				this.values.get("reason"), this.values.get("id"), this.values.get("source"), this.values.get("type"),
				this.values.get("sink"), from, to);
	}

	/**
	 * What something is to be done with: numbers, a filter, or all, and never everything
	 * because something was forgotten.
	 */
	Selection selection() {
		LetterFilter filter = filter();
		boolean filtered = !filter.equals(LetterFilter.ALL);
		boolean all = flag("all");
		List<Long> numbers = numbers();
		int ways = (filtered ? 1 : 0) + (all ? 1 : 0) + (this.values.containsKey("numbers") ? 1 : 0);
		if (ways != 1) {
			this.problems
				.add((ways == 0) ? "no letters are selected, expected numbers, a filter such as route, or all=true"
						: "letters are selected in several ways, expected one of numbers, a filter and all=true");
		}
		return this.values.containsKey("numbers") ? new Selection.Numbered(numbers) : new Selection.Filtered(filter);
	}

	private List<Long> numbers() {
		String text = this.values.get("numbers");
		Set<Long> numbers = new LinkedHashSet<>();
		if (text != null) {
			for (String each : Arrays.asList(text.split(",", -1))) {
				Long number = parse(each.strip());
				if (number == null) {
					this.problems.add("numbers: '" + each + "' is no number of a letter, expected such as 17,18");
				}
				else {
					numbers.add(number);
				}
			}
			if (numbers.size() > MOST_NUMBERS) {
				this.problems.add("numbers: " + numbers.size() + " are too many, expected at most " + MOST_NUMBERS
						+ "; use a filter");
			}
		}
		return List.copyOf(numbers);
	}

	private static @Nullable Long parse(String text) {
		return text.matches("[0-9]{1,18}") ? Long.valueOf(text) : null;
	}

	private @Nullable Instant time(String name) {
		String text = this.values.get(name);
		try {
			return (text == null) ? null : OffsetDateTime.parse(text).toInstant();
		}
		catch (DateTimeException ex) {
			this.problems.add(name + ": '" + text
					+ "' is no time, expected RFC 3339 such as 2026-03-01T10:00:00Z ('+' is written %2B in a URL)");
			return null;
		}
	}

	/**
	 * A whole number, or {@code null} when it is not given.
	 */
	@Nullable Long number(String name) {
		String text = this.values.get(name);
		if (text == null) {
			return null;
		}
		Long number = parse(text);
		if (number == null) {
			this.problems.add(name + ": '" + text + "' is no whole number, expected 0 or more");
		}
		return number;
	}

	int number(String name, int otherwise, int most) {
		Long number = number(name);
		if (number != null && (number < 1 || number > most)) {
			this.problems.add(name + ": " + number + " is out of range, expected 1 to " + most);
			return otherwise;
		}
		return (number == null) ? otherwise : number.intValue();
	}

	boolean flag(String name) {
		return choice(name, "false", List.of("true", "false")).equals("true");
	}

	String choice(String name, String otherwise, List<String> known) {
		String text = this.values.getOrDefault(name, otherwise);
		if (!known.contains(text)) {
			this.problems.add(name + ": '" + text + "' is not known, " + KnownNames.expectedOneOf(known));
		}
		return text;
	}

	RateLimit rate() {
		String text = this.values.get("rate");
		RateLimit rate = (text == null) ? DEFAULT_RATE : RateLimit.parse(text);
		if (rate == null) {
			this.problems.add("rate: '" + text + "' is no rate, expected such as 100/s or 20/100ms");
			return DEFAULT_RATE;
		}
		return rate;
	}

	/**
	 * Ends the request when something is wrong.
	 */
	void requireNoProblems() {
		if (!this.problems.isEmpty()) {
			throw Problems.badRequest(this.problems);
		}
	}

	/**
	 * Describes the parameters that choose letters by what they are.
	 */
	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@Parameter(name = "route", in = ParameterIn.QUERY, description = "id of the route")
	@Parameter(name = "target", in = ParameterIn.QUERY, description = "the target that did not take the event")
	@Parameter(name = "code", in = ParameterIn.QUERY, description = "why, such as TRANSFORM or TIMEOUT")
	@Parameter(name = "reason", in = ParameterIn.QUERY, description = "text that is in the reason")
	@Parameter(name = "id", in = ParameterIn.QUERY, description = "of the event")
	@Parameter(name = "source", in = ParameterIn.QUERY, description = "of the event")
	@Parameter(name = "type", in = ParameterIn.QUERY, description = "of the event")
	@Parameter(name = "sink", in = ParameterIn.QUERY, description = "the dead letter sink that it came in")
	@Parameter(name = "from", in = ParameterIn.QUERY, description = "dead since this time, RFC 3339")
	@Parameter(name = "to", in = ParameterIn.QUERY, description = "dead before this time, RFC 3339")
	@interface Filter {

	}

	/**
	 * Describes the other ways to choose letters.
	 */
	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@Parameter(name = "numbers", in = ParameterIn.QUERY,
			description = "numbers of letters, with commas; instead of a filter")
	@Parameter(name = "all", in = ParameterIn.QUERY, description = "true for all letters; instead of a filter")
	@interface Selected {

	}

}
