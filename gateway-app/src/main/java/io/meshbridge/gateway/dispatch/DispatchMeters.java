package io.meshbridge.gateway.dispatch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/**
 * Meters of the routes, each with the tag {@code route}.
 */
public enum DispatchMeters implements MeterDocumentation {

	/** Events that matched the route's filters. */
	MATCHED("meshbridge.route.matched", "Events that matched the route's filters"),

	/** Deliveries that a target confirmed. */
	DELIVERED("meshbridge.route.delivered", "Deliveries that a target confirmed"),

	/** Attempts after the first one. */
	RETRIED("meshbridge.route.retried", "Attempts after the first one"),

	/** Deliveries that ended in the dead letter sink. */
	DEAD_LETTERED("meshbridge.route.dead.lettered", "Deliveries that ended in the dead letter sink"),

	/** Deliveries that neither the target nor the sink took, held and tried again. */
	HELD("meshbridge.route.held", "Deliveries that neither the target nor the sink took, held and tried again"),

	/** Deliveries that were given back to the source. */
	REFUSED("meshbridge.route.refused", "Deliveries that were given back to the source");

	private final String meterName;

	private final String description;

	DispatchMeters(String meterName, String description) {
		this.meterName = meterName;
		this.description = description;
	}

	/**
	 * What it counts, for people.
	 */
	public String description() {
		return this.description;
	}

	@Override
	public String getName() {
		return this.meterName;
	}

	@Override
	public Meter.Type getType() {
		return Meter.Type.COUNTER;
	}

	Counter counter(String routeId, MeterRegistry registry) {
		return Counter.builder(this.meterName).description(this.description).tag("route", routeId).register(registry);
	}

}
