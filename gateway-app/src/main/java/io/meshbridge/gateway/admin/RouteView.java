package io.meshbridge.gateway.admin;

import java.util.List;
import java.util.Locale;

import io.meshbridge.gateway.dispatch.RouteDispatch;
import io.meshbridge.gateway.ingress.SourceIngress;
import io.meshbridge.rules.DeliveryPolicy;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteTarget;
import org.jspecify.annotations.Nullable;

/**
 * A route as the admin API shows it.
 *
 * @param id of the route
 * @param from endpoint that it reads
 * @param group who shares the events of {@code from}
 * @param filter the rule text of its filters
 * @param to its targets
 * @param delivery how hard they are tried
 * @param location where the route is written
 * @param counters what it has done since the start
 */
record RouteView(String id, String from, String group, String filter, List<TargetView> to, DeliveryView delivery,
		String location, Counters counters) {

	static RouteView of(RouteDispatch dispatch, SourceIngress.Counts source) {
		Route route = dispatch.route();
		return new RouteView(route.id(), route.from().toString(), route.group(), route.filter().toString(),
				route.to().stream().map(TargetView::of).toList(), DeliveryView.of(route.delivery()),
				route.location().toString(), Counters.of(dispatch, source));
	}

	record TargetView(String uri, String contentMode, @Nullable String key) {

		static TargetView of(RouteTarget target) {
			return new TargetView(target.endpoint().toString(), target.structured() ? "structured" : "binary",
					target.key());
		}
	}

	record DeliveryView(int retry, String backoffPolicy, String backoffDelay, String backoffMaxDelay, String timeout,
			@Nullable String deadLetterSink) {

		static DeliveryView of(DeliveryPolicy policy) {
			return new DeliveryView(policy.retry(), policy.backoffPolicy().name().toLowerCase(Locale.ROOT),
					policy.backoffDelay().toString(), policy.backoffMaxDelay().toString(), policy.timeout().toString(),
					(policy.deadLetterSink() == null) ? null : policy.deadLetterSink().toString());
		}
	}

	/**
	 * Counters since the start. The first two belong to the source, which other routes
	 * may read too.
	 */
	record Counters(long received, long unrouted, long matched, long delivered, long retried, long deadLettered,
			long held, long refused, long inFlight) {

		static Counters of(RouteDispatch dispatch, SourceIngress.Counts source) {
			return new Counters(source.received(), source.unrouted(), (long) dispatch.counters().matched().count(),
					(long) dispatch.counters().delivered().count(), (long) dispatch.counters().retried().count(),
					(long) dispatch.counters().deadLettered().count(), (long) dispatch.counters().held().count(),
					(long) dispatch.counters().refused().count(), dispatch.inFlight());
		}
	}

}
