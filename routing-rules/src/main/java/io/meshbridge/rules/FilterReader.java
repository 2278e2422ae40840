package io.meshbridge.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.meshbridge.rules.filter.ExpressionException;
import io.meshbridge.rules.filter.Filter;
import io.meshbridge.rules.reference.Block;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code filters}. What has a problem reads as a filter that matches everything;
 * the table it stands in is not used then.
 */
final class FilterReader {

	private static final List<String> DIALECTS = Block.FILTER.names();

	private static final int DEPTH_LIMIT = 32;

	private FilterReader() {
	}

	/**
	 * Reads a list of filters, all of which must match, or one mapping of them.
	 */
	static Filter read(@Nullable Place place) {
		if (place == null || place.isEmpty()) {
			return Filter.EVERYTHING;
		}
		if (place.isEntries()) {
			return Filter.all(dialects(place, 0));
		}
		if (place.isScalar()) {
			place.problem(place.written() + ", expected a list of filters such as '- prefix: {type: com.example}'");
			return Filter.EVERYTHING;
		}
		return Filter.all(place.items().stream().map((item) -> filter(item, 0)).toList());
	}

	private static Filter filter(Place place, int depth) {
		if (depth > DEPTH_LIMIT) {
			place.problem("is nested deeper than " + DEPTH_LIMIT + " levels, expected fewer");
			return Filter.EVERYTHING;
		}
		if (!place.isEmpty() && !place.isEntries()) {
			place.problem(place.written() + ", expected a filter such as 'prefix: {type: com.example}'");
			return Filter.EVERYTHING;
		}
		int written = place.entries().size();
		List<Filter> filters = dialects(place, depth);
		if (written > 1 && filters.size() > 1) {
			place.problem("names " + written + " dialects (" + String.join(", ", place.entries().keySet())
					+ "), expected one; write each as a filter of its own");
		}
		else if (written == 0) {
			place.problem("is empty, expected one of " + String.join(", ", DIALECTS.stream().sorted().toList()));
		}
		return Filter.all(filters);
	}

	private static List<Filter> dialects(Place place, int depth) {
		List<Filter> filters = new ArrayList<>();
		place.entries().forEach((name, value) -> {
			if (DIALECTS.contains(name)) {
				filters.add(dialect(name, value, depth));
			}
			else {
				value.keyProblem(
						Wording.quote(name) + " is no filter dialect, " + Wording.expectedOneOf(name, DIALECTS));
			}
		});
		return filters;
	}

	private static Filter dialect(String name, Place place, int depth) {
		return switch (name) {
			case "exact" -> Filter.exact(values(place));
			case "prefix" -> Filter.prefix(values(place));
			case "suffix" -> Filter.suffix(values(place));
			case "data" -> DataReader.read(place);
			case "all" -> Filter.all(nested(place, depth));
			case "any" -> Filter.any(nested(place, depth));
			case "not" -> Filter.not(filter(place, depth + 1));
			default -> sql(place);
		};
	}

	private static Map<String, String> values(Place place) {
		Map<String, String> values = new LinkedHashMap<>();
		if (place.isEmpty() || !place.isEntries()) {
			place.problem(place.written() + ", expected a mapping of attributes to text such as {type: com.example}");
			return values;
		}
		place.entries().forEach((attribute, value) -> {
			checkAttribute(attribute, value);
			if (value.isItems()) {
				value.problem("is a list, expected text; use 'any' to allow one of several values");
				return;
			}
			String text = value.plainText();
			if (text != null) {
				values.put(attribute, text);
			}
		});
		return values;
	}

	private static void checkAttribute(String name, Place place) {
		if (name.equals("data")) {
			place.keyProblem(
					"'data' is no attribute; look into the data with a filter such as 'data: {$.order.total: 5}'");
		}
		else if (!AttributeNames.isValid(name)) {
			String letters = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
			place.keyProblem(Wording.quote(name) + " is no attribute name, expected lower-case letters and digits"
					+ (letters.isEmpty() ? "" : "; did you mean '" + letters + "'?"));
		}
	}

	private static List<Filter> nested(Place place, int depth) {
		if (place.isEmpty() || !place.isItems()) {
			place.problem(place.written() + ", expected a list of at least one filter");
			return List.of();
		}
		return place.items().stream().map((item) -> filter(item, depth + 1)).toList();
	}

	private static Filter sql(Place place) {
		String expression = place.text();
		if (expression == null) {
			return Filter.EVERYTHING;
		}
		try {
			return Filter.sql(expression);
		}
		catch (ExpressionException ex) {
			place.problem(Wording.quote(expression) + " " + ex.getMessage());
			return Filter.EVERYTHING;
		}
	}

}
