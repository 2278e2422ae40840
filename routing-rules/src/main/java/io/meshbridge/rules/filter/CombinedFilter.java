package io.meshbridge.rules.filter;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.cloudevents.CloudEvent;
import org.jspecify.annotations.Nullable;

/**
 * {@code all} and {@code any}: asks the filters in the order of writing, until the answer
 * is certain.
 */
final class CombinedFilter implements Filter {

	private final boolean any;

	private final Filter[] filters;

	private CombinedFilter(boolean any, List<Filter> filters) {
		this.any = any;
		this.filters = filters.toArray(Filter[]::new);
	}

	static Filter all(List<Filter> filters) {
		return (filters.size() == 1) ? filters.get(0) : new CombinedFilter(false, filters);
	}

	static Filter any(List<Filter> filters) {
		return new CombinedFilter(true, filters);
	}

	@Override
	public boolean matches(CloudEvent event) {
		for (Filter filter : this.filters) {
			if (filter.matches(event) == this.any) {
				return this.any;
			}
		}
		return !this.any;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof CombinedFilter && toString().equals(other.toString());
	}

	@Override
	public int hashCode() {
		return toString().hashCode();
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
