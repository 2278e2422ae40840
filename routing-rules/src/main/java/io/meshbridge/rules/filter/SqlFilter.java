package io.meshbridge.rules.filter;

import java.util.List;
import java.util.function.Consumer;

import io.cloudevents.sql.EvaluationException;
import io.cloudevents.sql.Expression;
import org.jspecify.annotations.Nullable;

/**
 * {@code sql}: a CloudEvents SQL expression. An evaluation that fails, or gives no
 * boolean, is an error, whatever value goes with it.
 */
final class SqlFilter extends CompiledFilter {

	private final String text;

	private final Expression expression;

	private final Attribute[] needed;

	private final List<String> typeErrors;

	/**
	 * Makes a filter.
	 * @param needed attributes without which the expression fails, whatever the rest
	 * @param typeErrors what can't be meant in it, for the types of its values
	 */
	SqlFilter(String text, Expression expression, List<Attribute> needed, List<String> typeErrors) {
		this.text = text;
		this.expression = expression;
		this.needed = needed.toArray(Attribute[]::new);
		this.typeErrors = typeErrors;
	}

	@Override
	Outcome test(EventView event) {
		if (missing(event) != null) {
			return Outcome.ERROR;
		}
		try {
			return (this.expression.tryEvaluate(event.canonical()) instanceof Boolean matches) ? Outcome.of(matches)
					: Outcome.ERROR;
		}
		catch (RuntimeException ex) {
			return Outcome.ERROR;
		}
	}

	/**
	 * The engine reports a missing attribute by an exception with a stack trace. It is
	 * the common case for rules about extensions, so it is found out before.
	 */
	private @Nullable Attribute missing(EventView event) {
		for (Attribute attribute : this.needed) {
			if (attribute.isMissing(event.event())) {
				return attribute;
			}
		}
		return null;
	}

	@Override
	Verdict explain(EventView event) {
		Attribute missing = missing(event);
		if (missing != null) {
			return verdict(Outcome.ERROR, missing + " is missing; ask 'EXISTS " + missing + " AND ...' first");
		}
		try {
			Object value = this.expression.tryEvaluate(event.canonical());
			return (value instanceof Boolean matches)
					? verdict(Outcome.of(matches), matches ? "the expression is true" : "the expression is false")
					: verdict(Outcome.ERROR,
							"the expression gives " + Shown.quoted(String.valueOf(value)) + ", expected true or false");
		}
		catch (EvaluationException ex) {
			return verdict(Outcome.ERROR, wrong(ex));
		}
		catch (RuntimeException ex) {
			return verdict(Outcome.ERROR, "the expression can't be evaluated: " + ex.getMessage());
		}
	}

	private Verdict verdict(Outcome outcome, String why) {
		return new Verdict(toString(), outcome, why, List.of());
	}

	private static String wrong(EvaluationException ex) {
		String part = "in " + Shown.quoted(ex.getExpressionText()) + " ";
		return switch (ex.getKind()) {
			case MISSING_ATTRIBUTE -> part + "an attribute is missing; ask 'EXISTS name AND ...' first";
			case CAST -> part + "a value is not of the type that is wanted there";
			case MATH -> part + "a number is divided by zero, or too large";
			default -> part + "a function can't do with its arguments";
		};
	}

	@Override
	void typeErrors(Consumer<String> errors) {
		this.typeErrors.forEach((error) -> errors.accept("\"" + Shown.cut(this.text) + "\" " + error));
	}

	@Override
	public String toString() {
		return "sql: " + YamlText.of(this.text);
	}

}
