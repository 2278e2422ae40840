package io.meshbridge.gateway.admin;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import io.meshbridge.gateway.dispatch.DeliveryCounters;
import io.meshbridge.gateway.dispatch.RouteDispatch;
import io.meshbridge.gateway.dispatch.TargetState;
import io.meshbridge.gateway.ingress.SourceIngress;
import io.meshbridge.rules.Backoff;
import io.meshbridge.rules.Delay;
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
 * @param onFilterError what becomes of events of which they can't say whether they match,
 * {@code skip} or {@code dead-letter}
 * @param to its targets
 * @param replyTo channel that the targets' replies go to, if any
 * @param accept when the sender hears that an event is taken, {@code durable} or
 * {@code delivered}
 * @param deduplicate how long an event is remembered so that it is not delivered twice,
 * if at all
 * @param delay how long the route's channel keeps an event at least, if it does
 * @param deliverAt attribute that holds the time before which it is kept, if any
 * @param delivery how hard they are tried
 * @param location where the route is written
 * @param counters what it has done since the start
 */
record RouteView(String id, String from, String group, String filter, String onFilterError, List<TargetView> to,
		@Nullable String replyTo, String accept, @Nullable String deduplicate, @Nullable String delay,
		@Nullable String deliverAt, DeliveryView delivery, String location, Counters counters) {

	static RouteView of(List<RouteDispatch> stages, SourceIngress.Counts source) {
		Route first = stages.get(0).route();
		Delay delay = first.to().get(0).delay();
		Route last = stages.get(stages.size() - 1).route();
		return new RouteView(first.id(), first.from().toString(), first.group(), first.filter().toString(),
				DeliveryView.word(first.onFilterError()),
				stages.stream()
					.filter((stage) -> stages.size() == 1 || stage.route().readsOwnChannel())
					.flatMap((stage) -> TargetView.of(stage).stream())
					.toList(),
				(last.replyTo() == null) ? null : last.replyTo().toString(),
				first.accept().name().toLowerCase(Locale.ROOT), text(first.deduplicate()),
				(delay == null || delay.length().isZero()) ? null : text(delay.length()),
				(delay == null) ? null : delay.attribute(), DeliveryView.of(last.delivery()),
				first.location().toString(), Counters.of(stages, source));
	}

	private static @Nullable String text(@Nullable Duration duration) {
		return (duration == null) ? null : duration.toString();
	}

	/**
	 * A target.
	 *
	 * @param state {@code up}, {@code out}, or {@code probing} while the gateway looks
	 * whether it is back
	 * @param problem what it failed with, while it is not up
	 */
	record TargetView(String uri, String contentMode, @Nullable String key, String state, @Nullable String problem,
			DeliveryView delivery) {

		static List<TargetView> of(RouteDispatch stage) {
			List<RouteTarget> targets = stage.route().to();
			List<TargetState> states = stage.targetStates();
			return IntStream.range(0, targets.size()).mapToObj((i) -> of(targets.get(i), states.get(i))).toList();
		}

		private static TargetView of(RouteTarget target, TargetState state) {
			return new TargetView(target.endpoint().toString(), target.structured() ? "structured" : "binary",
					target.key(), state.name(), state.problem(), DeliveryView.of(target.delivery()));
		}
	}

	record DeliveryView(int retry, String backoffPolicy, String backoffDelay, String backoffMaxDelay, double jitter,
			String timeout, String retryAfterMax, @Nullable String deadLetterSink, String order, String onOutage,
			@Nullable String rateLimit, @Nullable Integer maxInFlight, String onExpiry) {

		static DeliveryView of(DeliveryPolicy policy) {
			Backoff backoff = policy.backoff();
			return new DeliveryView(policy.retry(), word(backoff.policy()), backoff.delay().toString(),
					backoff.maxDelay().toString(), backoff.jitter(), policy.timeout().toString(),
					policy.retryAfterMax().toString(),
					(policy.deadLetterSink() == null) ? null : policy.deadLetterSink().toString(), word(policy.order()),
					word(policy.onOutage()), (policy.rateLimit() == null) ? null : policy.rateLimit().toString(),
					(policy.maxInFlight() == 0) ? null : (Integer) policy.maxInFlight(), word(policy.onExpiry()));
		}

		static String word(Enum<?> constant) {
			return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
		}
	}

	/**
	 * Counters since the start. The first two belong to the source, which other routes
	 * may read too.
	 */
	record Counters(long received, long unrouted, long matched, long filterErrors, @Nullable Long stored,
			long delivered, long retried, long deadLettered, long expired, @Nullable Long duplicates,
			@Nullable Long replied, @Nullable Long repliesDeadLettered, long held, long refused, long inFlight) {

		static Counters of(List<RouteDispatch> stages, SourceIngress.Counts source) {
			DeliveryCounters first = stages.get(0).counters();
			DeliveryCounters last = stages.get(stages.size() - 1).counters();
			Long stored = (stages.size() > 1) ? (long) first.delivered().count() : null;
			boolean replies = stages.get(stages.size() - 1).route().replyTo() != null;
			boolean deduplicates = stages.get(0).route().deduplicate() != null;
			return new Counters(source.received(), source.unrouted(), (long) first.matched().count(),
					(long) first.filterErrors().count(), stored, (long) last.delivered().count(),
					(long) last.retried().count(), (long) last.deadLettered().count(), (long) last.expired().count(),
					deduplicates ? (Long) (long) first.duplicates().count() : null,
					replies ? (Long) (long) last.replied().count() : null,
					replies ? (Long) (long) last.repliesDeadLettered().count() : null, (long) last.held().count(),
					(long) last.refused().count(), stages.stream().mapToLong(RouteDispatch::inFlight).sum());
		}
	}

}
