package io.meshbridge.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * One node of a configuration tree that knows where it stands, whatever it was read from.
 */
public sealed interface Setting {

	/**
	 * Where it stands.
	 */
	Location location();

	/**
	 * Fingerprint of what is written here, wherever and in whichever form: 12 hexadecimal
	 * digits.
	 */
	default String revision() {
		return Revision.of(this);
	}

	/**
	 * What is written here as maps, lists and single values.
	 */
	default @Nullable Object plain() {
		if (this instanceof Items list) {
			List<@Nullable Object> values = new ArrayList<>();
			list.items().forEach((item) -> values.add(item.plain()));
			return values;
		}
		if (this instanceof Entries mapping) {
			Map<String, @Nullable Object> values = new LinkedHashMap<>();
			mapping.entries().forEach((name, entry) -> values.put(name, entry.value().plain()));
			return values;
		}
		return ((Scalar) this).value();
	}

	/**
	 * A single value.
	 *
	 * @param value String, Boolean or Number as the file gives it; {@code null} for an
	 * empty value
	 */
	record Scalar(Location location, @Nullable Object value) implements Setting {
	}

	/**
	 * A sequence.
	 */
	record Items(Location location, List<Setting> items) implements Setting {

		public Items {
			items = List.copyOf(items);
		}
	}

	/**
	 * A mapping, in the order of the file.
	 */
	record Entries(Location location, Map<String, Entry> entries) implements Setting {
	}

	/**
	 * One entry of a mapping.
	 *
	 * @param key where the key stands
	 */
	record Entry(Location key, Setting value) {
	}

}
