package io.meshbridge.sandbox.demo;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * What a routes file names, so that the demo feeds it and shows what arrives. A file with
 * mistakes names less; the gateway says what is wrong with it.
 *
 * @param sources where its routes read, as written
 * @param targets where they write, dead letter sinks included, as written
 */
record RouteEndpoints(Set<String> sources, Set<String> targets) {

	RouteEndpoints {
		sources = Set.copyOf(sources);
		targets = Set.copyOf(targets);
	}

	static RouteEndpoints of(String routesFile) {
		Set<String> sources = new TreeSet<>();
		Set<String> targets = new TreeSet<>();
		try {
			Object file = new Yaml(new SafeConstructor(new LoaderOptions())).load(routesFile);
			list(member(file, "routes")).forEach((route) -> {
				add(sources, member(route, "from"));
				Object to = member(route, "to");
				list((to instanceof List<?>) ? to : List.of((to != null) ? to : "")).forEach((target) -> {
					add(targets, target);
					add(targets, member(member(target, "delivery"), "dead-letter-sink"));
				});
				add(targets, member(member(route, "delivery"), "dead-letter-sink"));
			});
			add(targets, member(member(file, "delivery"), "dead-letter-sink"));
		}
		catch (YAMLException ex) {
			return new RouteEndpoints(Set.of(), Set.of());
		}
		return new RouteEndpoints(sources, targets);
	}

	private static void add(Set<String> endpoints, @Nullable Object named) {
		Object endpoint = (named instanceof Map<?, ?>) ? member(named, "uri") : named;
		if (endpoint instanceof String text && text.contains(":")) {
			endpoints.add(text);
		}
	}

	private static @Nullable Object member(@Nullable Object block, String name) {
		return (block instanceof Map<?, ?> map) ? map.get(name) : null;
	}

	private static List<?> list(@Nullable Object value) {
		return (value instanceof List<?> items) ? items : List.of();
	}

	/**
	 * Destinations of targets at one binder, sorted.
	 */
	List<String> targetsAt(String binder) {
		String prefix = binder + ":";
		return this.targets.stream()
			.filter((target) -> target.startsWith(prefix))
			.map((target) -> target.substring(prefix.length()))
			.sorted()
			.toList();
	}

	/**
	 * Whether a route may read a path of the gateway.
	 */
	boolean readsPath(String path) {
		return this.sources.stream()
			.anyMatch((source) -> source.equals("http:" + path) || source.matches("http:/.*[{*].*"));
	}

}
