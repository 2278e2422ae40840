package io.meshbridge.rules.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Conditions that must all hold for a filter to match, and what follows from that alone.
 * It may miss something, and never claims too much.
 */
final class Conjunction {

	private final List<CompiledFilter> conditions;

	private Conjunction(List<CompiledFilter> conditions) {
		this.conditions = conditions;
	}

	static Conjunction of(CompiledFilter filter) {
		List<CompiledFilter> conditions = new ArrayList<>();
		filter.conditions(conditions::add);
		return new Conjunction(conditions);
	}

	/**
	 * Why no event fulfils all of the conditions; {@code null} when one may.
	 */
	@Nullable String contradiction() {
		for (int i = 0; i < this.conditions.size(); i++) {
			CompiledFilter condition = this.conditions.get(i);
			String wrong = condition.contradictionInside();
			for (int j = 0; wrong == null && j < i; j++) {
				if (condition.excludes(this.conditions.get(j))) {
					wrong = quoted(this.conditions.get(j)) + " and " + quoted(condition) + " exclude each other";
				}
			}
			if (wrong == null && condition instanceof NotFilter not && without(condition).implies(not.negated())) {
				wrong = quoted(condition) + " excludes what the other conditions demand";
			}
			if (wrong == null && !condition.choices().isEmpty()) {
				wrong = ofEach(condition);
			}
			if (wrong != null) {
				return wrong;
			}
		}
		return null;
	}

	private static String quoted(CompiledFilter filter) {
		return Shown.quoted(filter.toString());
	}

	private Conjunction without(CompiledFilter condition) {
		return new Conjunction(this.conditions.stream().filter((other) -> !other.equals(condition)).toList());
	}

	/**
	 * Why none of the choices fits the other conditions.
	 */
	private @Nullable String ofEach(CompiledFilter any) {
		List<String> wrong = any.choices()
			.stream()
			.map((choice) -> with(choice).contradiction())
			.filter(Objects::nonNull)
			.map(String::valueOf)
			.toList();
		return (wrong.size() == any.choices().size()) ? wrong.get(0) : null;
	}

	/**
	 * These conditions and one choice. Other choices stay open, which keeps the number of
	 * combinations small.
	 */
	private Conjunction with(CompiledFilter choice) {
		List<CompiledFilter> chosen = new ArrayList<>();
		this.conditions.stream().filter((condition) -> condition.choices().isEmpty()).forEach(chosen::add);
		choice.conditions(chosen::add);
		return new Conjunction(chosen);
	}

	/**
	 * Whether each event that fulfils the conditions matches a filter.
	 */
	boolean implies(CompiledFilter filter) {
		List<CompiledFilter> wanted = new ArrayList<>();
		filter.conditions(wanted::add);
		return wanted.stream().allMatch(this::impliesCondition);
	}

	private boolean impliesCondition(CompiledFilter wanted) {
		return this.conditions.stream().anyMatch((condition) -> condition.equals(wanted) || condition.implies(wanted))
				|| wanted.choices().stream().anyMatch(this::implies)
				|| (wanted instanceof NotFilter not && excludes(not.negated()))
				|| this.conditions.stream()
					.anyMatch((condition) -> !condition.choices().isEmpty()
							&& condition.choices().stream().allMatch((choice) -> with(choice).implies(wanted)));
	}

	/**
	 * Whether a filter answers with false, and never with an error, for each event that
	 * fulfils the conditions.
	 */
	private boolean excludes(CompiledFilter filter) {
		return filter instanceof AttributeFilter
				&& this.conditions.stream().anyMatch((condition) -> Conjunction.anyOf(filter, condition));
	}

	private static boolean anyOf(CompiledFilter filter, CompiledFilter condition) {
		List<CompiledFilter> parts = new ArrayList<>();
		filter.conditions(parts::add);
		return parts.stream().anyMatch(condition::excludes);
	}

}
