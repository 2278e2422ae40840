package io.meshbridge.rules;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import io.meshbridge.rules.filter.Filter;
import io.meshbridge.rules.reference.Block;
import io.meshbridge.rules.transform.Transform;
import org.jspecify.annotations.Nullable;

/**
 * Reads the routes of one table, one by one.
 */
final class RouteReader {

	private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

	// MQTT shared subscriptions allow neither '/' nor wildcards in a group.
	private static final Pattern GROUP = Pattern.compile("[^\\s/+#\\p{Cntrl}]{1,128}");

	private final EndpointCatalog catalog;

	private final EndpointReader endpoints;

	private final ReplyReader replies;

	private final DeliveryReader delivery;

	private final DeliveryPolicy defaults;

	private final Map<String, Location> ids = new HashMap<>();

	RouteReader(EndpointCatalog catalog, EndpointReader endpoints, DeliveryReader delivery, DeliveryPolicy defaults) {
		this.catalog = catalog;
		this.endpoints = endpoints;
		this.replies = new ReplyReader(catalog, endpoints);
		this.delivery = delivery;
		this.defaults = defaults;
	}

	/**
	 * Reads one route.
	 * @return {@code null} when it lacks something; the findings say what
	 */
	@Nullable Route read(Place unnamed) {
		Place place = unnamed.named(unnamed.where() + knownId(unnamed.setting()));
		if (place.isEmpty()) {
			place.problem("is empty, expected a route with id, from and to");
			return null;
		}
		Map<String, Place> block = place.entries(Block.ROUTE.names());
		if (!place.isEntries()) {
			return null;
		}
		String id = id(place, block.get("id"));
		Endpoint from = from(place, block.get("from"));
		String group = group(block.get("group"));
		EventTemplate event = new TemplateReader(pathVariables(from)).read(block.get("event"));
		Filter filter = FilterReader.read(block.get("filters"));
		SchemaRule schema = SchemaReader.read(block.get("schema"));
		Transform transform = TransformReader.read(block.get("transform"));
		DeliveryPolicy policy = delivery(place, block.get("delivery"), from);
		List<RouteTarget> to = targets(place, block.get("to"), from, policy);
		Endpoint replyTo = this.replies.read(block.get("reply-to"), from, to);
		Accept accept = accept(block.get("accept"), from);
		OnFilterError onFilterError = onFilterError(block.get("on-filter-error"), accept, policy, to);
		Duration deduplicate = TimeReader.deduplicate(block.get("deduplicate"));
		Delay delay = TimeReader.delay(block.get("delay"), block.get("deliver-at"), accept);
		if (id == null || from == null || to.isEmpty()) {
			return null;
		}
		return new Route(id, from, group, event, filter, onFilterError, schema, transform, to, replyTo, accept,
				deduplicate, delay, policy, place.setting().location(), Revision.of(place.setting()));
	}

	private static String knownId(Setting setting) {
		if (setting instanceof Setting.Entries entries) {
			Setting.Entry id = entries.entries().get("id");
			if (id != null && id.value() instanceof Setting.Scalar scalar && scalar.value() instanceof String text
					&& ID.matcher(text).matches()) {
				return " (" + text + ")";
			}
		}
		return "";
	}

	private @Nullable String id(Place route, @Nullable Place place) {
		if (place == null) {
			route.problem("required key 'id' is missing, expected a unique name such as 'id: orders'");
			return null;
		}
		String id = place.text();
		if (id == null) {
			return null;
		}
		if (!ID.matcher(id).matches()) {
			place.problem(Wording.quote(id) + " is no route id, expected 1 to 64 letters, digits, '.', '_' or '-'");
			return null;
		}
		Location first = this.ids.putIfAbsent(id, place.setting().location());
		if (first != null) {
			place.problem(
					Wording.quote(id) + " is the id of another route too, at " + first + ", expected a unique one");
		}
		return id;
	}

	private @Nullable Endpoint from(Place route, @Nullable Place place) {
		if (place == null) {
			route.problem("required key 'from' is missing, expected an endpoint such as 'from: kafka:orders'");
			return null;
		}
		return this.endpoints.source(place);
	}

	private static String group(@Nullable Place place) {
		String group = (place != null) ? place.text() : null;
		if (place == null || group == null) {
			return Route.DEFAULT_GROUP;
		}
		if (!GROUP.matcher(group).matches()) {
			place.problem(Wording.quote(group)
					+ " is no group, expected 1 to 128 characters without white space, '/', '+' and '#'");
		}
		return group;
	}

	private static OnFilterError onFilterError(@Nullable Place place, Accept accept, DeliveryPolicy policy,
			List<RouteTarget> to) {
		String text = (place != null) ? place.text() : null;
		if (place == null || text == null || text.equals("skip")) {
			return OnFilterError.SKIP;
		}
		if (!text.equals("dead-letter")) {
			place.problem(Wording.quote(text) + " is no way to meet an error of a filter, "
					+ Wording.expectedOneOf(text, List.of("skip", "dead-letter")));
		}
		else if (policy.deadLetterSink() == null && (accept == Accept.DURABLE
				|| to.stream().allMatch((target) -> target.delivery().deadLetterSink() == null))) {
			place.problem("'dead-letter' needs a dead letter sink, and this route has none, expected"
					+ " 'dead-letter-sink' in its delivery");
		}
		return OnFilterError.DEAD_LETTER;
	}

	/**
	 * A sender over HTTP keeps nothing, so its events are stored first unless the route
	 * says otherwise; a broker holds its own.
	 */
	private Accept accept(@Nullable Place place, @Nullable Endpoint from) {
		String text = (place != null) ? place.text() : null;
		if (place == null || text == null) {
			boolean http = from instanceof Endpoint.AtBinder at && this.catalog.typeOf(at.binder()).equals("http");
			return (http && this.catalog.channels()) ? Accept.DURABLE : Accept.DELIVERED;
		}
		switch (text) {
			case "delivered":
				return Accept.DELIVERED;
			case "durable":
				if (from instanceof Endpoint.AtChannel) {
					place.problem("a channel holds its events already, expected no 'accept: durable' for a route from "
							+ EndpointReader.quote(from.toString()));
				}
				else if (!this.catalog.channels()) {
					place.problem("nothing here holds channels; expected the embedded broker to be on, or"
							+ " meshbridge.channels.backing to name a binder");
				}
				return Accept.DURABLE;
			default:
				place.problem(Wording.quote(text) + " is no way to accept, "
						+ Wording.expectedOneOf(text, List.of("delivered", "durable")));
				return Accept.DELIVERED;
		}
	}

	private @Nullable Set<String> pathVariables(@Nullable Endpoint from) {
		if (from instanceof Endpoint.AtBinder at) {
			boolean http = this.catalog.typeOf(at.binder()).equals("http");
			return http ? HttpPath.variables(at.destination()) : Set.of();
		}
		return (from instanceof Endpoint.AtChannel) ? Set.of() : null;
	}

	private List<RouteTarget> targets(Place route, @Nullable Place place, @Nullable Endpoint from,
			DeliveryPolicy policy) {
		if (place == null) {
			route.problem(
					"required key 'to' is missing, expected an endpoint such as 'to: kafka:orders', or a list of them");
			return List.of();
		}
		if (place.isEmpty()) {
			place.problem("is empty, expected an endpoint such as 'kafka:orders', or a list of them");
			return List.of();
		}
		Map<Endpoint, Location> seen = new LinkedHashMap<>();
		List<RouteTarget> targets = new ArrayList<>();
		for (Place item : place.isItems() ? place.items() : List.of(place)) {
			RouteTarget target = target(item, from, seen, policy);
			if (target != null) {
				targets.add(target);
			}
		}
		return targets;
	}

	private @Nullable RouteTarget target(Place place, @Nullable Endpoint from, Map<Endpoint, Location> seen,
			DeliveryPolicy policy) {
		if (place.isScalar() || place.isItems()) {
			Endpoint endpoint = endpoint(place, null);
			return (endpoint != null) ? distinct(place, new RouteTarget(endpoint, false, null, policy), from, seen)
					: null;
		}
		Map<String, Place> block = place.entries(Block.TARGET.names());
		boolean structured = structured(block.get("content-mode"));
		String key = key(block.get("key"));
		Transform transform = TransformReader.read(block.get("transform"));
		DeliveryPolicy own = delivery(block.get("delivery"), from, policy);
		Place uri = block.get("uri");
		if (uri == null) {
			place.problem("required key 'uri' is missing, expected an endpoint such as 'uri: kafka:orders'");
			return null;
		}
		Endpoint endpoint = endpoint(uri, block.get("allow"));
		return (endpoint != null)
				? distinct(uri, new RouteTarget(endpoint, structured, key, transform, null, own), from, seen) : null;
	}

	private @Nullable Endpoint endpoint(Place place, @Nullable Place allow) {
		if (place.setting() instanceof Setting.Scalar scalar && scalar.value() instanceof String text
				&& text.indexOf('{') >= 0) {
			return DynamicEndpoint.read(place, text, allow, this.endpoints);
		}
		if (allow != null) {
			allow.keyProblem("says what may come out of placeholders, and 'uri' has none; expected one such as"
					+ " 'kafka:orders.{subject}'");
		}
		return this.endpoints.target(place);
	}

	private static RouteTarget distinct(Place place, RouteTarget target, @Nullable Endpoint from,
			Map<Endpoint, Location> seen) {
		Endpoint endpoint = target.endpoint();
		Location first = seen.putIfAbsent(endpoint, place.setting().location());
		if (first != null) {
			place.problem(EndpointReader.quote(endpoint.toString()) + " is a target of this route already, at " + first
					+ ", expected each once");
		}
		else if (endpoint.equals(from)) {
			place.problem(EndpointReader.quote(endpoint.toString())
					+ " is where this route's events come from, so each would come back for ever; expected another endpoint");
		}
		return target;
	}

	private static boolean structured(@Nullable Place place) {
		String mode = (place != null) ? place.text() : null;
		if (place == null || mode == null) {
			return false;
		}
		if (!mode.equals("binary") && !mode.equals("structured")) {
			place.problem(Wording.quote(mode) + " is no content mode, "
					+ Wording.expectedOneOf(mode, List.of("binary", "structured")));
		}
		return mode.equals("structured");
	}

	private static @Nullable String key(@Nullable Place place) {
		String key = (place != null) ? place.text() : null;
		if (place != null && key != null && !AttributeNames.isValid(key)) {
			place.problem(Wording.quote(key) + " is no attribute name, expected the name of an attribute"
					+ " in lower-case letters and digits, such as 'partitionkey'");
		}
		return key;
	}

	private DeliveryPolicy delivery(Place route, @Nullable Place place, @Nullable Endpoint from) {
		DeliveryPolicy policy = this.delivery.read(place, this.defaults);
		Endpoint sink = policy.deadLetterSink();
		if (sink == null || !sink.equals(from)) {
			return policy;
		}
		Place written = sinkPlace(place);
		if (sink.equals(DeliveryPolicy.DEAD_LETTERS) && written == null) {
			return policy.withDeadLetterSink(null);
		}
		wouldComeBack((written != null) ? written : (place != null) ? place : route, sink);
		return policy;
	}

	private DeliveryPolicy delivery(@Nullable Place place, @Nullable Endpoint from, DeliveryPolicy ofRoute) {
		DeliveryPolicy policy = this.delivery.read(place, ofRoute);
		Endpoint sink = policy.deadLetterSink();
		Place written = sinkPlace(place);
		if (written != null && sink != null && sink.equals(from)) {
			wouldComeBack(written, sink);
		}
		return policy;
	}

	private static @Nullable Place sinkPlace(@Nullable Place delivery) {
		return (delivery == null) ? null : delivery.entries().get(DeliveryReader.SINK);
	}

	private static void wouldComeBack(Place place, Endpoint sink) {
		place.problem("the dead-letter-sink " + EndpointReader.quote(sink.toString())
				+ " is where this route's events come from, so a failing event would come back for ever;"
				+ " expected another endpoint or 'none' as dead-letter-sink of this route");
	}

}
