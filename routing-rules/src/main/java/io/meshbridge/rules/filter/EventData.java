package io.meshbridge.rules.filter;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What was found in the data of one event at the paths that somebody asks for.
 *
 * @param error why none of the data can be read, if so
 * @param places where what was found at a path stands
 * @param found by place
 */
record EventData(@Nullable String error, Map<DataPath, Integer> places, List<Found> found) {

	/** Of an event whose data has nothing, or is of another kind. */
	static final EventData NOTHING = new EventData(null, Map.of(), List.of());

	static EventData unreadable(String error) {
		return new EventData(error, Map.of(), List.of());
	}

	/**
	 * What stands at a path that was asked for.
	 */
	Found at(DataPath path) {
		if (this.error != null) {
			return new Found(this.error, List.of());
		}
		Integer place = this.places.get(path);
		return (place == null) ? Found.NOTHING : this.found.get(place);
	}

	/**
	 * What stands at one path.
	 *
	 * @param error why it can't be said, if so
	 * @param values String, BigDecimal, Boolean and {@link Kind}, in the order of the
	 * data
	 */
	record Found(@Nullable String error, List<Object> values) {

		static final Found NOTHING = new Found(null, List.of());

	}

	/**
	 * A value that only its kind is known of.
	 */
	enum Kind {

		NULL, OBJECT, ARRAY

	}

}
