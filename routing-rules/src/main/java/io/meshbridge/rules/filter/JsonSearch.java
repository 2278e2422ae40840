package io.meshbridge.rules.filter;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import io.meshbridge.rules.filter.DataPaths.Node;
import io.meshbridge.rules.filter.EventData.Found;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * One pass over the data of one event. What no path leads to is skipped and never kept,
 * and what is kept is limited, so that no document costs more than the time to read it.
 */
final class JsonSearch {

	private static final int DEEPEST = 500;

	private static final int LONGEST_NUMBER = 1_000;

	private static final int LONGEST_NAME = 50_000;

	private static final int MOST_VALUES = 10_000;

	private static final Found TOO_MANY = new Found(
			"the data has more than " + MOST_VALUES + " values at a path that the filter looks at", List.of());

	private static final Found OUT_OF_RANGE = new Found(
			"the data has a number with too large an exponent at a path that the filter looks at", List.of());

	private static final Found TWICE = new Found("the data has a name twice in one object that the filter looks into",
			List.of());

	private static final JsonFactory JSON = JsonFactory.builder()
		.streamReadConstraints(StreamReadConstraints.builder()
			.maxNestingDepth(DEEPEST)
			.maxNumberLength(LONGEST_NUMBER)
			.maxNameLength(LONGEST_NAME)
			// The data is in memory, and this long, already.
			.maxStringLength(Integer.MAX_VALUE)
			.build())
		.build();

	private final Node root;

	private final Map<DataPath, Integer> places;

	private final List<Found> found;

	/** For each node, the last object that had such a member. */
	private final int[] seenIn;

	private int objects;

	JsonSearch(Node root, Map<DataPath, Integer> places, int nodes) {
		this.root = root;
		this.places = places;
		this.found = new ArrayList<>(Collections.nCopies(places.size(), Found.NOTHING));
		this.seenIn = new int[nodes];
	}

	EventData read(byte[] data) {
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), data)) {
			try {
				if (parser.nextToken() == null) {
					return EventData.NOTHING;
				}
				value(parser, List.of(this.root));
				if (parser.nextToken() != null) {
					return EventData.unreadable("the data has more after the end of its JSON" + where(parser));
				}
				return new EventData(null, this.places, this.found);
			}
			catch (StreamConstraintsException ex) {
				return EventData.unreadable("the data is nested deeper than " + DEEPEST
						+ " levels, or has a number of more than " + LONGEST_NUMBER + " digits or a name of more than "
						+ LONGEST_NAME + " characters" + where(parser));
			}
			catch (JacksonException ex) {
				// Its message would quote the data.
				return EventData.unreadable("the data is no JSON" + where(parser));
			}
		}
	}

	private static String where(JsonParser parser) {
		TokenStreamLocation location = parser.currentLocation();
		return ", at line " + location.getLineNr() + ", column " + location.getColumnNr();
	}

	/**
	 * Reads the value that the parser stands at. As deep as the longest path at most.
	 */
	private void value(JsonParser parser, List<Node> nodes) {
		if (nodes.isEmpty()) {
			parser.skipChildren();
			return;
		}
		keep(parser, nodes);
		if (parser.currentToken() == JsonToken.START_OBJECT) {
			int object = ++this.objects;
			for (String name = parser.nextName(); name != null; name = parser.nextName()) {
				List<Node> members = Node.members(nodes, name);
				checkOnce(members, object);
				parser.nextToken();
				value(parser, members);
			}
		}
		else if (parser.currentToken() == JsonToken.START_ARRAY) {
			for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
				value(parser, Node.elements(nodes, i));
			}
		}
	}

	/**
	 * Of a name that is there twice, readers take the first or the last: what matches
	 * here must not be something else there.
	 */
	private void checkOnce(List<Node> members, int object) {
		for (Node member : members) {
			if (this.seenIn[member.number()] == object) {
				member.places((place) -> this.found.set(place, TWICE));
			}
			this.seenIn[member.number()] = object;
		}
	}

	private void keep(JsonParser parser, List<Node> nodes) {
		Object value = null;
		for (Node node : nodes) {
			if (node.place() >= 0) {
				value = (value == null) ? read(parser) : value;
				this.found.set(node.place(),
						(value == null) ? OUT_OF_RANGE : with(this.found.get(node.place()), value));
			}
		}
	}

	private static Found with(Found found, Object value) {
		if (found.error() != null) {
			return found;
		}
		if (found.values().isEmpty()) {
			return new Found(null, List.of(value));
		}
		if (found.values().size() == MOST_VALUES) {
			return TOO_MANY;
		}
		Found more = (found.values().size() == 1) ? new Found(null, new ArrayList<>(found.values())) : found;
		more.values().add(value);
		return more;
	}

	/**
	 * Reads a value, or of what has members or elements its kind.
	 * @return {@code null} when it is a number whose exponent nothing can hold
	 */
	private static @Nullable Object read(JsonParser parser) {
		return switch (parser.currentToken()) {
			case VALUE_STRING -> parser.getString();
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser);
			case VALUE_TRUE -> Boolean.TRUE;
			case VALUE_FALSE -> Boolean.FALSE;
			case START_OBJECT -> EventData.Kind.OBJECT;
			case START_ARRAY -> EventData.Kind.ARRAY;
			default -> EventData.Kind.NULL;
		};
	}

	private static @Nullable BigDecimal number(JsonParser parser) {
		try {
			return parser.getDecimalValue();
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

}
