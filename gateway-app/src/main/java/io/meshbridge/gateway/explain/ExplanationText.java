package io.meshbridge.gateway.explain;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

import io.meshbridge.bridge.preview.WireMessage;
import io.meshbridge.rules.filter.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Explanations as a person reads them in a terminal.
 */
public final class ExplanationText {

	private static final String INDENT = "  ";

	private static final int MOST_BODY = 2000;

	private final StringBuilder text = new StringBuilder();

	private ExplanationText() {
	}

	/**
	 * The text, with a line feed at the end of each line.
	 */
	public static String of(List<RouteExplanation> routes) {
		ExplanationText text = new ExplanationText();
		routes.forEach(text::route);
		long matching = routes.stream().filter(RouteExplanation::matches).count();
		text.line(0, (routes.isEmpty() ? "no route reads that"
				: matching + " of " + routes.size() + ((routes.size() == 1) ? " route matches" : " routes match")));
		return text.text.toString();
	}

	private void route(RouteExplanation explained) {
		line(0, "route " + explained.route().id() + ", from " + explained.route().from() + " ("
				+ explained.route().location() + "): " + state(explained));
		if (explained.verdict() != null) {
			verdict(1, explained.verdict());
		}
		explained.targets().forEach(this::target);
	}

	private static String state(RouteExplanation explained) {
		if (explained.problem() != null) {
			return "can't make an event of it, and sends it to its dead letter sink";
		}
		if (explained.deadLettered()) {
			return "can't be said, and goes to its dead letter sink";
		}
		return explained.matches() ? "matches" : "does not match";
	}

	private void verdict(int depth, Verdict verdict) {
		line(depth, verdict.clause() + " -> " + verdict.outcome().name().toLowerCase(Locale.ROOT)
				+ (verdict.parts().isEmpty() ? ": " + verdict.why() : ""));
		verdict.parts().forEach((part) -> verdict(depth + 1, part));
	}

	private void target(TargetExplanation target) {
		if (target.problem() != null) {
			line(1, "to " + target.endpoint() + ": nothing is sent: " + target.problem());
			return;
		}
		line(1, "to " + target.endpoint());
		WireMessage message = target.message();
		if (message != null) {
			message.properties().forEach((name, value) -> line(2, name + ": " + value));
			if (message.body() != null) {
				line(2, "body of " + message.body().length + " bytes" + body(message.body()));
			}
		}
	}

	private static String body(byte[] body) {
		String text = text(body);
		if (text == null) {
			return " that are no text";
		}
		String shown = (text.length() > MOST_BODY) ? text.substring(0, MOST_BODY) + "..." : text;
		return text.isEmpty() ? "" : ": " + shown;
	}

	/**
	 * Bytes as text; {@code null} when they are no UTF-8.
	 */
	static @Nullable String text(byte[] body) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
		}
		catch (CharacterCodingException ex) {
			return null;
		}
	}

	private void line(int depth, String line) {
		this.text.append(INDENT.repeat(depth)).append(line).append('\n');
	}

}
