package io.meshbridge.rules.filter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

import io.cloudevents.CloudEvent;
import org.jspecify.annotations.Nullable;

/**
 * {@code exact}, {@code prefix} and {@code suffix}: compares the text of attributes, all
 * of which must fit.
 */
final class AttributeFilter extends CompiledFilter {

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
	Outcome test(EventView view) {
		CloudEvent event = view.event();
		for (int i = 0; i < this.attributes.length; i++) {
			if (!fits(this.attributes[i].text(event), this.expected[i])) {
				return Outcome.FALSE;
			}
		}
		return Outcome.TRUE;
	}

	private boolean fits(@Nullable String value, String expected) {
		return value != null && switch (this.comparison) {
			case EXACT -> value.equals(expected);
			case PREFIX -> value.startsWith(expected);
			case SUFFIX -> value.endsWith(expected);
		};
	}

	@Override
	Verdict explain(EventView view) {
		List<Verdict> parts = IntStream.range(0, this.attributes.length)
			.mapToObj((i) -> explain(view.event(), i))
			.toList();
		return (parts.size() == 1) ? parts.get(0) : Verdict.all(toString(), parts);
	}

	private Verdict explain(CloudEvent event, int i) {
		String value = this.attributes[i].text(event);
		boolean fits = fits(value, this.expected[i]);
		String why = this.attributes[i] + ((value == null) ? " is missing" : " is " + Shown.quoted(value))
				+ (fits ? "" : ", expected " + this.comparison.words + Shown.quoted(this.expected[i]));
		return new Verdict(clause(i, i + 1), Outcome.of(fits), why, List.of());
	}

	@Override
	void conditions(Consumer<CompiledFilter> conditions) {
		for (int i = 0; i < this.attributes.length; i++) {
			conditions.accept((this.attributes.length == 1) ? this
					: new AttributeFilter(this.comparison, Map.of(this.attributes[i].toString(), this.expected[i])));
		}
	}

	@Override
	boolean excludes(CompiledFilter condition) {
		if (!(condition instanceof AttributeFilter other) || !sameAttribute(other)) {
			return false;
		}
		String mine = this.expected[0];
		String others = other.expected[0];
		if (this.comparison == Comparison.EXACT) {
			return !other.fits(mine, others);
		}
		if (other.comparison == Comparison.EXACT) {
			return !fits(others, mine);
		}
		return this.comparison == other.comparison && !fits(mine, others) && !fits(others, mine);
	}

	@Override
	boolean implies(CompiledFilter condition) {
		return condition instanceof AttributeFilter other && sameAttribute(other)
				&& (this.comparison == Comparison.EXACT || this.comparison == other.comparison)
				&& other.fits(this.expected[0], other.expected[0]);
	}

	private boolean sameAttribute(AttributeFilter other) {
		return this.attributes[0].toString().equals(other.attributes[0].toString());
	}

	@Override
	void keys(Consumer<IndexKey> keys) {
		for (int i = 0; i < this.attributes.length; i++) {
			IndexKey key = key(i);
			if (key != null) {
				keys.accept(key);
			}
		}
	}

	@Override
	@Nullable Set<IndexKey> demand(ToIntFunction<IndexKey> cost) {
		IndexKey cheapest = null;
		for (int i = 0; i < this.attributes.length; i++) {
			IndexKey key = key(i);
			if (key != null && (cheapest == null || cost.applyAsInt(key) < cost.applyAsInt(cheapest))) {
				cheapest = key;
			}
		}
		return (cheapest == null) ? null : Set.of(cheapest);
	}

	@Override
	CompiledFilter given(IndexKey key) {
		Map<String, String> others = new LinkedHashMap<>();
		for (int i = 0; i < this.attributes.length; i++) {
			if (!key.equals(key(i))) {
				others.put(this.attributes[i].toString(), this.expected[i]);
			}
		}
		return others.isEmpty() ? (CompiledFilter) EVERYTHING : new AttributeFilter(this.comparison, others);
	}

	private @Nullable IndexKey key(int i) {
		String name = this.attributes[i].toString();
		return (this.comparison != Comparison.SUFFIX && FilterIndex.ATTRIBUTES.contains(name))
				? new IndexKey(name, this.comparison == Comparison.PREFIX, this.expected[i]) : null;
	}

	@Override
	public String toString() {
		return clause(0, this.attributes.length);
	}

	private String clause(int from, int to) {
		StringBuilder text = new StringBuilder(this.comparison.name().toLowerCase(Locale.ROOT)).append(": {");
		for (int i = from; i < to; i++) {
			text.append((i == from) ? "" : ", ").append(this.attributes[i]).append(": ");
			text.append(YamlText.of(this.expected[i]));
		}
		return text.append('}').toString();
	}

	enum Comparison {

		EXACT(""), PREFIX("one that starts with "), SUFFIX("one that ends with ");

		private final String words;

		Comparison(String words) {
			this.words = words;
		}

	}

}
