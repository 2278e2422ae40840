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
 * The targets that a routes file names, so that what arrives there can be shown. A file
 * with mistakes names fewer; the gateway says what is wrong with it.
 *
 * @param endpoints as the routes name them
 */
record WatchedTargets(Set<String> endpoints) {

	WatchedTargets {
		endpoints = Set.copyOf(endpoints);
	}

	static WatchedTargets of(String routesFile) {
		Set<String> endpoints = new TreeSet<>();
		try {
			Object file = new Yaml(new SafeConstructor(new LoaderOptions())).load(routesFile);
			list(member(file, "routes")).forEach((route) -> {
				Object to = member(route, "to");
				list((to instanceof List<?>) ? to : List.of((to != null) ? to : ""))
					.forEach((target) -> add(endpoints, target));
				add(endpoints, member(member(route, "delivery"), "dead-letter-sink"));
			});
			add(endpoints, member(member(file, "delivery"), "dead-letter-sink"));
		}
		catch (YAMLException ex) {
			return new WatchedTargets(Set.of());
		}
		return new WatchedTargets(endpoints);
	}

	private static void add(Set<String> endpoints, @Nullable Object target) {
		Object endpoint = (target instanceof Map<?, ?>) ? member(target, "uri") : target;
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
	 * Destinations at one binder, sorted.
	 */
	List<String> at(String binder) {
		String prefix = binder + ":";
		return this.endpoints.stream()
			.filter((endpoint) -> endpoint.startsWith(prefix))
			.map((endpoint) -> endpoint.substring(prefix.length()))
			.sorted()
			.toList();
	}

}
