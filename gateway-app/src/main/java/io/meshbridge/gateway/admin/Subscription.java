package io.meshbridge.gateway.admin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A subscription (<a href=
 * "https://github.com/cloudevents/spec/blob/main/subscriptions/spec.md#32-subscription-object">CloudEvents
 * Subscriptions, 3.2 Subscription Object</a>): another way to write a route with one
 * target.
 *
 * @param id that of the route; chosen by the gateway for a new one
 * @param source what the events' {@code source} must be
 * @param types what their {@code type} must be one of
 * @param config {@code from}: the endpoint that events come from
 * @param filters as a route has them
 * @param sink URL, or the endpoint of another protocol such as {@code kafka:orders}
 * @param protocol of the sink
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Subscription(@Nullable String id, @Nullable String source, @Nullable List<String> types,
		Map<String, Object> config, @Nullable List<Object> filters, String sink, String protocol) {

	private static final String FROM = "from";

	private static final List<String> KEYS = List.of("id", "source", "types", "config", "filters", "sink", "protocol",
			"protocolsettings");

	/**
	 * What each protocol's endpoints begin with.
	 */
	private static final Map<String, List<String>> PROTOCOLS = Map.of("HTTP", List.of("http"), "KAFKA",
			List.of("kafka"), "MQTT3", List.of("mqtt"), "MQTT5", List.of("mqtt"), "AMQP", List.of("amqp10", "rabbit"));

	private static final String PROTOCOL_NAMES = KnownNames
		.expectedOneOf(PROTOCOLS.keySet().stream().sorted().toList());

	/**
	 * Reads what a client has sent.
	 * @param id of the route it becomes
	 */
	static Subscription read(String id, Map<String, Object> body) {
		List<String> problems = new ArrayList<>();
		body.keySet().forEach((key) -> {
			if (!KEYS.contains(key)) {
				problems.add("'" + key + "' is not known, " + KnownNames.expectedOneOf(KEYS));
			}
		});
		if (body.get("id") != null && !body.get("id").equals(id)) {
			problems.add("'id' is '" + body.get("id") + "', expected '" + id + "' or none: the gateway chooses it");
		}
		if (body.get("protocolsettings") instanceof Map<?, ?> settings && !settings.isEmpty()) {
			problems.add("'protocolsettings' can't be set here; they are settings of the gateway's binders");
		}
		String sink = text(body, "sink", "expected a URL, or an endpoint such as kafka:orders", problems);
		String protocol = text(body, "protocol", PROTOCOL_NAMES, problems);
		if (!protocol.isEmpty() && !PROTOCOLS.containsKey(protocol)) {
			problems.add("protocol '" + protocol + "' is not known, " + PROTOCOL_NAMES);
		}
		else if (!protocol.isEmpty() && !sink.isEmpty() && !protocol.equals(protocol(sink, protocol))) {
			problems.add("sink '" + sink + "' is no endpoint of protocol " + protocol);
		}
		Map<String, Object> config = map(body.get("config"));
		if (!(config.get(FROM) instanceof String)) {
			problems.add("'config.from' is missing, expected the endpoint that events come from, such as"
					+ " {\"from\": \"channel:orders\"}");
		}
		List<String> types = new ArrayList<>();
		if (body.get("types") instanceof List<?> list) {
			list.forEach((type) -> types.add(String.valueOf(type)));
		}
		if (!problems.isEmpty()) {
			throw Problems.badRequest(problems);
		}
		return new Subscription(id, (body.get("source") == null) ? null : String.valueOf(body.get("source")),
				types.isEmpty() ? null : types, config,
				(body.get("filters") instanceof List<?> list) ? List.copyOf(list) : null, sink, protocol);
	}

	private static String text(Map<String, Object> body, String key, String expected, List<String> problems) {
		if (body.get(key) instanceof String text && !text.isBlank()) {
			return text;
		}
		problems.add("'" + key + "' is missing, " + expected);
		return "";
	}

	/**
	 * The subscription that a route is.
	 * @param route as it is written
	 * @return {@code null} when it has several targets, or one that no protocol reaches
	 */
	static @Nullable Subscription of(String id, Map<String, Object> route) {
		Object to = route.get("to");
		Object only = (to instanceof List<?> list && list.size() == 1) ? list.get(0) : to;
		Object uri = (only instanceof Map<?, ?> target) ? target.get("uri") : only;
		if (!(uri instanceof String sink)) {
			return null;
		}
		String protocol = protocol(sink, "MQTT5");
		Object filters = route.get("filters");
		List<Object> list = (filters instanceof List<?> written) ? List.copyOf(written)
				: map(filters).entrySet()
					.stream()
					.<Object>map((entry) -> Map.of(entry.getKey(), entry.getValue()))
					.toList();
		return (protocol == null) ? null : new Subscription(id, null, null,
				Map.of(FROM, String.valueOf(route.get(FROM))), list.isEmpty() ? null : list, sink, protocol);
	}

	private static @Nullable String protocol(String sink, String preferred) {
		String scheme = sink.replaceFirst(":.*", "").replaceFirst("^https$", "http");
		if (PROTOCOLS.getOrDefault(preferred, List.of()).contains(scheme)) {
			return preferred;
		}
		return PROTOCOLS.entrySet()
			.stream()
			.filter((protocol) -> protocol.getValue().contains(scheme))
			.map(Map.Entry::getKey)
			.findFirst()
			.orElse(null);
	}

	/**
	 * The route that this is, as somebody would write it.
	 */
	Map<String, Object> route() {
		List<Object> all = new ArrayList<>();
		if (this.source != null) {
			all.add(Map.of("exact", Map.of("source", this.source)));
		}
		if (this.types != null) {
			List<Object> any = new ArrayList<>();
			this.types.forEach((type) -> any.add(Map.of("exact", Map.of("type", type))));
			all.add((any.size() == 1) ? any.get(0) : Map.of("any", any));
		}
		if (this.filters != null) {
			all.addAll(this.filters);
		}
		Map<String, Object> route = new LinkedHashMap<>();
		route.put("id", String.valueOf(this.id));
		route.put(FROM, this.config.get(FROM));
		this.config.forEach(route::putIfAbsent);
		if (!all.isEmpty()) {
			route.put("filters", all);
		}
		route.put("to", this.sink);
		return route;
	}

	private static Map<String, Object> map(@Nullable Object value) {
		Map<String, Object> map = new LinkedHashMap<>();
		if (value instanceof Map<?, ?> entries) {
			entries.forEach((key, entry) -> {
				if (entry != null) {
					map.put(String.valueOf(key), entry);
				}
			});
		}
		return map;
	}

}
