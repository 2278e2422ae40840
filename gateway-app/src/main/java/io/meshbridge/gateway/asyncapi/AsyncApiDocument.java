package io.meshbridge.gateway.asyncapi;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.EndpointCatalog;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteTarget;

import static io.meshbridge.gateway.asyncapi.Protocol.ordered;

/**
 * An <a href="https://www.asyncapi.com/docs/reference/specification/v3.0.0">AsyncAPI
 * 3.0</a> document of routes: what the gateway receives and sends. The channel that a
 * durable route keeps for itself, and dead letter sinks, are not in it. Used once, by one
 * thread.
 */
public final class AsyncApiDocument {

	private static final Pattern PLACEHOLDER = Pattern.compile("\\{([A-Za-z0-9_-]+)}");

	private static final List<String> REQUIRED = List.of("specversion", "id", "source", "type");

	private static final List<String> ATTRIBUTES = List.of("specversion", "id", "source", "type", "subject", "time",
			"dataschema");

	private final EndpointCatalog catalog;

	private final Map<String, Object> servers = new LinkedHashMap<>();

	private final Map<String, Object> channels = new LinkedHashMap<>();

	private final Map<String, Object> operations = new LinkedHashMap<>();

	private final Map<String, Object> messages = new LinkedHashMap<>();

	/** What has been named, by kind and name. */
	private final Map<String, String> named = new HashMap<>();

	private AsyncApiDocument(EndpointCatalog catalog) {
		this.catalog = catalog;
	}

	/**
	 * Describes routes.
	 * @param stages the {@linkplain Route#stages() stages} of all of them
	 * @param catalog the types of the binders that they name
	 * @param version of the gateway
	 * @return what a JSON writer takes
	 */
	public static Map<String, Object> of(List<Route> stages, EndpointCatalog catalog, String version) {
		AsyncApiDocument document = new AsyncApiDocument(catalog);
		stages.forEach(document::add);
		return ordered("asyncapi", "3.0.0", "info",
				ordered("title", "Meshbridge gateway", "version", version, "description",
						"What the active routes receive and send, as CloudEvents."),
				"servers", document.servers, "channels", document.channels, "operations", document.operations,
				"components",
				ordered("messages", document.messages, "schemas", ordered("cloudEvent", cloudEventSchema())));
	}

	private void add(Route stage) {
		if (!stage.readsOwnChannel()) {
			Place place = Place.of(stage.from(), this.catalog);
			operation("receive", stage, stage.from(), place, List.of("binary", "structured"),
					place.protocol().receive(stage.group()));
		}
		for (RouteTarget target : stage.to()) {
			if (!(target.endpoint() instanceof Endpoint.AtChannel channel && channel.ofRoute())) {
				send(stage, target.endpoint(), target.structured() ? "structured" : "binary");
			}
		}
		if (stage.replyTo() != null) {
			send(stage, stage.replyTo(), "binary");
		}
	}

	private void send(Route stage, Endpoint endpoint, String mode) {
		Place place = Place.of(endpoint, this.catalog);
		operation("send", stage, endpoint, place, List.of(mode), place.protocol().send());
	}

	private void operation(String action, Route stage, Endpoint endpoint, Place place, List<String> modes,
			Map<String, Object> bindings) {
		String channel = channel(endpoint, place);
		Map<String, Object> operation = ordered("action", action, "channel", ref("channels", channel), "summary",
				"Route " + stage.id() + ("send".equals(action) ? " sends to " : " reads ") + endpoint);
		if (!bindings.isEmpty()) {
			operation.put("bindings", bindings);
		}
		operation.put("messages", modes.stream().map((mode) -> ref("channels", channel, "messages", mode)).toList());
		String name = "send".equals(action) ? action + "-" + stage.id() + "-" + endpoint : action + "-" + stage.id();
		// The targets of a durable route that replies have one way to the channel of the
		// replies.
		this.operations.putIfAbsent(id("operation", name), operation);
	}

	private String channel(Endpoint endpoint, Place place) {
		String id = id("channel", endpoint.toString());
		this.channels.computeIfAbsent(id, (absent) -> {
			Map<String, Object> channel = ordered("address", place.address(), "servers",
					List.of(ref("servers", server(place))), "messages",
					ordered("binary", message(place.protocol(), "binary"), "structured",
							message(place.protocol(), "structured")));
			Map<String, Object> parameters = placeholders(place.address());
			if (!parameters.isEmpty()) {
				channel.put("parameters", parameters);
			}
			// Of a binding the name is known here, and not the destination.
			boolean exact = parameters.isEmpty() && !(endpoint instanceof Endpoint.AtBinding);
			Map<String, Object> bindings = exact ? place.protocol().channel(place.address()) : Map.of();
			if (!bindings.isEmpty()) {
				channel.put("bindings", bindings);
			}
			return channel;
		});
		return id;
	}

	private String server(Place place) {
		String id = id("server", place.server());
		this.servers.computeIfAbsent(id, (absent) -> {
			String host = place.host();
			Map<String, Object> variables = placeholders((host == null) ? "" : host);
			if (host == null) {
				variables = ordered("host", ordered("default", place.protocol().address(), "description",
						"where '" + place.server() + "' is; the gateway's own settings say"));
			}
			Map<String, Object> server = ordered("host", (host == null) ? "{host}" : host, "protocol",
					place.protocol().name());
			if (!variables.isEmpty()) {
				server.put("variables", variables);
			}
			return server;
		});
		return id;
	}

	private static Map<String, Object> placeholders(String text) {
		Map<String, Object> placeholders = new LinkedHashMap<>();
		Matcher placeholder = PLACEHOLDER.matcher(text);
		while (placeholder.find()) {
			placeholders.put(placeholder.group(1), Map.of());
		}
		return placeholders;
	}

	private Map<String, Object> message(Protocol protocol, String mode) {
		String name = protocol.name() + "-" + mode;
		this.messages.computeIfAbsent(name, (absent) -> mode.equals("binary") ? binary(protocol) : structured());
		return ref("components", "messages", name);
	}

	private static Map<String, Object> binary(Protocol protocol) {
		Map<String, Object> headers = new LinkedHashMap<>();
		ATTRIBUTES.forEach((name) -> headers.put(protocol.prefix() + name, attribute(name)));
		return ordered("title", "CloudEvent, binary mode", "headers", ordered("type", "object", "properties", headers,
				"required", REQUIRED.stream().map((name) -> protocol.prefix() + name).toList()));
	}

	private static Map<String, Object> structured() {
		return ordered("title", "CloudEvent, structured mode", "contentType", "application/cloudevents+json", "payload",
				ref("components", "schemas", "cloudEvent"));
	}

	private static Map<String, Object> cloudEventSchema() {
		Map<String, Object> properties = new LinkedHashMap<>();
		ATTRIBUTES.forEach((name) -> properties.put(name, attribute(name)));
		properties.put("datacontenttype", ordered("type", "string"));
		properties.put("data", new LinkedHashMap<>());
		properties.put("data_base64", ordered("type", "string", "contentEncoding", "base64"));
		return ordered("type", "object", "properties", properties, "required", REQUIRED);
	}

	private static Map<String, Object> attribute(String name) {
		return switch (name) {
			case "specversion" -> ordered("type", "string", "const", "1.0");
			case "source" -> ordered("type", "string", "format", "uri-reference", "minLength", 1);
			case "dataschema" -> ordered("type", "string", "format", "uri");
			case "time" -> ordered("type", "string", "format", "date-time");
			default -> ordered("type", "string", "minLength", 1);
		};
	}

	private static Map<String, Object> ref(String... path) {
		return ordered("$ref", "#/" + String.join("/", path));
	}

	/**
	 * A name that may be a key, and is nobody else's of its kind.
	 */
	private String id(String kind, String name) {
		return this.named.computeIfAbsent(kind + " " + name, (absent) -> {
			String plain = name.replaceAll("[^A-Za-z0-9_]+", "-").replaceAll("^-|-$", "");
			List<String> taken = new ArrayList<>(this.named.entrySet()
				.stream()
				.filter((entry) -> entry.getKey().startsWith(kind + " "))
				.map(Map.Entry::getValue)
				.toList());
			String id = plain;
			for (int i = 2; taken.contains(id); i++) {
				id = plain + "-" + i;
			}
			return id;
		});
	}

}
