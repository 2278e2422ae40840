package io.meshbridge.rules;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import io.meshbridge.rules.reference.Block;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code event} block of a route.
 */
final class TemplateReader {

	private static final String EXTENSIONS = "extensions";

	private static final List<String> PLACEHOLDERS = List.of("id", "source", "subject", "binder", "content-type",
			"topic", "key", "topic[n]", "header.NAME", "path.NAME");

	private static final Set<String> PLAIN_PLACEHOLDERS = Set.of("id", "source", "subject", "binder", "content-type",
			"topic", "key");

	private static final Pattern INDEXED_PLACEHOLDER = Pattern.compile("topic\\[[0-9]{1,4}]|(?:header|path)\\..+");

	private static final Pattern MEDIA_TYPE = Pattern.compile("[^/\\s;]+/[^/\\s;]+(?:\\s*;.*)?");

	/** Names of the variables in the route's path; {@code null} when not known. */
	private final @Nullable Set<String> pathVariables;

	TemplateReader(@Nullable Set<String> pathVariables) {
		this.pathVariables = pathVariables;
	}

	EventTemplate read(@Nullable Place place) {
		if (place == null) {
			return EventTemplate.DEFAULT;
		}
		Map<String, TextTemplate> attributes = new LinkedHashMap<>();
		Map<String, TextTemplate> extensions = new LinkedHashMap<>();
		place.entries(Block.EVENT.names()).forEach((key, value) -> {
			if (key.equals(EXTENSIONS)) {
				value.entries().forEach((name, text) -> extension(extensions, name, text));
			}
			else {
				attribute(attributes, key, value);
			}
		});
		return new EventTemplate(attributes, extensions);
	}

	private void attribute(Map<String, TextTemplate> attributes, String key, Place place) {
		TextTemplate template = template(place, place.text());
		if (template == null) {
			return;
		}
		if (key.equals("source")) {
			checkSource(place, template);
		}
		if (key.equals("data-content-type") && template.placeholders().isEmpty()
				&& !MEDIA_TYPE.matcher(template.toString()).matches()) {
			place.problem(Wording.quote(template.toString())
					+ " is no media type, expected type/subtype such as 'application/json'");
		}
		attributes.put(key, template);
	}

	private void extension(Map<String, TextTemplate> extensions, String name, Place place) {
		if (AttributeNames.isContextAttribute(name)) {
			place.keyProblem("'" + name + "' is a context attribute and can't be an extension"
					+ (EventTemplate.DEFAULT_TEXTS.containsKey(name) ? "; set it beside 'extensions'" : ""));
		}
		else if (name.equals("data")) {
			place.keyProblem("'data' can't be the name of an extension");
		}
		else if (!AttributeNames.isValid(name)) {
			place.keyProblem(
					Wording.quote(name) + " is no name of an extension, expected lower-case letters and digits");
		}
		TextTemplate template = template(place, place.plainText());
		if (template != null) {
			extensions.put(name, template);
		}
	}

	private @Nullable TextTemplate template(Place place, @Nullable String text) {
		return (text == null) ? null
				: TextTemplate.read(place, text, (placeholder) -> checkPlaceholder(place, text, placeholder));
	}

	private void checkPlaceholder(Place place, String text, String name) {
		if (!PLAIN_PLACEHOLDERS.contains(name) && !INDEXED_PLACEHOLDER.matcher(name).matches()) {
			place.problem(Wording.quote(text) + " has the unknown placeholder " + Wording.quote("{" + name + "}")
					+ ", expected one of " + String.join(", ", PLACEHOLDERS) + didYouMean(name));
			return;
		}
		if (this.pathVariables == null || !name.startsWith("path.")) {
			return;
		}
		String variable = name.substring("path.".length());
		if (this.pathVariables.isEmpty()) {
			place.problem(Wording.quote(text) + " has the placeholder " + Wording.quote("{" + name + "}")
					+ ", but 'from' has no path variables");
		}
		else if (!this.pathVariables.contains(variable)) {
			place.problem(Wording.quote(text) + " has the placeholder " + Wording.quote("{" + name + "}")
					+ ", but 'from' has no variable " + Wording.quote(variable) + ", "
					+ Wording.expectedOneOf(variable, this.pathVariables));
		}
	}

	private static String didYouMean(String name) {
		int dot = name.indexOf('.');
		if (dot > 0) {
			String kind = Wording.nearest(name.substring(0, dot), List.of("header", "path"));
			return (kind != null && dot < name.length() - 1) ? "; did you mean '{" + kind + name.substring(dot) + "}'?"
					: "";
		}
		String nearest = Wording.nearest(name, PLAIN_PLACEHOLDERS);
		return (nearest != null) ? "; did you mean '{" + nearest + "}'?" : "";
	}

	/**
	 * Checks the literal text, with a value that fits everywhere in place of the
	 * placeholders.
	 */
	private static void checkSource(Place place, TextTemplate source) {
		for (String literal : source.literals()) {
			String encoded = UriText.encodeIllegal(literal);
			if (!encoded.equals(literal)) {
				place.problem(Wording.quote(source.toString()) + " is no URI reference, expected "
						+ Wording.quote(encoded) + " in place of " + Wording.quote(literal));
				return;
			}
		}
		try {
			new URI(String.valueOf(source.fill((name) -> "x", (out, placeholder, value) -> out.append(value))));
		}
		catch (URISyntaxException | WrapException ex) {
			place.problem(Wording.quote(source.toString())
					+ " is no URI reference, expected one such as '/plant/{topic}' or 'urn:plant:{topic}'");
		}
	}

}
