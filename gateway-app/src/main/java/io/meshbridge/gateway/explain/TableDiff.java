package io.meshbridge.gateway.explain;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.meshbridge.bridge.format.JsonEventFormat;
import io.meshbridge.rules.Route;
import org.jspecify.annotations.Nullable;

/**
 * What other rules would make of events that came in: deliveries that would be there,
 * that would not, and those with another event or fate.
 *
 * @param events how many were tried
 * @param unchanged how many deliveries are the same
 */
public record TableDiff(int events, long unchanged, List<Difference> added, List<Difference> removed,
		List<Difference> changed) {

	private static final int MOST_SAMPLES = 5;

	public TableDiff {
		added = List.copyOf(added);
		removed = List.copyOf(removed);
		changed = List.copyOf(changed);
	}

	/**
	 * Compares two tables over some events.
	 */
	public static TableDiff of(Explainer explainer, List<Route> before, List<Route> after, List<Tried> events) {
		Map<Way, Sum> added = new LinkedHashMap<>();
		Map<Way, Sum> removed = new LinkedHashMap<>();
		Map<Way, Sum> changed = new LinkedHashMap<>();
		long unchanged = 0;
		for (Tried tried : events) {
			Map<Way, String> now = deliveries(explainer.explain(before, tried.given(), tried.from()));
			Map<Way, String> then = deliveries(explainer.explain(after, tried.given(), tried.from()));
			for (Map.Entry<Way, String> delivery : now.entrySet()) {
				String other = then.remove(delivery.getKey());
				if (other == null) {
					add(removed, delivery.getKey(), tried);
				}
				else if (!Objects.equals(other, delivery.getValue())) {
					add(changed, delivery.getKey(), tried);
				}
				else {
					unchanged++;
				}
			}
			then.keySet().forEach((way) -> add(added, way, tried));
		}
		return new TableDiff(events.size(), unchanged, differences(added), differences(removed), differences(changed));
	}

	private static Map<Way, String> deliveries(List<RouteExplanation> routes) {
		Map<Way, String> deliveries = new LinkedHashMap<>();
		for (RouteExplanation route : routes) {
			for (TargetExplanation target : route.targets()) {
				deliveries.put(new Way(route.route().id(), target.endpoint()),
						(target.event() == null) ? String.valueOf(target.problem())
								: new String(JsonEventFormat.write(target.event()), StandardCharsets.UTF_8));
			}
		}
		return deliveries;
	}

	private static void add(Map<Way, Sum> sums, Way way, Tried tried) {
		Sum sum = sums.computeIfAbsent(way, (unseen) -> new Sum());
		sum.events++;
		if (sum.samples.size() < MOST_SAMPLES) {
			sum.samples.add(Sample.of(tried.given()));
		}
	}

	private static List<Difference> differences(Map<Way, Sum> sums) {
		return sums.entrySet()
			.stream()
			.map((sum) -> new Difference(sum.getKey().route(), sum.getKey().to(), sum.getValue().events,
					sum.getValue().samples))
			.toList();
	}

	/**
	 * Something that came in.
	 *
	 * @param from the endpoint
	 */
	public record Tried(Given given, String from) {
	}

	/**
	 * Deliveries of one route to one target.
	 *
	 * @param events how many
	 * @param samples the first of them
	 */
	public record Difference(String route, String to, long events, List<Sample> samples) {

		public Difference {
			samples = List.copyOf(samples);
		}

	}

	/**
	 * An event, or the message that it would be made of.
	 */
	public record Sample(@Nullable String source, @Nullable String id, @Nullable String type) {

		static Sample of(Given given) {
			if (given instanceof Given.Event event) {
				return new Sample(event.event().getSource().toString(), event.event().getId(), event.event().getType());
			}
			Given.Message message = (Given.Message) given;
			return new Sample(message.properties().get("source"), message.properties().get("id"), null);
		}

	}

	private record Way(String route, String to) {
	}

	private static final class Sum {

		private long events;

		private final List<Sample> samples = new ArrayList<>();

	}

}
