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
