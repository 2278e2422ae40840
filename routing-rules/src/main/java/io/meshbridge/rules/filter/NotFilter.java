package io.meshbridge.rules.filter;

import java.util.List;
import java.util.function.Consumer;

/**
 * {@code not}: what the other filter does not match, which includes events that lack what
 * it looks at. An error stays one.
 */
final class NotFilter extends CompiledFilter {

	private final CompiledFilter filter;

	NotFilter(Filter filter) {
		this.filter = (CompiledFilter) filter;
	}

	@Override
	Outcome test(EventView event) {
		return this.filter.test(event).negated();
	}

	@Override
	Verdict explain(EventView event) {
		Verdict inner = this.filter.explain(event);
		return new Verdict(toString(), inner.outcome().negated(), inner.why(), List.of(inner));
	}

	CompiledFilter negated() {
		return this.filter;
	}

	@Override
	void typeErrors(Consumer<String> errors) {
		this.filter.typeErrors(errors);
	}

	@Override
	void paths(Consumer<DataPath> paths) {
		this.filter.paths(paths);
	}

	@Override
	public String toString() {
		return "not: {" + this.filter + "}";
	}

}
