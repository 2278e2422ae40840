package io.meshbridge.rules;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

import io.meshbridge.rules.DeliveryPolicy.OnExpiry;
import io.meshbridge.rules.DeliveryPolicy.OnOutage;
import io.meshbridge.rules.DeliveryPolicy.Order;
import io.meshbridge.rules.reference.Block;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code delivery} blocks. What a block does not set, or sets wrongly, it inherits.
 */
final class DeliveryReader {

	static final String SINK = "dead-letter-sink";

	private static final int MOST_RETRIES = 100;

	private static final int MOST_IN_FLIGHT = 1_000_000;

	/** Takes away what would be inherited. */
	private static final String NONE = "none";

	private static final Duration SHORTEST = Duration.ofMillis(1);

	private static final Duration LONGEST = Duration.ofDays(1);

	private static final Pattern FRACTION = Pattern.compile("0|1|[01]?\\.[0-9]{1,9}");

	private static final Map<String, Backoff.Policy> POLICIES = Map.of("exponential", Backoff.Policy.EXPONENTIAL,
			"linear", Backoff.Policy.LINEAR);

	private static final Map<String, Order> ORDERS = Map.of("key", Order.KEY, NONE, Order.NONE);

	private static final Map<String, OnOutage> OUTAGES = Map.of("pause", OnOutage.PAUSE, "dead-letter",
			OnOutage.DEAD_LETTER);

	private static final Map<String, OnExpiry> EXPIRIES = Map.of("dead-letter", OnExpiry.DEAD_LETTER, "drop",
			OnExpiry.DROP);

	private final EndpointReader endpoints;

	DeliveryReader(EndpointReader endpoints) {
		this.endpoints = endpoints;
	}

	DeliveryPolicy read(@Nullable Place place, DeliveryPolicy inherited) {
		if (place == null) {
			return inherited;
		}
		Map<String, Place> block = place.entries(Block.DELIVERY.names());
		return new DeliveryPolicy(number(block.get("retry"), inherited.retry(), 0, MOST_RETRIES, "number of retries"),
				backoff(block, inherited.backoff()), duration(block.get("timeout"), inherited.timeout(), SHORTEST),
				duration(block.get("retry-after-max"), inherited.retryAfterMax(), Duration.ZERO),
				sink(block.get(SINK), inherited.deadLetterSink()),
				choice(block.get("order"), inherited.order(), ORDERS, "order"),
				choice(block.get("on-outage"), inherited.onOutage(), OUTAGES, "way to meet an outage"),
				rateLimit(block.get("rate-limit"), inherited.rateLimit()),
				maxInFlight(block.get("max-in-flight"), inherited.maxInFlight()),
				choice(block.get("on-expiry"), inherited.onExpiry(), EXPIRIES, "way to meet an expired event"));
	}

	private static Backoff backoff(Map<String, Place> block, Backoff inherited) {
		Duration delay = duration(block.get("backoff-delay"), inherited.delay(), Duration.ZERO);
		Duration maxDelay = duration(block.get("backoff-max-delay"), inherited.maxDelay(), SHORTEST);
		Place maxDelayPlace = block.get("backoff-max-delay");
		if (maxDelayPlace != null && block.containsKey("backoff-delay") && delay.compareTo(maxDelay) > 0) {
			maxDelayPlace
				.problem("'" + maxDelay + "' is shorter than backoff-delay '" + delay + "', expected at least that");
		}
		return new Backoff(choice(block.get("backoff-policy"), inherited.policy(), POLICIES, "back-off policy"), delay,
				maxDelay, jitter(block.get("jitter"), inherited.jitter()));
	}

	private static int number(@Nullable Place place, int inherited, int least, int most, String what) {
		String text = (place != null) ? place.plainText() : null;
		if (place == null || text == null) {
			return inherited;
		}
		// A flat source of properties has text only.
		if (text.matches("[0-9]{1,9}") && Integer.parseInt(text) >= least && Integer.parseInt(text) <= most) {
			return Integer.parseInt(text);
		}
		place.problem(Wording.quote(text) + " is no " + what + ", expected a whole number from " + least + " to " + most
				+ ((least > 0) ? ", or 'none'" : ""));
		return inherited;
	}

	private static int maxInFlight(@Nullable Place place, int inherited) {
		return isNone(place) ? 0 : number(place, inherited, 1, MOST_IN_FLIGHT, "number of events");
	}

	private static @Nullable RateLimit rateLimit(@Nullable Place place, @Nullable RateLimit inherited) {
		String text = (place != null) ? place.plainText() : null;
		if (place == null || text == null) {
			return inherited;
		}
		if (text.equals(NONE)) {
			return null;
		}
		RateLimit limit = RateLimit.parse(text);
		if (limit == null) {
			place.problem(Wording.quote(text) + " is no rate, expected events by time such as '100/s' or '20/100ms',"
					+ " or 'none'");
			return inherited;
		}
		return TimeReader.inRange(place, text, limit.per(), SHORTEST, LONGEST) ? limit : inherited;
	}

	private static double jitter(@Nullable Place place, double inherited) {
		String text = (place != null) ? place.plainText() : null;
		if (place == null || text == null) {
			return inherited;
		}
		double jitter = FRACTION.matcher(text).matches() ? Double.parseDouble(text) : -1;
		if (jitter < 0 || jitter > 1) {
			place.problem(Wording.quote(text) + " is no share of the wait, expected a number from 0 to 1 such as 0.2");
			return inherited;
		}
		return jitter;
	}

	private static <T> T choice(@Nullable Place place, T inherited, Map<String, T> choices, String what) {
		String text = (place != null) ? place.text() : null;
		if (place == null || text == null) {
			return inherited;
		}
		T chosen = choices.get(text);
		if (chosen == null) {
			place
				.problem(Wording.quote(text) + " is no " + what + ", " + Wording.expectedOneOf(text, choices.keySet()));
			return inherited;
		}
		return chosen;
	}

	private @Nullable Endpoint sink(@Nullable Place place, @Nullable Endpoint inherited) {
		if (place == null) {
			return inherited;
		}
		return isNone(place) ? null : this.endpoints.target(place);
	}

	private static boolean isNone(@Nullable Place place) {
		return place != null && place.setting() instanceof Setting.Scalar scalar && NONE.equals(scalar.value());
	}

	private static Duration duration(@Nullable Place place, Duration inherited, Duration shortest) {
		Duration written = (place == null) ? null : TimeReader.duration(place, shortest, LONGEST);
		return (written == null) ? inherited : written;
	}

}
