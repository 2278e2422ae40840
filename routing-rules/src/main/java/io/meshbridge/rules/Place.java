package io.meshbridge.rules;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A setting on its way to a rule: knows its path and where problems go. Reading the wrong
 * kind of node is a problem and gives {@code null} or nothing, never an exception.
 *
 * @param findings takes the problems
 * @param where path of the setting
 * @param key where the key of the setting stands; the setting itself when it has none
 * @param setting what is written there
 */
record Place(Findings findings, String where, Location key, Setting setting) {

	void problem(String what) {
		this.findings.add(this.setting.location(), this.where, what);
	}

	/**
	 * Says that something is wrong with the key, rather than the value.
	 */
	void keyProblem(String what) {
		this.findings.add(this.key, this.where, what);
	}

	Place named(String where) {
		return new Place(this.findings, where, this.key, this.setting);
	}

	Place child(String name, Setting.Entry entry) {
		return new Place(this.findings, this.where.isEmpty() ? name : this.where + "." + name, entry.key(),
				entry.value());
	}

	/**
	 * Whether nothing is written here. A flat source of properties can't tell an empty
	 * mapping or list from an empty text.
	 */
	boolean isEmpty() {
		if (this.setting instanceof Setting.Scalar scalar) {
			return scalar.value() == null || scalar.value().toString().isEmpty();
		}
		if (this.setting instanceof Setting.Items items) {
			return items.items().isEmpty();
		}
		return ((Setting.Entries) this.setting).entries().isEmpty();
	}

	boolean isScalar() {
		return this.setting instanceof Setting.Scalar;
	}

	boolean isItems() {
		return this.setting instanceof Setting.Items;
	}

	boolean isEntries() {
		return this.setting instanceof Setting.Entries;
	}

	/**
	 * The text that is written here; a number or boolean is a problem.
	 */
	@Nullable String text() {
		String text = plainText();
		if (text != null && isNumberOrBoolean()) {
			problem(written() + ", expected text; put it in quotes");
			return null;
		}
		return text;
	}

	private boolean isNumberOrBoolean() {
		return this.setting instanceof Setting.Scalar scalar
				&& (scalar.value() instanceof Number || scalar.value() instanceof Boolean);
	}

	/**
	 * The text that is written here, where a number or boolean stands for its text.
	 */
	@Nullable String plainText() {
		if (!(this.setting instanceof Setting.Scalar scalar) || isEmpty()) {
			problem(written() + ", expected text");
			return null;
		}
		return String.valueOf(scalar.value());
	}

	/**
	 * The members of a list; an empty value is an empty list.
	 */
	List<Place> items() {
		List<Place> places = new ArrayList<>();
		if (this.setting instanceof Setting.Items items) {
			for (Setting item : items.items()) {
				String path = this.where + "[" + places.size() + "]";
				places.add(new Place(this.findings, path, item.location(), item));
			}
		}
		else if (!isEmpty()) {
			problem(written() + ", expected a list");
		}
		return places;
	}

	/**
	 * The entries of a mapping with free keys; an empty value is an empty mapping.
	 */
	Map<String, Place> entries() {
		Map<String, Place> places = new LinkedHashMap<>();
		if (this.setting instanceof Setting.Entries entries) {
			entries.entries().forEach((name, entry) -> places.put(name, child(name, entry)));
		}
		else if (!isEmpty()) {
			problem(written() + ", expected a mapping");
		}
		return places;
	}

	/**
	 * The entries of a mapping with these keys and no others.
	 */
	Map<String, Place> entries(Collection<String> known) {
		Map<String, Place> places = entries();
		places.forEach((name, place) -> {
			if (!known.contains(name)) {
				place.keyProblem("unknown key " + Wording.quote(name) + ", " + Wording.expectedOneOf(name, known));
			}
		});
		places.keySet().retainAll(known);
		return places;
	}

	/**
	 * What is written here, as the start of a sentence.
	 */
	String written() {
		if (isEmpty()) {
			return "is empty";
		}
		if (this.setting instanceof Setting.Scalar scalar) {
			String text = Wording.quote(String.valueOf(scalar.value()));
			if (scalar.value() instanceof Number) {
				return text + " is a number";
			}
			return text + ((scalar.value() instanceof Boolean) ? " is a boolean" : " is text");
		}
		return isItems() ? "is a list" : "is a mapping";
	}

}
