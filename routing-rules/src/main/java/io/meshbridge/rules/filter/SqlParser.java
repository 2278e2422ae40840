package io.meshbridge.rules.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import io.cloudevents.sql.EvaluationRuntime;
import io.cloudevents.sql.Function;
import io.cloudevents.sql.Type;
import io.cloudevents.sql.generated.CESQLParserLexer;
import io.cloudevents.sql.generated.CESQLParserParser;
import io.cloudevents.sql.generated.CESQLParserParser.AtomContext;
import io.cloudevents.sql.generated.CESQLParserParser.AtomExpressionContext;
import io.cloudevents.sql.generated.CESQLParserParser.BinaryAdditiveExpressionContext;
import io.cloudevents.sql.generated.CESQLParserParser.BinaryLogicExpressionContext;
import io.cloudevents.sql.generated.CESQLParserParser.BinaryMultiplicativeExpressionContext;
import io.cloudevents.sql.generated.CESQLParserParser.ExistsExpressionContext;
import io.cloudevents.sql.generated.CESQLParserParser.ExpressionContext;
import io.cloudevents.sql.generated.CESQLParserParser.FunctionInvocationExpressionContext;
import io.cloudevents.sql.generated.CESQLParserParser.IdentifierAtomContext;
import io.cloudevents.sql.generated.CESQLParserParser.InExpressionContext;
import io.cloudevents.sql.generated.CESQLParserParser.IntegerAtomContext;
import io.cloudevents.sql.generated.CESQLParserParser.IntegerLiteralContext;
import io.cloudevents.sql.generated.CESQLParserParser.LikeExpressionContext;
import io.cloudevents.sql.generated.CESQLParserParser.StringAtomContext;
import io.cloudevents.sql.generated.CESQLParserParser.SubExpressionContext;
import io.cloudevents.sql.generated.CESQLParserParser.UnaryNumericExpressionContext;
import io.cloudevents.sql.impl.ExpressionInternal;
import io.cloudevents.sql.impl.expressions.NotExpression;
import io.cloudevents.sql.impl.parser.CaseChangingCharStream;
import io.cloudevents.sql.impl.parser.ExpressionTranslatorVisitor;
import io.cloudevents.sql.impl.parser.LiteralUtils;
import io.cloudevents.sql.impl.runtime.ExpressionImpl;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.tree.ParseTree;
import org.jspecify.annotations.Nullable;

/**
 * Reads CloudEvents SQL and refuses what the engine would take and never match.
 * <p>
 * The engine's own parser skips characters that it does not know (with a line on standard
 * error), fails with a NullPointerException on surplus words, and finds out about unknown
 * functions only when an event comes. So its grammar is run here first.
 */
final class SqlParser {

	private static final int DEPTH_LIMIT = 200;

	/** The parser's time grows faster than the text. */
	private static final int LONGEST = 10_000;

	private static final Pattern ATTRIBUTE_NAME = Pattern.compile("[a-z0-9]+");

	private static final Pattern EXPRESSION_TOKENS = Pattern.compile("\\{'\\('[^}]*IDENTIFIER[^}]*}");

	private static final Pattern OPERATOR_TOKENS = Pattern.compile("\\{[^}]*'AND'[^}]*}");

	private static final String FUNCTIONS = "ABS, BOOL, CONCAT, CONCAT_WS, INT, LEFT, LENGTH, LOWER, RIGHT, STRING,"
			+ " SUBSTRING, TRIM, UPPER";

	private SqlParser() {
	}

	static Filter parse(String text) throws ExpressionException {
		if (text.length() > LONGEST) {
			throw new ExpressionException("has " + text.length() + " characters, expected " + LONGEST
					+ " at most (several filters in a list must all match)");
		}
		try {
			ExpressionContext tree = tree(text);
			check(tree, 0);
			if (neverBoolean(tree)) {
				throw new ExpressionException(
						"gives no boolean and so would never match, expected a condition such as \"type = 'a'\"");
			}
			List<Attribute> needed = new ArrayList<>();
			collectNeeded(tree, needed);
			return new SqlFilter(text, new ExpressionImpl(tree.accept(new Translator())), needed,
					SqlTypes.errors(tree));
		}
		catch (StackOverflowError ex) {
			throw nestedTooDeeply();
		}
		catch (PatternException ex) {
			throw ex.reason;
		}
		catch (RuntimeException ex) {
			throw new ExpressionException("can't be understood: " + ex.getMessage());
		}
	}

	private static ExpressionContext tree(String text) throws ExpressionException {
		FirstError error = new FirstError();
		CESQLParserLexer lexer = new CESQLParserLexer(new CaseChangingCharStream(CharStreams.fromString(text), true));
		lexer.removeErrorListeners();
		lexer.addErrorListener(error);
		CESQLParserParser parser = new CESQLParserParser(new CommonTokenStream(lexer));
		parser.removeErrorListeners();
		parser.addErrorListener(error);
		ExpressionContext tree = parser.cesql().expression();
		if (error.message != null) {
			throw new ExpressionException(error.message);
		}
		return tree;
	}

	private static void check(ParseTree node, int depth) throws ExpressionException {
		if (depth > DEPTH_LIMIT) {
			throw nestedTooDeeply();
		}
		if (node instanceof FunctionInvocationExpressionContext call) {
			function(call);
		}
		else if (node instanceof IdentifierAtomContext identifier) {
			checkAttribute(identifier.getText());
		}
		else if (node instanceof IntegerLiteralContext integer) {
			checkInteger(integer.getText());
		}
		for (int i = 0; i < node.getChildCount(); i++) {
			check(node.getChild(i), depth + 1);
		}
	}

	private static Function function(FunctionInvocationExpressionContext call) throws ExpressionException {
		String name = call.functionIdentifier().getText().toUpperCase(Locale.ROOT);
		int arguments = call.functionParameterList().expression().size();
		try {
			return EvaluationRuntime.getDefault().resolveFunction(name, arguments);
		}
		catch (IllegalStateException ex) {
			throw new ExpressionException("calls '" + name + "' with " + arguments
					+ " argument(s), which is no function, expected one of " + FUNCTIONS);
		}
	}

	private static void checkAttribute(String name) throws ExpressionException {
		if (!ATTRIBUTE_NAME.matcher(name).matches()) {
			throw new ExpressionException("reads '" + name + "', which is no attribute name, expected lower-case"
					+ " letters and digits such as '" + name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "")
					+ "'");
		}
		if (name.equals("data")) {
			throw new ExpressionException("reads 'data', which an expression can't see; use a 'data' filter");
		}
	}

	private static void checkInteger(String text) throws ExpressionException {
		try {
			Integer.parseInt(text);
		}
		catch (NumberFormatException ex) {
			throw new ExpressionException(
					"has the number '" + text + "', expected -2147483648 to 2147483647 (or text in quotes)");
		}
	}

	private static boolean neverBoolean(ParseTree node) throws ExpressionException {
		if (node instanceof SubExpressionContext inner) {
			return neverBoolean(inner.expression());
		}
		if (node instanceof AtomExpressionContext atom) {
			AtomContext value = atom.atom();
			return value instanceof IntegerAtomContext || value instanceof StringAtomContext;
		}
		if (node instanceof FunctionInvocationExpressionContext call) {
			Type type = function(call).returnType();
			return type == Type.INTEGER || type == Type.STRING;
		}
		return node instanceof BinaryAdditiveExpressionContext || node instanceof BinaryMultiplicativeExpressionContext
				|| node instanceof UnaryNumericExpressionContext;
	}

	/**
	 * Collects the attributes that every evaluation reads: not those behind AND, OR and
	 * the later members of IN, which may not be reached.
	 */
	private static void collectNeeded(ParseTree node, List<Attribute> needed) {
		if (node instanceof IdentifierAtomContext identifier) {
			needed.add(new Attribute(identifier.getText()));
		}
		else if (node instanceof BinaryLogicExpressionContext logic && logic.XOR() == null) {
			collectNeeded(logic.expression(0), needed);
		}
		else if (node instanceof InExpressionContext in) {
			collectNeeded(in.expression(), needed);
		}
		else if (!(node instanceof ExistsExpressionContext)) {
			for (int i = 0; i < node.getChildCount(); i++) {
				collectNeeded(node.getChild(i), needed);
			}
		}
	}

	private static ExpressionException nestedTooDeeply() {
		return new ExpressionException("is nested deeper than " + DEPTH_LIMIT
				+ " levels, expected a shorter one (several filters in a list must all match)");
	}

	/**
	 * The parser's words with the grammar's names of tokens put into the user's.
	 */
	private static String plain(String message) {
		return EXPRESSION_TOKENS.matcher(message)
			.replaceAll("an attribute, a function, a number, text in quotes or '('")
			.transform((text) -> OPERATOR_TOKENS.matcher(text).replaceAll("an operator or the end"))
			.replace("{DQUOTED_STRING_LITERAL, SQUOTED_STRING_LITERAL}", "text in quotes")
			.replace("token recognition error at:", "unknown character")
			.replace("extraneous input", "surplus")
			.replace("mismatched input", "found")
			.replace(" expecting", ", expected")
			.replace("'<EOF>'", "the end")
			.replace("<EOF>", "the end");
	}

	/**
	 * Makes the engine's expressions of the tree, but for those that it can't evaluate in
	 * bounded time.
	 */
	private static final class Translator extends ExpressionTranslatorVisitor {

		@Override
		public ExpressionInternal visitLikeExpression(LikeExpressionContext like) {
			String pattern = (like.stringLiteral().DQUOTED_STRING_LITERAL() != null)
					? LiteralUtils.parseDQuotedStringLiteral(like.stringLiteral().DQUOTED_STRING_LITERAL())
					: LiteralUtils.parseSQuotedStringLiteral(like.stringLiteral().SQUOTED_STRING_LITERAL());
			ExpressionInternal expression = new LikeExpression(like.getSourceInterval(), like.getText(),
					visit(like.expression()), wildcard(pattern));
			return (like.NOT() == null) ? expression
					: new NotExpression(like.getSourceInterval(), like.getText(), expression);
		}

		private static Wildcard wildcard(String pattern) {
			try {
				return Wildcard.like(pattern);
			}
			catch (ExpressionException ex) {
				throw new PatternException(ex);
			}
		}

	}

	/**
	 * Takes what is wrong with a pattern through the engine's visitor.
	 */
	private static final class PatternException extends RuntimeException {

		private final ExpressionException reason;

		PatternException(ExpressionException reason) {
			super(reason);
			this.reason = reason;
		}

	}

	private static final class FirstError extends BaseErrorListener {

		private @Nullable String message;

		@Override
		public void syntaxError(Recognizer<?, ?> recognizer, @Nullable Object offendingSymbol, int line, int column,
				String text, @Nullable RecognitionException ex) {
			if (this.message == null) {
				this.message = "can't be understood at character " + (column + 1)
						+ ((line > 1) ? " of line " + line : "") + ": " + plain(text);
			}
		}

	}

}
