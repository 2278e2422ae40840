package io.meshbridge.rules;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.meshbridge.rules.filter.DataCondition;
import io.meshbridge.rules.filter.DataPath;
import io.meshbridge.rules.filter.ExpressionException;
import io.meshbridge.rules.filter.Filter;
import io.meshbridge.rules.reference.Block;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code data} filters: a mapping of paths to a value, a list of which one must
 * hold, or a mapping of operators all of which must.
 */
final class DataReader {

	private static final String ANYTHING_BUT = "anything-but";

	private static final String EXISTS = "exists";

	private static final List<String> OPERATORS = Block.OPERATOR.names();

	private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,100}(?:\\.[0-9]{1,100})?(?:[eE][+-]?[0-9]{1,4})?");

	private DataReader() {
	}

	static Filter read(Place place) {
		Map<DataPath, DataCondition> conditions = new LinkedHashMap<>();
		if (place.isEmpty() || !place.isEntries()) {
			place.problem(place.written() + ", expected a mapping of paths to conditions such as {$.order.total: 5}");
			return Filter.EVERYTHING;
		}
		place.entries().forEach((text, value) -> {
			DataPath path = path(text, value);
			DataCondition condition = condition(value);
			if (path != null && condition != null && conditions.putIfAbsent(path, condition) != null) {
				value.keyProblem(Wording.quote(text) + " leads to the same place as another path of this filter,"
						+ " expected each once; write one in a filter of its own");
			}
		});
		return Filter.data(conditions);
	}

	private static @Nullable DataPath path(String text, Place place) {
		try {
			return DataPath.parse(text);
		}
		catch (ExpressionException ex) {
			place.keyProblem(Wording.quote(text) + " " + ex.getMessage());
			return null;
		}
	}

	/**
	 * Reads what one path is asked for.
	 * @return {@code null} when there is a problem
	 */
	private static @Nullable DataCondition condition(Place place) {
		if (place.isEntries()) {
			return operators(place);
		}
		if (!place.isItems()) {
			return DataCondition.equalTo(values(place));
		}
		if (place.isEmpty()) {
			place.problem("is empty, expected at least one value");
		}
		List<@Nullable Object> plain = new ArrayList<>();
		List<DataCondition> conditions = new ArrayList<>();
		for (Place item : place.items()) {
			if (item.setting() instanceof Setting.Scalar scalar) {
				plain.add(scalar.value());
			}
			else if (item.isItems()) {
				item.problem("is a list, expected a value or an operator such as {prefix: a}");
			}
			else {
				add(conditions, operators(item));
			}
		}
		if (!plain.isEmpty()) {
			conditions.add(0, DataCondition.equalTo(plain));
		}
		return conditions.isEmpty() ? null : DataCondition.any(conditions);
	}

	private static void add(List<DataCondition> conditions, @Nullable DataCondition condition) {
		if (condition != null) {
			conditions.add(condition);
		}
	}

	private static @Nullable DataCondition operators(Place place) {
		if (place.isEmpty()) {
			place.problem("is empty, expected one of " + String.join(", ", OPERATORS.stream().sorted().toList()));
			return null;
		}
		List<DataCondition> conditions = new ArrayList<>();
		Map<String, Place> operators = place.entries(OPERATORS);
		operators.forEach((name, value) -> add(conditions, operator(name, value)));
		Place exists = operators.get(EXISTS);
		if (exists != null && operators.size() > 1) {
			exists.keyProblem("'exists' stands beside other operators, which say already whether there must be a value;"
					+ " expected it alone, or in a list with others: [{exists: false}, a]");
		}
		return conditions.isEmpty() ? null : DataCondition.all(conditions);
	}

	private static @Nullable DataCondition operator(String name, Place place) {
		return switch (name) {
			case "equals" -> equalTo(place);
			case "prefix" -> texts(place, DataCondition::prefix);
			case "suffix" -> texts(place, DataCondition::suffix);
			case "ignore-case" -> texts(place, DataCondition::ignoreCase);
			case "wildcard" -> texts(place, DataCondition::wildcard);
			case "cidr" -> texts(place, DataCondition::cidr);
			case "numeric" -> numeric(place);
			case EXISTS -> exists(place);
			default -> anythingBut(place);
		};
	}

	private static @Nullable DataCondition equalTo(Place place) {
		if (place.isEntries() || (place.isItems() && place.isEmpty())) {
			place.problem(place.written() + ", expected a value or a list of values");
			return null;
		}
		return DataCondition.equalTo(values(place));
	}

	/**
	 * One value or several: text, numbers, booleans, and nothing for {@code null}.
	 */
	private static List<@Nullable Object> values(Place place) {
		List<@Nullable Object> values = new ArrayList<>();
		for (Place item : place.isItems() ? place.items() : List.of(place)) {
			if (item.setting() instanceof Setting.Scalar scalar) {
				values.add(scalar.value());
			}
			else {
				item.problem(item.written() + ", expected a value");
			}
		}
		return values;
	}

	/**
	 * Reads one text or several, each of which the operator must understand.
	 */
	private static @Nullable DataCondition texts(Place place, TextOperator operator) {
		if (place.isItems() && place.isEmpty()) {
			place.problem("is empty, expected text or a list of texts");
		}
		List<String> texts = new ArrayList<>();
		for (Place item : place.isItems() ? place.items() : List.of(place)) {
			String text = item.text();
			if (text != null && condition(item, List.of(text), operator) != null) {
				texts.add(text);
			}
		}
		return texts.isEmpty() ? null : condition(place, List.copyOf(texts), operator);
	}

	private static @Nullable DataCondition condition(Place place, List<String> texts, TextOperator operator) {
		try {
			return operator.of(texts);
		}
		catch (ExpressionException ex) {
			place.problem(Wording.quote(String.join(", ", texts)) + " " + ex.getMessage());
			return null;
		}
	}

	private static @Nullable DataCondition numeric(Place place) {
		if (place.isEmpty() || !place.isEntries()) {
			place.problem(place.written() + ", expected comparisons such as {'>=': 1, '<': 100}");
			return null;
		}
		Map<String, BigDecimal> limits = new LinkedHashMap<>();
		place.entries(Block.COMPARISON.names()).forEach((comparison, value) -> {
			String text = value.plainText();
			// A flat source of properties, and a number with zeros at its end, are text.
			if (text != null && NUMBER.matcher(text).matches()) {
				limits.put(comparison, new BigDecimal(text));
			}
			else if (text != null) {
				value.problem(Wording.quote(text) + " is no number, expected one such as 100 or -0.5");
			}
		});
		return limits.isEmpty() ? null : DataCondition.numeric(limits);
	}

	private static @Nullable DataCondition exists(Place place) {
		String text = place.plainText();
		if (text != null && !text.equals("true") && !text.equals("false")) {
			place.problem(Wording.quote(text) + " is no boolean, expected true or false");
			return null;
		}
		return (text == null) ? null : DataCondition.exists(text.equals("true"));
	}

	private static @Nullable DataCondition anythingBut(Place place) {
		for (Place item : place.isItems() ? place.items() : List.of(place)) {
			for (String name : List.of(EXISTS, ANYTHING_BUT)) {
				Place nested = item.isEntries() ? item.entries().get(name) : null;
				if (nested != null) {
					nested.keyProblem("'" + name + "' stands in 'anything-but', expected a value or another operator");
					return null;
				}
			}
		}
		DataCondition condition = condition(place);
		return (condition == null) ? null : DataCondition.anythingBut(condition);
	}

	/**
	 * Makes a condition that one of several texts must fulfil.
	 */
	private interface TextOperator {

		DataCondition of(List<String> texts) throws ExpressionException;

	}

}
