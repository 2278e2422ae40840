package io.meshbridge.rules.filter;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * {@code all} and {@code any}: asks the filters in the order of writing, until the answer
 * is certain.
 */
final class CombinedFilter extends CompiledFilter {

	private final boolean any;

	/** What one filter says and all others can't change. */
	private final Outcome decisive;

	private final CompiledFilter[] filters;

	private CombinedFilter(boolean any, List<Filter> filters) {
		this.any = any;
		this.decisive = Outcome.of(any);
		this.filters = filters.stream().map(CompiledFilter.class::cast).toArray(CompiledFilter[]::new);
	}

	static Filter all(List<Filter> filters) {
		return (filters.size() == 1) ? filters.get(0) : new CombinedFilter(false, filters);
	}

	static Filter any(List<Filter> filters) {
		return new CombinedFilter(true, filters);
	}

	@Override
	Outcome test(EventView event) {
		Outcome answer = this.decisive.negated();
		for (CompiledFilter filter : this.filters) {
			Outcome outcome = filter.test(event);
			if (outcome == this.decisive) {
				return outcome;
			}
			if (outcome == Outcome.ERROR) {
				answer = outcome;
			}
		}
		return answer;
	}

	@Override
	Verdict explain(EventView event) {
		if (this.filters.length == 0) {
			return new Verdict(toString(), this.decisive.negated(), this.any ? "there is none" : "there is no filter",
					List.of());
		}
		List<Verdict> parts = Stream.of(this.filters).map((filter) -> filter.explain(event)).toList();
		return this.any ? Verdict.any(toString(), parts) : Verdict.all(toString(), parts);
	}

	@Override
	void paths(Consumer<DataPath> paths) {
		for (CompiledFilter filter : this.filters) {
			filter.paths(paths);
		}
	}

	@Override
	void conditions(Consumer<CompiledFilter> conditions) {
		if (this.any) {
			conditions.accept(this);
			return;
		}
		for (CompiledFilter filter : this.filters) {
			filter.conditions(conditions);
		}
	}

	@Override
	List<CompiledFilter> choices() {
		return this.any ? List.of(this.filters) : List.of();
	}

	@Override
	void typeErrors(Consumer<String> errors) {
		for (CompiledFilter filter : this.filters) {
			filter.typeErrors(errors);
		}
	}

	@Override
	void keys(Consumer<IndexKey> keys) {
		for (CompiledFilter filter : this.filters) {
			filter.keys(keys);
		}
	}

	@Override
	@Nullable Set<IndexKey> demand(ToIntFunction<IndexKey> cost) {
		return this.any ? demandOfAny(cost) : demandOfAll(cost);
	}

	private @Nullable Set<IndexKey> demandOfAll(ToIntFunction<IndexKey> cost) {
		Set<IndexKey> cheapest = null;
		long least = Long.MAX_VALUE;
		for (CompiledFilter filter : this.filters) {
			Set<IndexKey> demand = filter.demand(cost);
			if (demand != null) {
				long sum = demand.stream().mapToLong(cost::applyAsInt).sum();
				if (sum < least) {
					least = sum;
					cheapest = demand;
				}
			}
		}
		return cheapest;
	}

	private @Nullable Set<IndexKey> demandOfAny(ToIntFunction<IndexKey> cost) {
		Set<IndexKey> together = new HashSet<>();
		for (CompiledFilter filter : this.filters) {
			Set<IndexKey> demand = filter.demand(cost);
			if (demand == null) {
				return null;
			}
			together.addAll(demand);
		}
		return together;
	}

	@Override
	CompiledFilter given(IndexKey key) {
		if (this.any) {
			return this;
		}
		List<Filter> others = new ArrayList<>();
		for (CompiledFilter filter : this.filters) {
			CompiledFilter other = filter.given(key);
			if (!other.equals(EVERYTHING)) {
				others.add(other);
			}
		}
		return (CompiledFilter) Filter.all(others);
	}

	@Override
	public String toString() {
		if (!this.any && this.filters.length == 0) {
			return "everything";
		}
		return Stream.of(this.filters)
			.map((filter) -> "{" + filter + "}")
			.collect(Collectors.joining(", ", this.any ? "any: [" : "all: [", "]"));
	}

}
