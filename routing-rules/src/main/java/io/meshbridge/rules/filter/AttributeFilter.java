package io.meshbridge.rules.filter;

import java.util.Locale;
import java.util.Map;

import io.cloudevents.CloudEvent;
import org.jspecify.annotations.Nullable;

/**
 * {@code exact}, {@code prefix} and {@code suffix}: compares the text of attributes, all
 * of which must fit.
 */
final class AttributeFilter implements Filter {

	private final Comparison comparison;

	// Arrays, since this runs for every route and event: no iterator, no entry objects.
	private final Attribute[] attributes;

	private final String[] expected;

	AttributeFilter(Comparison comparison, Map<String, String> values) {
		this.comparison = comparison;
		this.attributes = values.keySet().stream().map(Attribute::new).toArray(Attribute[]::new);
		this.expected = values.values().toArray(String[]::new);
	}

	@Override
	public boolean matches(CloudEvent event) {
		for (int i = 0; i < this.attributes.length; i++) {
			String value = this.attributes[i].text(event);
			if (value == null || !fits(value, this.expected[i])) {
				return false;
			}
		}
		return true;
	}

	private boolean fits(String value, String expected) {
		return switch (this.comparison) {
			case EXACT -> value.equals(expected);
			case PREFIX -> value.startsWith(expected);
			case SUFFIX -> value.endsWith(expected);
		};
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof AttributeFilter && toString().equals(other.toString());
	}

	@Override
	public int hashCode() {
		return toString().hashCode();
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder(this.comparison.name().toLowerCase(Locale.ROOT)).append(": {");
		for (int i = 0; i < this.attributes.length; i++) {
			text.append((i == 0) ? "" : ", ").append(this.attributes[i]).append(": ");
			text.append(YamlText.of(this.expected[i]));
		}
		return text.append('}').toString();
	}

	enum Comparison {

		EXACT, PREFIX, SUFFIX

	}

}
