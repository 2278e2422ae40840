package io.meshbridge.rules.lint;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.meshbridge.rules.Route;
import io.meshbridge.rules.Setting;
import org.jspecify.annotations.Nullable;

/**
 * Finds where the parts of compiled routes are written.
 */
final class WrittenRoutes {

	private final Map<String, Written> byId = new HashMap<>();

	private final @Nullable Setting delivery;

	WrittenRoutes(List<Setting> lists, @Nullable Setting delivery) {
		this.delivery = delivery;
		for (Setting list : lists) {
			if (list instanceof Setting.Items items) {
				for (int i = 0; i < items.items().size(); i++) {
					add(i, items.items().get(i));
				}
			}
		}
	}

	private void add(int index, Setting setting) {
		if (setting instanceof Setting.Entries route && value(route, "id") instanceof Setting.Scalar id
				&& id.value() != null) {
			String name = id.value().toString();
			this.byId.put(name, new Written("routes[" + index + "] (" + name + ")", route));
		}
	}

	/**
	 * A route as a whole.
	 */
	Spot route(Route route) {
		return new Spot(route.location(), written(route).where());
	}

	/**
	 * The value of one of its keys; the route when it doesn't have that key.
	 */
	Spot key(Route route, String key) {
		Written written = written(route);
		Setting value = value(written.setting(), key);
		return (value == null) ? route(route) : new Spot(value.location(), written.where() + "." + key);
	}

	/**
	 * One of its targets.
	 */
	Spot target(Route route, int index) {
		Spot to = key(route, "to");
		if (value(written(route).setting(), "to") instanceof Setting.Items items && index < items.items().size()) {
			return new Spot(items.items().get(index).location(), to.where() + "[" + index + "]");
		}
		return to;
	}

	/**
	 * Whether a delivery key is written for a target: in its block, in its route's, or as
	 * a default of all.
	 */
	boolean hasDeliveryKey(Route route, int target, String key) {
		Setting.Entries written = written(route).setting();
		return value(value(one(written, target), "delivery"), key) != null
				|| value(value(written, "delivery"), key) != null || value(this.delivery, key) != null;
	}

	/**
	 * The texts of attributes that the event block and the transforms of a target set, by
	 * attribute.
	 */
	Map<String, String> texts(Route route, int target) {
		Setting.Entries written = written(route).setting();
		Map<String, String> texts = new LinkedHashMap<>();
		Setting event = value(written, "event");
		addTexts(event, texts);
		addTexts(value(event, "extensions"), texts);
		addSteps(value(written, "transform"), texts);
		addSteps(value(one(written, target), "transform"), texts);
		String contentType = texts.remove("data-content-type");
		if (contentType != null) {
			texts.putIfAbsent("datacontenttype", contentType);
		}
		return texts;
	}

	private static void addSteps(@Nullable Setting steps, Map<String, String> texts) {
		if (steps instanceof Setting.Items items) {
			for (Setting step : items.items()) {
				addTexts(value(step, "set"), texts);
				Setting removed = value(step, "remove");
				(removed instanceof Setting.Items names ? names.items().stream() : Stream.ofNullable(removed))
					.filter(Setting.Scalar.class::isInstance)
					.forEach((name) -> texts.remove(String.valueOf(((Setting.Scalar) name).value())));
			}
		}
	}

	private static void addTexts(@Nullable Setting setting, Map<String, String> texts) {
		if (setting instanceof Setting.Entries entries) {
			entries.entries().forEach((name, entry) -> {
				if (entry.value() instanceof Setting.Scalar scalar && scalar.value() != null) {
					texts.put(name, scalar.value().toString());
				}
			});
		}
	}

	private static @Nullable Setting one(Setting.Entries written, int target) {
		Setting to = value(written, "to");
		return (to instanceof Setting.Items items && target < items.items().size()) ? items.items().get(target) : to;
	}

	private Written written(Route route) {
		return this.byId.getOrDefault(route.id(),
				new Written("route (" + route.id() + ")", new Setting.Entries(route.location(), Map.of())));
	}

	private static @Nullable Setting value(@Nullable Setting setting, String key) {
		if (setting instanceof Setting.Entries entries) {
			Setting.Entry entry = entries.entries().get(key);
			return (entry != null) ? entry.value() : null;
		}
		return null;
	}

	/**
	 * A route as it is written.
	 *
	 * @param where path of the setting
	 */
	private record Written(String where, Setting.Entries setting) {
	}

}
