package io.meshbridge.gateway;

import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/**
 * The gateway's own meters. Each has one tag, which says whose it is: {@code binding} for
 * those of sources, {@code route} for those of routes, {@code file} for those of the
 * rules.
 */
public enum GatewayMeter implements MeterDocumentation {

	/** Messages that came in. */
	SOURCE_RECEIVED("source.received", Meter.Type.COUNTER, "Messages that came in"),

	/** Events that matched no route and were acknowledged. */
	SOURCE_UNROUTED("source.unrouted", Meter.Type.COUNTER, "Events that matched no route and were acknowledged"),

	/** Messages that claim to be events and are none, or are over the size limit. */
	SOURCE_UNREADABLE("source.unreadable", Meter.Type.COUNTER,
			"Messages that claim to be events and are none, or are over the size limit"),

	/** Messages given back to the broker, or answered with an error. */
	SOURCE_REFUSED("source.refused", Meter.Type.COUNTER,
			"Messages given back to the broker, or answered with an error"),

	/** Events that are taken and not settled yet. */
	SOURCE_IN_FLIGHT("source.in.flight", Meter.Type.GAUGE, "Events that are taken and not settled yet"),

	/** Size of these events. */
	SOURCE_IN_FLIGHT_BYTES("source.in.flight.bytes", Meter.Type.GAUGE, "Size of these events"),

	/** Events that matched the route's filters. */
	ROUTE_MATCHED("route.matched", Meter.Type.COUNTER, "Events that matched the route's filters"),

	/** Events that the route's own channel holds until they are delivered. */
	ROUTE_STORED("route.stored", Meter.Type.COUNTER, "Events that the route's own channel took"),

	/** Deliveries that a target confirmed. */
	ROUTE_DELIVERED("route.delivered", Meter.Type.COUNTER, "Deliveries that a target confirmed"),

	/** Attempts after the first one. */
	ROUTE_RETRIED("route.retried", Meter.Type.COUNTER, "Attempts after the first one"),

	/** Deliveries that ended in the dead letter sink. */
	ROUTE_DEAD_LETTERED("route.dead.lettered", Meter.Type.COUNTER, "Deliveries that ended in the dead letter sink"),

	/** Deliveries of events whose expirytime had passed. */
	ROUTE_EXPIRED("route.expired", Meter.Type.COUNTER, "Deliveries of events whose expirytime had passed"),

	/** Events that had come before within the time of deduplicate. */
	ROUTE_DUPLICATES("route.duplicates", Meter.Type.COUNTER,
			"Events that had come before within the time of deduplicate"),

	/** Replies of targets that the reply-to channel took. */
	ROUTE_REPLIED("route.replied", Meter.Type.COUNTER, "Replies of targets that the reply-to channel took"),

	/** Replies that ended in the dead letter sink. */
	ROUTE_REPLIES_DEAD_LETTERED("route.replies.dead.lettered", Meter.Type.COUNTER,
			"Replies that are no event, or over the hop limit, and ended in the dead letter sink"),

	/** Deliveries that neither the target nor the sink took, held and tried again. */
	ROUTE_HELD("route.held", Meter.Type.COUNTER,
			"Deliveries that neither the target nor the sink took, held and tried again"),

	/** Deliveries that were given back to the source. */
	ROUTE_REFUSED("route.refused", Meter.Type.COUNTER, "Deliveries that were given back to the source"),

	/** Dead letters on the desk. */
	DESK_LETTERS("desk.letters", Meter.Type.GAUGE, "Dead letters on the desk; those of no route have the route `none`"),

	/** Dead letters that their targets took when they were sent again. */
	DESK_REPLAYED("desk.replayed", Meter.Type.COUNTER,
			"Dead letters that their targets took when they were sent again"),

	/** Dead letters that were thrown away. */
	DESK_DISCARDED("desk.discarded", Meter.Type.COUNTER, "Dead letters that were thrown away"),

	/** Number of the rules that are active. */
	RULES_REVISION("rules.revision", Meter.Type.GAUGE, "Revision of the rules that are active"),

	/** What is wrong with the routes file as it is now. */
	RULES_PROBLEMS("rules.problems", Meter.Type.GAUGE,
			"Problems of the routes file as it is now; while there are any, the rules before stay active");

	private final String meterName;

	private final Meter.Type type;

	private final String description;

	GatewayMeter(String meterName, Meter.Type type, String description) {
		this.meterName = "meshbridge." + meterName;
		this.type = type;
		this.description = description;
	}

	@Override
	public String getName() {
		return this.meterName;
	}

	@Override
	public Meter.Type getType() {
		return this.type;
	}

	/**
	 * What it measures, for people.
	 */
	public String description() {
		return this.description;
	}

	/**
	 * Name of its tag.
	 */
	public String tag() {
		if (name().startsWith("RULES_")) {
			return "file";
		}
		return name().startsWith("SOURCE_") ? "binding" : "route";
	}

	/**
	 * The counter of this binding or route.
	 */
	public Counter counter(String owner, MeterRegistry registry) {
		return Counter.builder(this.meterName).description(this.description).tag(tag(), owner).register(registry);
	}

	/**
	 * Shows a value of this binding, route or file, instead of the one that it had.
	 */
	public void gauge(String owner, Supplier<Number> value, MeterRegistry registry) {
		registry.find(this.meterName).tag(tag(), owner).meters().forEach(registry::remove);
		Gauge.builder(this.meterName, value)
			.description(this.description)
			.tag(tag(), owner)
			.strongReference(true)
			.register(registry);
	}

}
