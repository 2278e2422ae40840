package io.meshbridge.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Text with placeholders such as {@code /plant/{topic[1]}}; <code>{{</code> and
 * <code>}}</code> stand for the braces themselves. Immutable.
 */
final class TextTemplate {

	private final String text;

	private final Part[] parts;

	private TextTemplate(String text, List<Part> parts) {
		this.text = text;
		this.parts = parts.toArray(Part[]::new);
	}

	/**
	 * Takes a text apart.
	 * @throws IllegalArgumentException when the braces do not fit; the text says what is
	 * wrong
	 */
	static TextTemplate parse(String text) {
		List<Part> parts = new ArrayList<>();
		StringBuilder literal = new StringBuilder();
		int at = 0;
		while (at < text.length()) {
			char character = text.charAt(at);
			if (character != '{' && character != '}') {
				literal.append(character);
				at++;
			}
			else if (at + 1 < text.length() && text.charAt(at + 1) == character) {
				literal.append(character);
				at += 2;
			}
			else if (character == '}') {
				throw new IllegalArgumentException(
						"has a '}' without '{' at character " + (at + 1) + ", expected '}}' for the brace itself");
			}
			else {
				int end = text.indexOf('}', at);
				if (end < 0) {
					throw new IllegalArgumentException("has a '{' without '}' at character " + (at + 1)
							+ ", expected a placeholder such as '{id}', or '{{' for the brace itself");
				}
				addLiteral(parts, literal);
				parts.add(new Part(text.substring(at + 1, end), true));
				at = end + 1;
			}
		}
		addLiteral(parts, literal);
		return new TextTemplate(text, parts);
	}

	private static void addLiteral(List<Part> parts, StringBuilder literal) {
		if (!literal.isEmpty()) {
			parts.add(new Part(literal.toString(), false));
			literal.setLength(0);
		}
	}

	List<String> placeholders() {
		return List.of(this.parts).stream().filter(Part::placeholder).map(Part::text).toList();
	}

	List<String> literals() {
		return List.of(this.parts).stream().filter((part) -> !part.placeholder()).map(Part::text).toList();
	}

	/**
	 * Fills in the values of a message.
	 * @param form how a value gets into the text
	 * @return {@code null} when a placeholder has no value
	 * @throws WrapException when a value can't be part of an attribute
	 */
	@Nullable String fill(MessageProperties message, ValueForm form) throws WrapException {
		StringBuilder out = new StringBuilder();
		for (Part part : this.parts) {
			if (part.placeholder()) {
				String value = message.get(part.text());
				if (value == null) {
					return null;
				}
				form.append(out, part.text(), value);
			}
			else {
				out.append(part.text());
			}
		}
		return out.toString();
	}

	/**
	 * The first placeholder that the message has no value for.
	 */
	@Nullable String missing(MessageProperties message) {
		for (Part part : this.parts) {
			if (part.placeholder() && message.get(part.text()) == null) {
				return part.text();
			}
		}
		return null;
	}

	@Override
	public String toString() {
		return this.text;
	}

	/**
	 * A piece of the text.
	 */
	private record Part(String text, boolean placeholder) {
	}

	/**
	 * How the value of a placeholder gets into the text.
	 */
	interface ValueForm {

		void append(StringBuilder out, String placeholder, String value) throws WrapException;

	}

	/**
	 * Reads a template that somebody wrote.
	 * @param check hears each placeholder, and says what is wrong with it
	 * @return {@code null} when it is none; the place has the problem
	 */
	static @Nullable TextTemplate read(Place place, String text, Consumer<String> check) {
		String wrong = AttributeText.wrong(text);
		if (wrong != null) {
			place.problem(Wording.quote(text) + " " + wrong);
			return null;
		}
		try {
			TextTemplate template = parse(text);
			template.placeholders().forEach(check);
			return template;
		}
		catch (IllegalArgumentException ex) {
			place.problem(Wording.quote(text) + " " + ex.getMessage());
			return null;
		}
	}

}
