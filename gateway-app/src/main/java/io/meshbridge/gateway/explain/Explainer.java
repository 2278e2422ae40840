package io.meshbridge.gateway.explain;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SendException;
import io.meshbridge.bridge.format.Attributes;
import io.meshbridge.bridge.preview.WireMessage;
import io.meshbridge.bridge.preview.WirePreview;
import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.EndpointCatalog;
import io.meshbridge.rules.EventTime;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteTarget;
import io.meshbridge.rules.WrapException;
import io.meshbridge.rules.filter.Outcome;
import io.meshbridge.rules.filter.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Explains routes. Messages are shown as a target with default settings writes them.
 * Thread-safe.
 */
public final class Explainer {

	private static final Map<String, WirePreview> PREVIEWS = ServiceLoader.load(WirePreview.class)
		.stream()
		.map(ServiceLoader.Provider::get)
		.collect(Collectors.toUnmodifiableMap(WirePreview::binderType, Function.identity()));

	private final EndpointCatalog catalog;

	private final InstantSource clock;

	/**
	 * @param catalog what the routes' endpoints name
	 */
	public Explainer(EndpointCatalog catalog, InstantSource clock) {
		this.catalog = catalog;
		this.clock = clock;
	}

	/**
	 * What these routes make of what comes in.
	 * @param from endpoint that it comes from; {@code null} to ask every route
	 */
	public List<RouteExplanation> explain(List<Route> routes, Given given, @Nullable String from) {
		return routes.stream()
			.filter((route) -> from == null || route.from().toString().equals(from))
			.map((route) -> explain(route, given))
			.toList();
	}

	private RouteExplanation explain(Route route, Given given) {
		CloudEvent event;
		try {
			event = event(route, given);
		}
		catch (WrapException ex) {
			return new RouteExplanation(route, null, ex.getMessage(), List.of());
		}
		Verdict verdict = route.filter().explain(event);
		if (verdict.outcome() != Outcome.TRUE) {
			return new RouteExplanation(route, verdict, null, List.of());
		}
		List<TargetExplanation> targets = new ArrayList<>();
		for (RouteTarget target : route.to()) {
			targets.add(explain(target, event, given.key()));
		}
		return new RouteExplanation(route, verdict, null, targets);
	}

	private static CloudEvent event(Route route, Given given) throws WrapException {
		if (given instanceof Given.Message message) {
			return route.event()
				.wrap((name) -> name.equals("binder") ? binder(route.from()) : message.properties().get(name),
						message.data());
		}
		return ((Given.Event) given).event();
	}

	private static String binder(Endpoint from) {
		return (from instanceof Endpoint.AtBinder at) ? at.binder() : Endpoint.AtChannel.PREFIX;
	}

	private TargetExplanation explain(RouteTarget target, CloudEvent event, @Nullable String key) {
		String endpoint = target.endpoint().toString();
		Instant expiry = EventTime.expiry(event);
		if (expiry != null && !expiry.isAfter(this.clock.instant())) {
			return new TargetExplanation(target, endpoint, null, null, "the event has expired at " + expiry);
		}
		String recordKey = (target.key() != null) ? Attributes.text(event, target.key()) : key;
		try {
			return new TargetExplanation(target, endpoint, event, message(target, event, recordKey), null);
		}
		catch (SendException ex) {
			return new TargetExplanation(target, endpoint, null, null, ex.code() + ": " + ex.getMessage());
		}
	}

	private @Nullable WireMessage message(RouteTarget target, CloudEvent event, @Nullable String key)
			throws SendException {
		WirePreview preview = PREVIEWS.get(type(target.endpoint()));
		return (preview == null) ? null
				: preview.write(destination(target.endpoint()),
						new Outbound(event, (key == null) ? null : key.getBytes(StandardCharsets.UTF_8),
								target.structured() ? ContentMode.STRUCTURED : ContentMode.BINARY,
								target.delivery().timeout()));
	}

	private String type(Endpoint endpoint) {
		if (endpoint instanceof Endpoint.AtBinder at) {
			return this.catalog.typeOf(at.binder());
		}
		if (endpoint instanceof Endpoint.AtBinding at) {
			return this.catalog.bindingTypes().getOrDefault(at.name(), "");
		}
		return (endpoint instanceof Endpoint.AtUrl) ? "http" : "";
	}

	private static String destination(Endpoint endpoint) {
		return (endpoint instanceof Endpoint.AtBinder at) ? at.destination() : endpoint.toString();
	}

}
