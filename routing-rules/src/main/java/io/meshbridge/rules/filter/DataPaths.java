package io.meshbridge.rules.filter;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;

import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.meshbridge.rules.filter.DataPath.Step;
import org.jspecify.annotations.Nullable;

/**
 * All paths that the filters of one source ask for, put together so that one pass over
 * the data finds what stands at each of them. Immutable; may be used by any number of
 * threads.
 */
final class DataPaths {

	static final DataPaths NONE = new DataPaths(List.of());

	private static final int MOST_BYTES = 16 * 1024 * 1024;

	private final Map<DataPath, Integer> places = new LinkedHashMap<>();

	private final Node root;

	private int nodes;

	private DataPaths(Collection<DataPath> paths) {
		this.root = new Node(this.nodes++);
		for (DataPath path : paths) {
			if (!this.places.containsKey(path)) {
				Node node = this.root;
				for (Step step : path.steps()) {
					node = node.child(step, this);
				}
				node.place = this.places.size();
				this.places.put(path, node.place);
			}
		}
	}

	static DataPaths of(Collection<DataPath> paths) {
		return paths.isEmpty() ? NONE : new DataPaths(paths);
	}

	/**
	 * Reads the data of an event that claims to be JSON, or does not say what it is. All
	 * of it, so that whether it is JSON does not hang on who asks.
	 */
	EventData read(CloudEvent event) {
		CloudEventData data = event.getData();
		if (data == null || this.places.isEmpty() || !isJson(event.getDataContentType())) {
			return EventData.NOTHING;
		}
		byte[] bytes = data.toBytes();
		if (bytes.length == 0) {
			return EventData.NOTHING;
		}
		if (bytes.length > MOST_BYTES) {
			return EventData.unreadable("the data has " + String.format(Locale.ROOT, "%,d", bytes.length)
					+ " bytes, and filters read no more than " + String.format(Locale.ROOT, "%,d", MOST_BYTES));
		}
		return new JsonSearch(this.root, this.places, this.nodes).read(bytes);
	}

	static boolean isJson(@Nullable String contentType) {
		if (contentType == null) {
			return true;
		}
		int end = contentType.indexOf(';');
		String type = ((end < 0) ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
		return type.endsWith("/json") || type.endsWith("+json");
	}

	/**
	 * One place in the data that a path ends at or leads through.
	 */
	static final class Node {

		private final int number;

		/** This as a list, for there is mostly one. */
		private final List<Node> alone = List.of(this);

		private final Map<String, Node> members = new HashMap<>();

		private final Map<Integer, Node> elements = new HashMap<>();

		private @Nullable Node every;

		private int place = -1;

		private Node(int number) {
			this.number = number;
		}

		private Node child(Step step, DataPaths owner) {
			if (step.name() != null) {
				return this.members.computeIfAbsent(step.name(), (unused) -> new Node(owner.nodes++));
			}
			if (step.index() != Step.EVERY) {
				return this.elements.computeIfAbsent(step.index(), (unused) -> new Node(owner.nodes++));
			}
			Node node = this.every;
			if (node == null) {
				node = new Node(owner.nodes++);
				this.every = node;
			}
			return node;
		}

		int number() {
			return this.number;
		}

		/**
		 * Number of the path that ends here, or -1.
		 */
		int place() {
			return this.place;
		}

		/**
		 * The paths that end here or further down.
		 */
		void places(IntConsumer places) {
			if (this.place >= 0) {
				places.accept(this.place);
			}
			this.members.values().forEach((member) -> member.places(places));
			this.elements.values().forEach((element) -> element.places(places));
			if (this.every != null) {
				this.every.places(places);
			}
		}

		static List<Node> members(List<Node> nodes, String name) {
			if (nodes.size() == 1) {
				Node member = nodes.get(0).members.get(name);
				return (member == null) ? List.of() : member.alone;
			}
			List<Node> members = new ArrayList<>();
			for (Node node : nodes) {
				Node member = node.members.get(name);
				if (member != null) {
					members.add(member);
				}
			}
			return members;
		}

		static List<Node> elements(List<Node> nodes, int index) {
			if (nodes.size() == 1 && nodes.get(0).elements.isEmpty()) {
				Node every = nodes.get(0).every;
				return (every == null) ? List.of() : every.alone;
			}
			List<Node> elements = new ArrayList<>();
			for (Node node : nodes) {
				Node element = node.elements.get(index);
				if (element != null) {
					elements.add(element);
				}
				if (node.every != null) {
					elements.add(node.every);
				}
			}
			return elements;
		}

	}

}
