package io.meshbridge.gateway.routes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteTable;
import io.meshbridge.rules.SourceKey;

/**
 * What one table has and another has not.
 *
 * @param added ids of routes
 * @param changed ids of routes that say something else
 * @param removed ids of routes
 * @param opened sources and targets that are bound
 * @param closed sources and targets that end, when nothing of them is under way
 */
public record RulesChange(List<String> added, List<String> changed, List<String> removed, List<String> opened,
		List<String> closed) {

	static RulesChange between(RouteTable before, RouteTable after) {
		Map<String, Route> old = byId(before);
		Map<String, Route> young = byId(after);
		List<String> added = new ArrayList<>();
		List<String> changed = new ArrayList<>();
		young.forEach((id, route) -> {
			Route present = old.get(id);
			if (present == null) {
				added.add(id);
			}
			else if (!present.saysTheSame(route)) {
				changed.add(id);
			}
		});
		return new RulesChange(added, changed, missing(old.keySet(), young.keySet()),
				missing(bindings(after), bindings(before)), missing(bindings(before), bindings(after)));
	}

	private static Map<String, Route> byId(RouteTable table) {
		Map<String, Route> routes = new LinkedHashMap<>();
		table.routes().forEach((route) -> routes.put(route.id(), route));
		return routes;
	}

	private static List<String> missing(Set<String> all, Set<String> present) {
		return all.stream().filter((each) -> !present.contains(each)).toList();
	}

	private static Set<String> bindings(RouteTable table) {
		RouteTable stages = table.inStages();
		Set<String> names = new LinkedHashSet<>();
		for (SourceKey key : stages.sources()) {
			names.add("source " + key.from() + (key.group().equals(Route.DEFAULT_GROUP) ? "" : "@" + key.group()));
		}
		for (Endpoint target : Gateway.targets(stages.routes())) {
			names.add("target " + target);
		}
		return names;
	}

	/**
	 * As the log says it.
	 */
	@Override
	public String toString() {
		List<String> parts = new ArrayList<>();
		add("added", this.added, parts);
		add("changed", this.changed, parts);
		add("removed", this.removed, parts);
		return parts.isEmpty() ? "no route changed" : String.join("; ", parts);
	}

	private static void add(String what, List<String> ids, List<String> parts) {
		if (!ids.isEmpty()) {
			parts.add(what + " " + String.join(", ", ids));
		}
	}

}
