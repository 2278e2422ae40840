package io.meshbridge.bridge.http.inbound;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Which bindings get a request, by its path: every template that matches, every group of
 * a template, one member of a group in turn. Immutable but for the turn.
 */
final class PathTable {

	static final PathTable EMPTY = of(List.of());

	private final Map<String, List<Group>> literal = new HashMap<>();

	private final Map<PathTemplate, List<Group>> templates = new LinkedHashMap<>();

	private boolean onlyLiterals = true;

	private PathTable() {
	}

	/**
	 * A binding that gets the request.
	 */
	record Match(HttpInboundEndpoint endpoint, Map<String, String> pathVariables) {
	}

	/**
	 * Makes the table.
	 * @throws IllegalArgumentException when a path is no valid template
	 */
	static PathTable of(Collection<HttpInboundEndpoint> endpoints) {
		PathTable table = new PathTable();
		Map<String, List<HttpInboundEndpoint>> byPath = new LinkedHashMap<>();
		endpoints
			.forEach((endpoint) -> byPath.computeIfAbsent(endpoint.path(), (path) -> new ArrayList<>()).add(endpoint));
		byPath.forEach((path, members) -> {
			PathTemplate template = new PathTemplate(path);
			List<Group> groups = groups(members);
			table.templates.put(template, groups);
			table.onlyLiterals &= template.literal();
			if (template.literal()) {
				table.literal.put(path, groups);
			}
		});
		return table;
	}

	private static List<Group> groups(List<HttpInboundEndpoint> members) {
		Map<Object, List<HttpInboundEndpoint>> byGroup = new LinkedHashMap<>();
		members.forEach((endpoint) -> {
			String group = endpoint.group();
			boolean anonymous = group == null || group.isEmpty();
			byGroup.computeIfAbsent(anonymous ? endpoint : group, (key) -> new ArrayList<>()).add(endpoint);
		});
		return byGroup.values().stream().map(Group::new).toList();
	}

	/**
	 * The bindings that get a request.
	 * @param path as it was sent
	 * @throws IllegalArgumentException when its percent-escapes are wrong
	 */
	List<Match> match(String path) {
		List<Match> matches = new ArrayList<>(2);
		// An escaped path may mean a literal one.
		boolean plain = path.indexOf('%') < 0;
		if (plain) {
			add(this.literal.get(path), Map.of(), matches);
			if (this.onlyLiterals) {
				return matches;
			}
		}
		String[] segments = PathTemplate.segments(path);
		this.templates.forEach((template, groups) -> {
			Map<String, String> variables = (plain && template.literal()) ? null : template.match(segments);
			if (variables != null) {
				add(groups, variables, matches);
			}
		});
		return matches;
	}

	private static void add(@Nullable List<Group> groups, Map<String, String> variables, List<Match> matches) {
		if (groups != null) {
			for (Group group : groups) {
				matches.add(new Match(group.next(), variables));
			}
		}
	}

	private record Group(List<HttpInboundEndpoint> members, AtomicInteger turn) {

		Group(List<HttpInboundEndpoint> members) {
			this(List.copyOf(members), new AtomicInteger());
		}

		/** Whose turn it is; a paused one only when all are. */
		HttpInboundEndpoint next() {
			int size = this.members.size();
			if (size == 1) {
				return this.members.get(0);
			}
			int start = Math.floorMod(this.turn.getAndIncrement(), size);
			for (int i = 0; i < size; i++) {
				HttpInboundEndpoint member = this.members.get((start + i) % size);
				if (!member.isPaused()) {
					return member;
				}
			}
			return this.members.get(start);
		}

	}

}
