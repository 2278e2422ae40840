package io.meshbridge.gateway.desk;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.format.Attributes;
import io.meshbridge.gateway.dispatch.EventLog;
import io.meshbridge.gateway.dispatch.RouteDispatch;
import io.meshbridge.gateway.dispatch.RoutedEvent;
import org.jspecify.annotations.Nullable;

/**
 * The way from a letter back to the target that did not take it. Thread-safe.
 */
final class ReplayRoutes {

	/** What a letter has more than its event. */
	static final Set<String> LETTER_ATTRIBUTES = Set.of("dlroute", "dltarget", "dlattempts", "dlcode", "dlreason",
			"dltime", "dlhistory", "dlrevision", "dlkey", "dlreplays", "dlreplyto", "dlheaders");

	private final int maxReplays;

	private final EventLog eventLog;

	/** Stages by route, in the order events take. Replaced as a whole. */
	private volatile Map<String, List<RouteDispatch>> routes = Map.of();

	ReplayRoutes(int maxReplays, EventLog eventLog) {
		this.maxReplays = maxReplays;
		this.eventLog = eventLog;
	}

	void active(Collection<RouteDispatch> stages) {
		Map<String, List<RouteDispatch>> byId = new HashMap<>();
		for (RouteDispatch stage : stages) {
			byId.computeIfAbsent(stage.route().id(), (id) -> new ArrayList<>()).add(stage);
		}
		this.routes = Map.copyOf(byId);
	}

	/**
	 * Fingerprint of the active rule, or {@code null} without one.
	 */
	@Nullable String revision(String route) {
		List<RouteDispatch> stages = this.routes.get(route);
		return (stages == null) ? null : stages.get(0).route().revision();
	}

	/**
	 * Why a letter can't be sent again; {@code null} when it can.
	 */
	@Nullable String refusal(Letter letter, boolean force) {
		String route = letter.route();
		String target = letter.target();
		if (route == null || target == null) {
			return "is no dead letter of a route and can only be discarded";
		}
		if (letter.replyTo() != null) {
			return "is a reply of '" + target + "' to '" + letter.replyTo() + "', and no event for a target of route '"
					+ route + "'; it can only be discarded";
		}
		if (letter.unreadable() && !letter.edited()) {
			return "could not be read (" + letter.code() + "): make an event of it first, with PUT";
		}
		if (letter.expired() && !letter.edited()) {
			return "has expired: take its expirytime away or change it first, with PUT";
		}
		List<RouteDispatch> stages = this.routes.get(route);
		if (stages == null) {
			return "route '" + route + "' is not active";
		}
		List<String> targets = stages.stream().flatMap((stage) -> stage.targets().stream()).toList();
		if (!letter.untried() && stages.stream().noneMatch((stage) -> stage.hasTarget(target))) {
			return "route '" + route + "' has no target '" + target + "', it has: " + String.join(", ", targets);
		}
		if (letter.replays() >= this.maxReplays && !force) {
			return "was sent again " + letter.replays() + " times before (meshbridge.desk.max-replays is "
					+ this.maxReplays + "); force=true sends it once more";
		}
		return null;
	}

	/**
	 * Sends a letter that is not refused: to the target that did not take it, or, where
	 * none was tried, to all of its route.
	 * @return completes with whether it was taken, and did not end as a letter again;
	 * {@code null} when the routes have changed meanwhile
	 */
	@Nullable CompletableFuture<Boolean> send(LetterStore.Stored stored) {
		Letter letter = stored.letter();
		String target = String.valueOf(letter.target());
		List<RouteDispatch> stages = this.routes.getOrDefault(String.valueOf(letter.route()), List.of());
		for (RouteDispatch stage : stages) {
			if (letter.untried() && !stage.route().readsOwnChannel()) {
				return stage.dispatch(routed(stored, stage)).thenApply((taken) -> true);
			}
			if (stage.hasTarget(target)) {
				return stage.replay(routed(stored, stage), target);
			}
		}
		return null;
	}

	private RoutedEvent routed(LetterStore.Stored stored, RouteDispatch stage) {
		CloudEvent event = withoutLetter(stored.event());
		return new RoutedEvent(event, Attributes.text(stored.event(), "dlkey"), stored.recordKey(), true,
				stored.letter().replays() + 1, this.eventLog.received(event, DeadLetterDesk.GROUP, List.of(stage)));
	}

	private static CloudEvent withoutLetter(CloudEvent letter) {
		CloudEventBuilder event = CloudEventBuilder.from(letter);
		LETTER_ATTRIBUTES.forEach(event::withoutExtension);
		return event.build();
	}

}
