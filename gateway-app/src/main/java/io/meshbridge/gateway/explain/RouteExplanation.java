package io.meshbridge.gateway.explain;

import java.util.List;

import io.meshbridge.rules.OnFilterError;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.filter.Outcome;
import io.meshbridge.rules.filter.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What one route makes of an event.
 *
 * @param verdict what its filters say; {@code null} when they were not asked
 * @param problem why the message is no event for this route, so that its filters were not
 * asked; {@code null} when it is
 * @param targets where it goes; empty when it does not match, and the one that the dead
 * letter names when it is {@link #deadLettered}
 */
public record RouteExplanation(Route route, @Nullable Verdict verdict, @Nullable String problem,
		List<TargetExplanation> targets) {

	public RouteExplanation {
		targets = List.copyOf(targets);
	}

	/**
	 * Whether the event takes this route.
	 */
	public boolean matches() {
		return this.verdict != null && this.verdict.outcome() == Outcome.TRUE;
	}

	/**
	 * Whether it goes to the dead letter sink without any target being tried.
	 */
	public boolean deadLettered() {
		return this.problem != null || (this.verdict != null && this.verdict.outcome() == Outcome.ERROR
				&& this.route.onFilterError() == OnFilterError.DEAD_LETTER);
	}

}
