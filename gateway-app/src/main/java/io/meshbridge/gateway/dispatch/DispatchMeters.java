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
	MATCHED("meshbridge.route.matched"),

	/** Deliveries that a target confirmed. */
	DELIVERED("meshbridge.route.delivered"),

	/** Attempts after the first one. */
	RETRIED("meshbridge.route.retried"),

	/** Deliveries that ended in the dead letter sink. */
	DEAD_LETTERED("meshbridge.route.dead.lettered"),

	/** Deliveries that neither the target nor the sink took, held and tried again. */
	HELD("meshbridge.route.held"),

	/** Deliveries that were given back to the source. */
	REFUSED("meshbridge.route.refused");

	private final String meterName;

	DispatchMeters(String meterName) {
		this.meterName = meterName;
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
		return Counter.builder(this.meterName).tag("route", routeId).register(registry);
	}

}
