package io.meshbridge.gateway.ingress;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/**
 * Meters of the sources, each with the tag {@code binding}.
 */
public enum IngressMeters implements MeterDocumentation {

	/** Messages that came in. */
	RECEIVED("meshbridge.source.received", Meter.Type.COUNTER),

	/** Events that matched no route and were acknowledged. */
	UNROUTED("meshbridge.source.unrouted", Meter.Type.COUNTER),

	/** Messages that claim to be events and are none, or are over the size limit. */
	UNREADABLE("meshbridge.source.unreadable", Meter.Type.COUNTER),

	/** Messages given back to the broker, or answered with an error. */
	REFUSED("meshbridge.source.refused", Meter.Type.COUNTER),

	/** Events that are taken and not settled yet. */
	IN_FLIGHT("meshbridge.source.in.flight", Meter.Type.GAUGE),

	/** Size of these events. */
	IN_FLIGHT_BYTES("meshbridge.source.in.flight.bytes", Meter.Type.GAUGE);

	private final String meterName;

	private final Meter.Type type;

	IngressMeters(String meterName, Meter.Type type) {
		this.meterName = meterName;
		this.type = type;
	}

	@Override
	public String getName() {
		return this.meterName;
	}

	@Override
	public Meter.Type getType() {
		return this.type;
	}

	Counter counter(String binding, MeterRegistry registry) {
		return Counter.builder(this.meterName).tag("binding", binding).register(registry);
	}

}
