package io.meshbridge.rules.filter;

import java.util.List;
import java.util.Map;

import io.cloudevents.CloudEvent;

/**
 * Says whether an event matches. An attribute that is missing, and an expression that
 * can't be evaluated, do not match.
 * <p>
 * Filters see context attributes and extensions, never the data. Values that are no text
 * are compared by their canonical text: {@code 2018-04-05T17:31:00Z}, {@code 5},
 * {@code true}, bytes as Base64. The filters made here are immutable and may be used by
 * any number of threads; their {@code toString} is the rule as a user would write it.
 *
 * @see <a href=
 * "https://github.com/cloudevents/spec/blob/main/subscriptions/spec.md#324-filters">CloudEvents
 * Subscriptions, 3.2.4 Filters</a>
 */
@FunctionalInterface
public interface Filter {

	/** Matches every event. */
	Filter EVERYTHING = CombinedFilter.all(List.of());

	/**
	 * Whether the event matches. Never throws.
	 */
	boolean matches(CloudEvent event);

	/**
	 * Matches when each named attribute has exactly this value.
	 */
	static Filter exact(Map<String, String> values) {
		return new AttributeFilter(AttributeFilter.Comparison.EXACT, values);
	}

	/**
	 * Matches when the value of each named attribute starts like this.
	 */
	static Filter prefix(Map<String, String> values) {
		return new AttributeFilter(AttributeFilter.Comparison.PREFIX, values);
	}

	/**
	 * Matches when the value of each named attribute ends like this.
	 */
	static Filter suffix(Map<String, String> values) {
		return new AttributeFilter(AttributeFilter.Comparison.SUFFIX, values);
	}

	/**
	 * Matches when all of the filters do; an empty list matches everything.
	 */
	static Filter all(List<Filter> filters) {
		return filters.isEmpty() ? EVERYTHING : CombinedFilter.all(filters);
	}

	/**
	 * Matches when at least one of the filters does; an empty list matches nothing.
	 */
	static Filter any(List<Filter> filters) {
		return CombinedFilter.any(filters);
	}

	/**
	 * Matches when the filter does not.
	 */
	static Filter not(Filter filter) {
		return new NotFilter(filter);
	}

	/**
	 * Matches when the expression is true. An expression that fails (a missing attribute,
	 * a text that is no number) or gives something else than true or false does not
	 * match.
	 * @param expression
	 * <a href= "https://github.com/cloudevents/spec/blob/main/cesql/spec.md">CloudEvents
	 * SQL</a>
	 * @throws ExpressionException when the expression can't be understood, names a
	 * function that there is not, or could never match
	 */
	static Filter sql(String expression) throws ExpressionException {
		return SqlParser.parse(expression);
	}

}
