package io.meshbridge.rules.transform;

import java.util.Map;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import com.dashjoin.jsonata.Jsonata.Frame;
import org.jspecify.annotations.Nullable;

/**
 * A compiled <a href="https://docs.jsonata.org">JSONata</a> expression. May be used by
 * any number of threads.
 */
final class Expression {

	/** Each level takes about a kilobyte of the thread's stack. */
	private static final int DEEPEST = 300;

	private final String text;

	private final Jsonata compiled;

	private Expression(String text, Jsonata compiled) {
		this.text = text;
		this.compiled = compiled;
	}

	/**
	 * Compiles an expression.
	 * @throws IllegalArgumentException when it is none; the text is the end of a sentence
	 * that begins with the expression
	 */
	static Expression compile(String text) {
		try {
			Jsonata compiled = Jsonata.jsonata(text);
			compiled.setOutputConvertNulls(false);
			compiled.setValidateInput(false);
			Expression expression = new Expression(text, compiled);
			expression.warmUp();
			return expression;
		}
		catch (JException ex) {
			throw new IllegalArgumentException("is no JSONata: " + ex.getMessage()
					+ ((ex.getLocation() > 0) ? ", at character " + ex.getLocation() : ""), ex);
		}
		catch (StackOverflowError ex) {
			throw new IllegalArgumentException("is no JSONata that can be read: it is nested too deeply", ex);
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException("is no JSONata: " + ex.getMessage(), ex);
		}
	}

	/** So that the first event does not pay for loading the engine. */
	private void warmUp() {
		try {
			evaluate(Map.of(), new Budget(TransformLimits.DEFAULT));
		}
		catch (TransformException | OverLimitException ex) {
			// It is made for events.
		}
	}

	/**
	 * Evaluates the expression.
	 * @return {@code null} for nothing
	 * @throws TransformException when it fails
	 * @throws OverLimitException when it uses too much
	 */
	@Nullable Object evaluate(@Nullable Object input, Budget budget) throws TransformException {
		Frame frame = new Frame(null);
		int[] depth = { 0 };
		frame.setEvaluateEntryCallback((expression, value, environment) -> {
			// The engine's own timebox is blind within arrays and sequences.
			if (++depth[0] > DEEPEST) {
				throw budget.exceeded("calls itself more than " + DEEPEST + " levels deep");
			}
			budget.tick();
		});
		frame.setEvaluateExitCallback((expression, value, environment, result) -> {
			depth[0]--;
			budget.weigh(result);
		});
		BoundedFunctions.bind(frame, budget);
		try {
			return this.compiled.evaluate(input, frame);
		}
		catch (StackOverflowError ex) {
			throw new OverLimitException("calls itself too often");
		}
		catch (RuntimeException ex) {
			OverLimitException over = budget.exceeded();
			if (over != null) {
				throw over;
			}
			throw new TransformException(String.valueOf(ex.getMessage()), ex);
		}
	}

	@Override
	public String toString() {
		return this.text;
	}

}
