package io.meshbridge.rules.filter;

import java.util.List;

import io.cloudevents.CloudEvent;
import io.cloudevents.sql.Expression;
import org.jspecify.annotations.Nullable;

/**
 * {@code sql}: a CloudEvents SQL expression.
 */
final class SqlFilter implements Filter {

	private final String text;

	private final Expression expression;

	private final Attribute[] needed;

	/**
	 * Makes a filter.
	 * @param needed attributes without which the expression fails, whatever the rest
	 */
	SqlFilter(String text, Expression expression, List<Attribute> needed) {
		this.text = text;
		this.expression = expression;
		this.needed = needed.toArray(Attribute[]::new);
	}

	@Override
	public boolean matches(CloudEvent event) {
		// The engine reports a missing attribute by an exception with a stack trace. It
		// is
		// the common case for rules about extensions, so it is found out before.
		for (Attribute attribute : this.needed) {
			if (attribute.isMissing(event)) {
				return false;
			}
		}
		try {
			return Boolean.TRUE.equals(this.expression.tryEvaluate(new CanonicalView(event)));
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof SqlFilter filter && this.text.equals(filter.text);
	}

	@Override
	public int hashCode() {
		return this.text.hashCode();
	}

	@Override
	public String toString() {
		return "sql: " + YamlText.of(this.text);
	}

}
