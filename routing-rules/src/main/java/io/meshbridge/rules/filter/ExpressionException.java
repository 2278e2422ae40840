package io.meshbridge.rules.filter;

/**
 * An expression is not CloudEvents SQL, or could never match. The text says what is wrong
 * and where in the expression.
 */
public final class ExpressionException extends Exception {

	ExpressionException(String message) {
		super(message);
	}

}
