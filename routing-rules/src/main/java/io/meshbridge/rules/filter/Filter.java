package io.meshbridge.rules.filter;

import java.util.List;
import java.util.Map;

import io.cloudevents.CloudEvent;
import org.jspecify.annotations.Nullable;

/**
 * Says whether an event matches. An attribute that is missing does not match; what can't
 * be evaluated is an {@link Outcome#ERROR}, which does not match either, but is no
 * secret.
 * <p>
 * Values of attributes that are no text are compared by their canonical text:
 * {@code 2018-04-05T17:31:00Z}, {@code 5}, {@code true}, bytes as Base64. Data is read
 * only by {@link #data}. The filters made here are immutable and may be used by any
 * number of threads; their {@code toString} is the rule as a user would write it. Many
 * filters are asked at once through a {@link FilterIndex}.
 *
 * @see <a href=
 * "https://github.com/cloudevents/spec/blob/main/subscriptions/spec.md#324-filters">CloudEvents
 * Subscriptions, 3.2.4 Filters</a>
 */
public sealed interface Filter permits CompiledFilter {

	/** Matches every event. */
	Filter EVERYTHING = CombinedFilter.all(List.of());

	/**
	 * Whether the event matches. Never throws.
	 */
	boolean matches(CloudEvent event);

	/**
	 * Whether the event matches, and why, with each clause of the filter. Never throws.
	 */
	Verdict explain(CloudEvent event);

	/**
	 * Why no event can match; {@code null} when one may.
	 */
	@Nullable String contradiction();

	/**
	 * Whether each event that matches this matches another filter too, as far as the two
	 * rules tell.
	 */
	boolean implies(Filter other);

	/**
	 * What can't be meant in the expressions of this, since values are never of the type
	 * that is wanted there: each expression with a sentence about it, without a full
	 * stop.
	 */
	List<String> typeErrors();

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
	 * Matches when the filter does not, and not because of an error.
	 */
	static Filter not(Filter filter) {
		return new NotFilter(filter);
	}

	/**
	 * Matches when the conditions hold for what stands at these paths of the event's JSON
	 * data. Where there is none, or it has another content type, nothing stands anywhere;
	 * data that claims to be JSON (or does not say what it is) and is none is an error.
	 */
	static Filter data(Map<DataPath, DataCondition> conditions) {
		return new DataFilter(conditions);
	}

	/**
	 * Matches when the expression is true. An expression that fails (a missing attribute,
	 * a text that is no number) or gives something else than true or false is an error.
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
