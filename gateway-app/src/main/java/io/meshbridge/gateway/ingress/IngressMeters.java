package io.meshbridge.gateway.ingress;

import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/**
 * Meters of the sources, each with the tag {@code binding}.
 */
public enum IngressMeters implements MeterDocumentation {

	/** Messages that came in. */
	RECEIVED("meshbridge.source.received", Meter.Type.COUNTER, "Messages that came in"),

	/** Events that matched no route and were acknowledged. */
	UNROUTED("meshbridge.source.unrouted", Meter.Type.COUNTER, "Events that matched no route and were acknowledged"),

	/** Messages that claim to be events and are none, or are over the size limit. */
	UNREADABLE("meshbridge.source.unreadable", Meter.Type.COUNTER,
			"Messages that claim to be events and are none, or are over the size limit"),

	/** Messages given back to the broker, or answered with an error. */
	REFUSED("meshbridge.source.refused", Meter.Type.COUNTER,
			"Messages given back to the broker, or answered with an error"),

	/** Events that are taken and not settled yet. */
	IN_FLIGHT("meshbridge.source.in.flight", Meter.Type.GAUGE, "Events that are taken and not settled yet"),

	/** Size of these events. */
	IN_FLIGHT_BYTES("meshbridge.source.in.flight.bytes", Meter.Type.GAUGE, "Size of these events");

	private final String meterName;

	private final Meter.Type type;

	private final String description;

	IngressMeters(String meterName, Meter.Type type, String description) {
		this.meterName = meterName;
		this.type = type;
		this.description = description;
	}

	/**
	 * What it measures, for people.
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
		return this.type;
	}

	void gauge(String binding, Supplier<Number> value, MeterRegistry registry) {
		Gauge.builder(this.meterName, value)
			.description(this.description)
			.tag("binding", binding)
			.strongReference(true)
			.register(registry);
	}

	Counter counter(String binding, MeterRegistry registry) {
		return Counter.builder(this.meterName).description(this.description).tag("binding", binding).register(registry);
	}

}
