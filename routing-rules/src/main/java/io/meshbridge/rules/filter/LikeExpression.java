package io.meshbridge.rules.filter;

import io.cloudevents.CloudEvent;
import io.cloudevents.sql.EvaluationRuntime;
import io.cloudevents.sql.ExceptionFactory;
import io.cloudevents.sql.impl.ExpressionInternal;
import io.cloudevents.sql.impl.ExpressionInternalVisitor;
import io.cloudevents.sql.impl.expressions.BaseExpression;
import io.cloudevents.sql.impl.runtime.EvaluationResult;
import org.antlr.v4.runtime.misc.Interval;

/**
 * {@code LIKE} in place of the engine's own, which makes a regular expression of the
 * pattern: with a few {@code %} that one may go back and forth over a text for hours.
 */
final class LikeExpression extends BaseExpression {

	private final ExpressionInternal operand;

	private final Wildcard pattern;

	LikeExpression(Interval interval, String text, ExpressionInternal operand, Wildcard pattern) {
		super(interval, text);
		this.operand = operand;
		this.pattern = pattern;
	}

	@Override
	public EvaluationResult evaluate(EvaluationRuntime runtime, CloudEvent event, ExceptionFactory exceptions) {
		EvaluationResult result = castToString(exceptions, this.operand.evaluate(runtime, event, exceptions));
		return result.copyWithValue(this.pattern.matches((String) result.value()));
	}

	@Override
	public <T> T visit(ExpressionInternalVisitor<T> visitor) {
		return visitor.visitExpressionInternal(this);
	}

}
