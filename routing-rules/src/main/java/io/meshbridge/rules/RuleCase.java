package io.meshbridge.rules;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * One test of rules: what comes in, and what is expected to leave.
 *
 * @param from endpoint that it comes from; {@code null} for every route's
 * @param message whether it is a message that is no event
 * @param properties attributes of the event, or properties of the message
 * @param data its data; {@code null} for none
 * @param expected what leaves, and nothing else
 */
public record RuleCase(String name, Location location, @Nullable String from, boolean message,
		Map<String, String> properties, @Nullable Setting data, List<Expected> expected) {

	public RuleCase {
		properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
		expected = List.copyOf(expected);
	}

	/**
	 * One thing that leaves.
	 *
	 * @param to the endpoint it goes to
	 * @param route id of the route it takes; {@code null} for any
	 * @param attributes what the event must have, by name; {@code null} for what it must
	 * not have
	 * @param data what its data must be; {@code null} for anything
	 * @param problem text that must be in the reason why nothing is sent; {@code null}
	 * when something is
	 */
	public record Expected(Location location, String to, @Nullable String route,
			Map<String, @Nullable String> attributes, @Nullable Setting data, @Nullable String problem) {
	}

	/**
	 * The cases of one file.
	 *
	 * @param routes files with the rules, as they are written
	 */
	public record CaseFile(List<String> routes, List<RuleCase> cases) {

		public CaseFile {
			routes = List.copyOf(routes);
			cases = List.copyOf(cases);
		}

	}

	/**
	 * Reads a file of cases.
	 * @param resourceName file name as the user knows it, for the locations
	 * @throws RulesException with everything that is wrong with it
	 */
	public static CaseFile read(String resourceName, String text) {
		Setting document = YamlSettings.read(resourceName, text);
		Findings findings = new Findings();
		Place place = new Place(findings, "", document.location(), document);
		List<String> routes = new ArrayList<>();
		List<RuleCase> cases = new ArrayList<>();
		if (!place.isEntries()) {
			place.named("yaml").problem(place.written() + ", expected a mapping with 'cases'");
		}
		Map<String, Place> blocks = place.isEntries() ? place.entries(List.of("routes", "cases")) : Map.of();
		Place files = blocks.get("routes");
		if (files != null) {
			(files.isItems() ? files.items() : List.of(files)).forEach((file) -> {
				String name = file.text();
				if (name != null) {
					routes.add(name);
				}
			});
		}
		Place list = blocks.get("cases");
		if (list != null) {
			list.items().forEach((item) -> cases.add(new Reader(item).read()));
		}
		findings.throwIfAny();
		return new CaseFile(routes, cases);
	}

	/**
	 * Reads one case. What has a problem reads as nothing.
	 */
	private record Reader(Place place) {

		private static final List<String> KEYS = List.of("name", "from", "event", "message", "expect");

		private static final List<String> EXPECTED = List.of("to", "route", "event", "problem");

		private static final String DATA = "data";

		RuleCase read() {
			Map<String, Place> block = this.place.entries(KEYS);
			String name = text(block.get("name"), "name", "a name such as 'alarms go to Kafka'");
			Place event = block.get("event");
			Place message = block.get("message");
			Place given = (event != null) ? event : message;
			if ((event == null) == (message == null)) {
				this.place.problem("has " + ((event == null) ? "neither 'event' nor" : "both 'event' and")
						+ " 'message', expected one");
			}
			Map<String, @Nullable String> properties = new LinkedHashMap<>();
			Setting data = (given == null) ? null : values(given, properties);
			Map<String, String> present = new LinkedHashMap<>();
			properties.forEach((key, value) -> {
				if (value != null) {
					present.put(key, value);
				}
			});
			Place from = block.get("from");
			return new RuleCase(name, this.place.setting().location(), (from == null) ? null : from.text(),
					event == null, present, data, expected(block.get("expect")));
		}

		private String text(@Nullable Place value, String key, String form) {
			String text = (value == null) ? null : value.plainText();
			if (value == null) {
				this.place.problem("required key '" + key + "' is missing, expected " + form);
			}
			return (text == null) ? "" : text;
		}

		private static @Nullable Setting values(Place block, Map<String, @Nullable String> values) {
			Setting data = null;
			for (Map.Entry<String, Place> entry : block.entries().entrySet()) {
				Place value = entry.getValue();
				if (entry.getKey().equals(DATA)) {
					data = value.setting();
				}
				else if (value.isEmpty()) {
					values.put(entry.getKey(), null);
				}
				else {
					values.put(entry.getKey(), value.plainText());
				}
			}
			return data;
		}

		private List<Expected> expected(@Nullable Place list) {
			if (list == null) {
				this.place.problem(
						"required key 'expect' is missing, expected a list of '- to: ENDPOINT', or [] for nothing");
				return List.of();
			}
			List<Expected> all = new ArrayList<>();
			for (Place item : list.items()) {
				if (item.isScalar()) {
					String to = item.text();
					if (to != null) {
						all.add(new Expected(item.setting().location(), to, null, Map.of(), null, null));
					}
					continue;
				}
				Map<String, Place> block = item.entries(EXPECTED);
				Place to = block.get("to");
				String endpoint = (to == null) ? null : to.text();
				if (to == null) {
					item.problem("required key 'to' is missing, expected the endpoint that the event goes to");
				}
				Map<String, @Nullable String> attributes = new LinkedHashMap<>();
				Place event = block.get("event");
				Setting data = (event == null) ? null : values(event, attributes);
				Place route = block.get("route");
				Place problem = block.get("problem");
				all.add(new Expected(item.setting().location(), (endpoint == null) ? "" : endpoint,
						(route == null) ? null : route.text(), attributes, data,
						(problem == null) ? null : problem.text()));
			}
			return all;
		}

	}

}
