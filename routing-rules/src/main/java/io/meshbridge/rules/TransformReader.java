package io.meshbridge.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import io.meshbridge.rules.reference.Block;
import io.meshbridge.rules.transform.PlaceholderPath;
import io.meshbridge.rules.transform.Template;
import io.meshbridge.rules.transform.Transform;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code transform}. A step with a problem is left out; the table it stands in is
 * not used then.
 */
final class TransformReader {

	private static final List<String> STEPS = Block.STEP.names();

	/** What every event has. */
	private static final Set<String> REQUIRED = Set.of("id", "source", "type");

	private static final String CONTENT_TYPE = "datacontenttype";

	private static final String DATA = "data";

	private TransformReader() {
	}

	/**
	 * Reads the steps of a transform.
	 * @return {@code null} for none
	 */
	static @Nullable Transform read(@Nullable Place place) {
		if (place == null) {
			return null;
		}
		if (place.isEmpty() || !place.isItems()) {
			place.problem(place.written() + ", expected a list of steps such as '- set: {type: com.example.order}'");
			return null;
		}
		Transform.Builder transform = new Transform.Builder();
		for (Place item : place.items()) {
			step(item, transform);
		}
		return transform.build(Revision.of(place.setting()), AttributeText::wrong);
	}

	private static void step(Place item, Transform.Builder transform) {
		if (item.isEmpty() || !item.isEntries()) {
			item.problem(item.written() + ", expected a step such as 'set: {type: com.example.order}'");
			return;
		}
		Map<String, Place> written = item.entries();
		if (written.size() > 1) {
			item.problem("names " + written.size() + " steps (" + String.join(", ", written.keySet())
					+ "), expected one; write each as a step of its own");
		}
		written.forEach((name, value) -> {
			transform.at(value.where().substring(value.where().lastIndexOf("transform[")));
			if (STEPS.contains(name)) {
				step(name, value, transform);
			}
			else {
				value.keyProblem(Wording.quote(name) + " is no step, " + Wording.expectedOneOf(name, STEPS));
			}
		});
	}

	private static void step(String name, Place place, Transform.Builder transform) {
		switch (name) {
			case "set" -> transform.set(templates(place));
			case "rename" -> transform.rename(names(place));
			case "remove" -> transform.remove(attributes(place));
			case "convert" -> ConvertReader.convert(place, transform);
			case "claim-check" -> ConvertReader.claimCheck(place, transform);
			case "claim-restore" -> ConvertReader.claimRestore(place, transform);
			default -> expression(name, place, transform);
		}
	}

	private static void expression(String name, Place place, Transform.Builder transform) {
		String text = place.text();
		if (text == null) {
			return;
		}
		try {
			if (name.equals("jsonata")) {
				transform.jsonata(text);
			}
			else {
				transform.dataJsonata(text);
			}
		}
		catch (IllegalArgumentException ex) {
			place.problem(Wording.quote(text) + " " + ex.getMessage());
		}
	}

	private static Map<String, Template> templates(Place place) {
		Map<String, Template> templates = new LinkedHashMap<>();
		if (place.isEmpty() || !place.isEntries()) {
			place.problem(place.written() + ", expected a mapping of attributes to text such as {type: com.example}");
			return templates;
		}
		place.entries().forEach((name, value) -> {
			checkAttribute(name, value);
			String text = value.plainText();
			TextTemplate template = (text == null) ? null
					: TextTemplate.read(value, text, (placeholder) -> checkPlaceholder(value, text, placeholder));
			if (template != null) {
				templates.put(name, new Filled(name, template));
			}
		});
		return templates;
	}

	static void checkPlaceholder(Place place, String text, String name) {
		boolean inData = readsData(name) && PlaceholderPath.isPath(name.substring(DATA.length()));
		if (!inData && !AttributeNames.isValid(name)) {
			place.problem(Wording.quote(text) + " has the placeholder " + Wording.quote("{" + name + "}")
					+ ", expected the name of an attribute such as {subject},"
					+ " or a value in JSON data such as {data.order.items[0].id}");
		}
	}

	private static boolean readsData(String placeholder) {
		return placeholder.equals(DATA) || placeholder.startsWith("data.") || placeholder.startsWith("data[");
	}

	private static Map<String, String> names(Place place) {
		Map<String, String> names = new LinkedHashMap<>();
		if (place.isEmpty() || !place.isEntries()) {
			place.problem(place.written() + ", expected a mapping of attributes to their new names such as {old: new}");
			return names;
		}
		place.entries().forEach((name, value) -> {
			checkAttribute(name, value);
			checkOptional(name, value);
			String newName = value.text();
			if (newName != null && (!AttributeNames.isValid(newName) || isFixed(newName))) {
				value.problem(Wording.quote(newName) + " is no name for an attribute that was another,"
						+ " expected lower-case letters and digits");
			}
			else if (newName != null) {
				names.put(name, newName);
			}
		});
		return names;
	}

	private static List<String> attributes(Place place) {
		List<String> names = new ArrayList<>();
		for (Place item : place.isItems() ? place.items() : List.of(place)) {
			String name = item.text();
			if (name != null) {
				checkAttribute(name, item);
				checkOptional(name, item);
				names.add(name);
			}
		}
		return names;
	}

	private static void checkAttribute(String name, Place place) {
		if (name.equals(DATA)) {
			place.keyProblem("'data' is no attribute; 'data-jsonata' changes it");
		}
		else if (name.equals("specversion")) {
			place.keyProblem("'specversion' says how the event is written, and can't be changed");
		}
		else if (!AttributeNames.isValid(name)) {
			String letters = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
			place.keyProblem(Wording.quote(name) + " is no attribute name, expected lower-case letters and digits"
					+ (letters.isEmpty() ? "" : "; did you mean '" + letters + "'?"));
		}
	}

	private static void checkOptional(String name, Place place) {
		if (REQUIRED.contains(name)) {
			place.keyProblem("every event has '" + name + "', so it can't be taken away; expected 'set' to change it");
		}
	}

	private static boolean isFixed(String name) {
		return REQUIRED.contains(name) || name.equals("specversion") || name.equals(CONTENT_TYPE);
	}

	/**
	 * A template for one attribute. What goes into {@code source} is percent-encoded.
	 */
	record Filled(String attribute, TextTemplate text) implements Template {

		@Override
		public @Nullable String fill(Function<String, @Nullable String> values) {
			try {
				return this.text.fill(values::apply, (out, placeholder, value) -> {
					if (!this.attribute.equals("source")) {
						out.append(value);
					}
					else if (placeholder.equals("source")) {
						UriText.appendReference(out, value);
					}
					else {
						UriText.appendEncoded(out, value);
					}
				});
			}
			catch (WrapException ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		public boolean readsData() {
			return this.text.placeholders().stream().anyMatch(TransformReader::readsData);
		}

	}

}
