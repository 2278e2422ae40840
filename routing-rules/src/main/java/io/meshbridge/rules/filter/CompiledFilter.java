package io.meshbridge.rules.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

import io.cloudevents.CloudEvent;
import org.jspecify.annotations.Nullable;

/**
 * What all filters have in common, and what {@link FilterIndex} asks of them. Two are
 * equal when their rules are.
 */
abstract sealed class CompiledFilter implements Filter
		permits AttributeFilter, CombinedFilter, DataFilter, NotFilter, SqlFilter {

	@Override
	public final boolean matches(CloudEvent event) {
		return test(view(event)) == Outcome.TRUE;
	}

	@Override
	public final Verdict explain(CloudEvent event) {
		return explain(view(event));
	}

	@Override
	public final @Nullable String contradiction() {
		return Conjunction.of(this).contradiction();
	}

	@Override
	public final boolean implies(Filter other) {
		return Conjunction.of(this).implies((CompiledFilter) other);
	}

	@Override
	public final List<String> typeErrors() {
		List<String> errors = new ArrayList<>();
		typeErrors(errors::add);
		return List.copyOf(errors);
	}

	private EventView view(CloudEvent event) {
		List<DataPath> paths = new ArrayList<>();
		paths(paths::add);
		return new EventView(event, DataPaths.of(paths));
	}

	/**
	 * Says whether the event matches. Never throws.
	 */
	abstract Outcome test(EventView event);

	/**
	 * Says the same as {@link #test} and why. Never throws.
	 */
	abstract Verdict explain(EventView event);

	/**
	 * Names what it reads of the data.
	 */
	void paths(Consumer<DataPath> paths) {
	}

	/**
	 * Takes this apart into conditions that must all hold.
	 */
	void conditions(Consumer<CompiledFilter> conditions) {
		conditions.accept(this);
	}

	/**
	 * Filters of which at least one must match; empty for a condition of another kind.
	 */
	List<CompiledFilter> choices() {
		return List.of();
	}

	/**
	 * Why no event fulfils this one condition; {@code null} when one may.
	 */
	@Nullable String contradictionInside() {
		return null;
	}

	/**
	 * Whether no event fulfils this condition and another one.
	 */
	boolean excludes(CompiledFilter other) {
		return false;
	}

	/**
	 * Whether each event that fulfils this condition fulfils another one.
	 */
	boolean implies(CompiledFilter other) {
		return false;
	}

	/**
	 * Names what can't be meant in expressions, for the types of its values.
	 */
	void typeErrors(Consumer<String> errors) {
	}

	/**
	 * Names all conditions that {@link #demand} may choose from.
	 */
	void keys(Consumer<IndexKey> keys) {
	}

	/**
	 * Conditions of which at least one holds for each event that this does not answer
	 * with {@link Outcome#FALSE}.
	 * @param cost of a condition: how many filters ask for it too
	 * @return the least costly choice; {@code null} when nothing can be said
	 */
	@Nullable Set<IndexKey> demand(ToIntFunction<IndexKey> cost) {
		return null;
	}

	/**
	 * The same filter for events that are known to fulfil one condition.
	 */
	CompiledFilter given(IndexKey key) {
		return this;
	}

	@Override
	public final boolean equals(@Nullable Object other) {
		return other instanceof CompiledFilter && toString().equals(other.toString());
	}

	@Override
	public final int hashCode() {
		return toString().hashCode();
	}

	/**
	 * The rule as a user would write it.
	 */
	@Override
	public abstract String toString();

}
