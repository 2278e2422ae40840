package io.meshbridge.rules.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import io.cloudevents.sql.EvaluationRuntime;
import io.cloudevents.sql.Type;
import io.cloudevents.sql.generated.CESQLParserParser.AtomExpressionContext;
import io.cloudevents.sql.generated.CESQLParserParser.BinaryAdditiveExpressionContext;
import io.cloudevents.sql.generated.CESQLParserParser.BinaryComparisonExpressionContext;
import io.cloudevents.sql.generated.CESQLParserParser.BinaryLogicExpressionContext;
import io.cloudevents.sql.generated.CESQLParserParser.BinaryMultiplicativeExpressionContext;
import io.cloudevents.sql.generated.CESQLParserParser.FunctionInvocationExpressionContext;
import io.cloudevents.sql.generated.CESQLParserParser.StringAtomContext;
import io.cloudevents.sql.generated.CESQLParserParser.SubExpressionContext;
import io.cloudevents.sql.generated.CESQLParserParser.UnaryLogicExpressionContext;
import io.cloudevents.sql.generated.CESQLParserParser.UnaryNumericExpressionContext;
import org.antlr.v4.runtime.tree.ParseTree;

/**
 * Finds what can't be meant in an expression, since a value is never of the type that is
 * wanted there: it fails whenever it is evaluated, or always gives the same.
 */
final class SqlTypes {

	private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,10}");

	private final List<String> errors = new ArrayList<>();

	private SqlTypes() {
	}

	/**
	 * What can't be meant, each as the end of a sentence that begins with the expression.
	 */
	static List<String> errors(ParseTree tree) {
		SqlTypes types = new SqlTypes();
		types.visit(tree);
		return List.copyOf(types.errors);
	}

	private void visit(ParseTree node) {
		for (int i = 0; i < node.getChildCount(); i++) {
			visit(node.getChild(i));
		}
		if (node instanceof BinaryAdditiveExpressionContext || node instanceof BinaryMultiplicativeExpressionContext) {
			integer(node.getChild(0), node.getChild(1));
			integer(node.getChild(2), node.getChild(1));
		}
		else if (node instanceof UnaryNumericExpressionContext) {
			integer(node.getChild(1), node.getChild(0));
		}
		else if (node instanceof BinaryComparisonExpressionContext comparison) {
			compare(comparison);
		}
		else if (node instanceof BinaryLogicExpressionContext) {
			condition(node.getChild(0), node.getChild(1));
			condition(node.getChild(2), node.getChild(1));
		}
		else if (node instanceof UnaryLogicExpressionContext) {
			condition(node.getChild(1), node.getChild(0));
		}
	}

	private void compare(BinaryComparisonExpressionContext comparison) {
		ParseTree left = comparison.getChild(0);
		ParseTree right = comparison.getChild(2);
		if (comparison.EQUAL() == null && comparison.NOT_EQUAL() == null && comparison.LESS_GREATER() == null) {
			integer(left, comparison.getChild(1));
			integer(right, comparison.getChild(1));
			return;
		}
		equal(left, right);
		equal(right, left);
	}

	private void equal(ParseTree typed, ParseTree text) {
		Kind kind = kind(typed);
		if ((kind == Kind.INTEGER && neverInteger(text)) || (kind == Kind.BOOLEAN && neverBoolean(text))) {
			this.errors.add("compares " + Shown.quoted(typed.getText()) + ", which is " + kind.words + ", with "
					+ shown(text) + ", which never is, so it says the same of every event");
		}
	}

	private void integer(ParseTree operand, ParseTree operator) {
		if (neverInteger(operand)) {
			this.errors.add("gives " + shown(operand) + " to '" + operator.getText()
					+ "', which takes whole numbers only, so it fails whenever it is asked");
		}
	}

	private void condition(ParseTree operand, ParseTree operator) {
		if (neverBoolean(operand)) {
			this.errors.add("gives " + shown(operand) + " to '" + operator.getText().toUpperCase(Locale.ROOT)
					+ "', which takes true and false only, so it fails whenever it is asked");
		}
	}

	private static String shown(ParseTree node) {
		return (kind(node) == Kind.TEXT) ? Shown.cut(node.getText()) : Shown.quoted(node.getText());
	}

	private static boolean neverInteger(ParseTree node) {
		return switch (kind(node)) {
			case TIME -> true;
			case TEXT -> !INTEGER.matcher(literal(node)).matches();
			default -> false;
		};
	}

	private static boolean neverBoolean(ParseTree node) {
		return switch (kind(node)) {
			case TIME -> true;
			case TEXT -> !literal(node).equalsIgnoreCase("true") && !literal(node).equalsIgnoreCase("false");
			default -> false;
		};
	}

	private static String literal(ParseTree node) {
		String quoted = node.getText();
		return quoted.substring(1, quoted.length() - 1);
	}

	private static Kind kind(ParseTree node) {
		if (node instanceof SubExpressionContext inner) {
			Kind kind = kind(inner.expression());
			return (kind == Kind.TEXT) ? Kind.ANY : kind;
		}
		if (node instanceof AtomExpressionContext atom) {
			return (atom.atom() instanceof StringAtomContext) ? Kind.TEXT : atom.getText().equals("time") ? Kind.TIME
					: INTEGER.matcher(atom.getText()).matches() ? Kind.INTEGER : Kind.ANY;
		}
		if (node instanceof FunctionInvocationExpressionContext call) {
			Type type = EvaluationRuntime.getDefault()
				.resolveFunction(call.functionIdentifier().getText().toUpperCase(Locale.ROOT),
						call.functionParameterList().expression().size())
				.returnType();
			return (type == Type.INTEGER) ? Kind.INTEGER : (type == Type.BOOLEAN) ? Kind.BOOLEAN : Kind.ANY;
		}
		if (node instanceof BinaryAdditiveExpressionContext || node instanceof BinaryMultiplicativeExpressionContext
				|| node instanceof UnaryNumericExpressionContext) {
			return Kind.INTEGER;
		}
		return (node instanceof BinaryComparisonExpressionContext || node instanceof BinaryLogicExpressionContext
				|| node instanceof UnaryLogicExpressionContext) ? Kind.BOOLEAN : Kind.ANY;
	}

	/**
	 * What is known of a value.
	 */
	private enum Kind {

		ANY("anything"), TEXT("this text"), TIME("a time"), INTEGER("a whole number"), BOOLEAN("true or false");

		private final String words;

		Kind(String words) {
			this.words = words;
		}

	}

}
