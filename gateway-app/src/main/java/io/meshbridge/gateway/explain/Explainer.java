package io.meshbridge.gateway.explain;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
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
import io.meshbridge.rules.Delay;
import io.meshbridge.rules.DeliveryPolicy;
import io.meshbridge.rules.DeliveryPolicy.OnExpiry;
import io.meshbridge.rules.DestinationException;
import io.meshbridge.rules.Endpoint;
import io.meshbridge.rules.EndpointCatalog;
import io.meshbridge.rules.EventTime;
import io.meshbridge.rules.OnFilterError;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteTarget;
import io.meshbridge.rules.WrapException;
import io.meshbridge.rules.filter.Outcome;
import io.meshbridge.rules.filter.Verdict;
import io.meshbridge.rules.transform.Transform;
import io.meshbridge.rules.transform.TransformException;
import io.meshbridge.rules.transform.TransformLimits;
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

	private final TransformLimits limits;

	private final InstantSource clock;

	/**
	 * @param catalog what the routes' endpoints name
	 * @param limits what transforms may use
	 */
	public Explainer(EndpointCatalog catalog, TransformLimits limits, InstantSource clock) {
		this.catalog = catalog;
		this.limits = limits;
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
		List<Route> stages = route.stages();
		Route first = stages.get(0);
		CloudEvent event;
		try {
			event = event(route, given);
		}
		catch (WrapException ex) {
			return new RouteExplanation(route, null, ex.getMessage(),
					untried(first, "NOT_WRAPPED: " + ex.getMessage()));
		}
		Verdict verdict = route.filter().explain(event);
		if (verdict.outcome() == Outcome.TRUE) {
			return new RouteExplanation(route, verdict, null, targets(stages, event, given.key()));
		}
		boolean taken = verdict.outcome() == Outcome.ERROR && route.onFilterError() == OnFilterError.DEAD_LETTER;
		return new RouteExplanation(route, verdict, null,
				taken ? untried(first, "FILTER: " + verdict.why()) : List.of());
	}

	/**
	 * The target that the one dead letter names of an event that no target can get.
	 */
	private static List<TargetExplanation> untried(Route stage, String problem) {
		RouteTarget named = stage.to()
			.stream()
			.filter((target) -> target.delivery().deadLetterSink() != null)
			.findFirst()
			.orElse(stage.to().get(0));
		return List.of(new TargetExplanation(named, named.endpoint().toString(), null, null, problem));
	}

	/**
	 * What all targets get, or, of what does not get that far, the route's own channel.
	 */
	private List<TargetExplanation> targets(List<Route> stages, CloudEvent event, @Nullable String key) {
		List<TargetExplanation> first = targets(stages.get(0), event, key);
		if (stages.size() == 1 || first.get(0).event() == null) {
			return first;
		}
		return stages.stream().skip(1).flatMap((stage) -> targets(stage, event, key).stream()).toList();
	}

	private List<TargetExplanation> targets(Route stage, CloudEvent event, @Nullable String key) {
		CloudEvent made = event;
		String problem = null;
		try {
			if (stage.schema() != null) {
				stage.schema().check().apply(event, this.limits);
			}
			made = made(stage.transform(), event);
		}
		catch (TransformException ex) {
			problem = (ex.unfit() ? "SCHEMA: " : "TRANSFORM: ") + ex.getMessage();
		}
		List<TargetExplanation> targets = new ArrayList<>();
		for (RouteTarget target : stage.to()) {
			targets.add((problem == null) ? explain(target, event, made, key)
					: new TargetExplanation(target, target.endpoint().toString(), null, null, problem));
		}
		return targets;
	}

	private CloudEvent made(@Nullable Transform transform, CloudEvent event) throws TransformException {
		return (transform == null) ? event : transform.apply(event, this.limits);
	}

	/**
	 * Why an event does not leave, whatever was made of it.
	 */
	private @Nullable String held(RouteTarget target, CloudEvent came) {
		Delay delay = target.delay();
		try {
			if (delay != null) {
				delay.until(came, this.clock.instant());
			}
		}
		catch (DateTimeException ex) {
			return "DELIVER_AT: '" + delay.attribute() + "' is no timestamp: " + ex.getMessage();
		}
		return expired(came, target.delivery());
	}

	/**
	 * Whether nobody wants the event that came in any more.
	 */
	private @Nullable String expired(CloudEvent event, DeliveryPolicy delivery) {
		Instant expiry = EventTime.expiry(event);
		if (expiry == null || expiry.isAfter(this.clock.instant())) {
			return null;
		}
		boolean kept = delivery.deadLetterSink() != null && delivery.onExpiry() == OnExpiry.DEAD_LETTER;
		return (kept ? "EXPIRED" : "DROPPED") + ": nobody wants the event after " + expiry + ", its expirytime";
	}

	private CloudEvent event(Route route, Given given) throws WrapException {
		if (given instanceof Given.Message message) {
			return route.event()
				.wrap((name) -> (name.equals("binder") && message.properties().get(name) == null) ? binder(route.from())
						: message.properties().get(name), message.data());
		}
		return ((Given.Event) given).event();
	}

	private String binder(Endpoint from) {
		if (from instanceof Endpoint.AtBinder at) {
			return at.binder();
		}
		return (from instanceof Endpoint.AtChannel) ? Endpoint.AtChannel.PREFIX : this.catalog.typeOf(from);
	}

	private TargetExplanation explain(RouteTarget written, CloudEvent came, CloudEvent event, @Nullable String key) {
		String endpoint = written.endpoint().toString();
		try {
			CloudEvent made = made(written.transform(), event);
			RouteTarget target = written;
			if (written.endpoint() instanceof Endpoint.AtTemplate template) {
				target = written.at(template.dynamic().of(made));
				endpoint = target.endpoint().toString();
			}
			String problem = held(target, came);
			if (problem != null) {
				return new TargetExplanation(target, endpoint, null, null, problem);
			}
			String recordKey = (target.key() != null) ? Attributes.text(made, target.key()) : key;
			return new TargetExplanation(target, endpoint, made, message(target, made, recordKey), null);
		}
		catch (TransformException ex) {
			return new TargetExplanation(written, endpoint, null, null, "TRANSFORM: " + ex.getMessage());
		}
		catch (DestinationException ex) {
			return new TargetExplanation(written, endpoint, null, null, "DESTINATION: " + ex.getMessage());
		}
		catch (SendException ex) {
			return new TargetExplanation(written, endpoint, null, null, ex.code() + ": " + ex.getMessage());
		}
	}

	private @Nullable WireMessage message(RouteTarget target, CloudEvent event, @Nullable String key)
			throws SendException {
		WirePreview preview = PREVIEWS.get(this.catalog.typeOf(target.endpoint()));
		return (preview == null) ? null
				: preview.write(destination(target.endpoint()),
						new Outbound(event, (key == null) ? null : key.getBytes(StandardCharsets.UTF_8),
								target.structured() ? ContentMode.STRUCTURED : ContentMode.BINARY,
								target.delivery().timeout()));
	}

	private static String destination(Endpoint endpoint) {
		return (endpoint instanceof Endpoint.AtBinder at) ? at.destination() : endpoint.toString();
	}

}
