package io.meshbridge.gateway.dispatch;

import io.meshbridge.gateway.GatewayMeter;
import io.meshbridge.rules.Accept;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What happened to the events of one route, at all its targets together.
 *
 * @param matched events that the route's filter let through
 * @param filterErrors events of which it could not say whether they match
 * @param delivered deliveries that a target, or the route's own channel, confirmed
 * @param retried attempts after the first
 * @param deadLettered deliveries that ended in the dead letter sink
 * @param expired deliveries of events whose time had passed
 * @param duplicates events that had been taken before
 * @param replied replies that the reply-to channel took
 * @param repliesDeadLettered replies that ended in the dead letter sink
 * @param held deliveries that neither took, and that are tried again
 * @param refused deliveries that were given back to the source
 */
public record DeliveryCounters(Counter matched, Counter filterErrors, Counter delivered, Counter retried,
		Counter deadLettered, Counter expired, Counter duplicates, Counter replied, Counter repliesDeadLettered,
		Counter held, Counter refused) {

	static DeliveryCounters of(String routeId, Accept accept, MeterRegistry registry) {
		// On its way into the route's own channel an event is stored, not delivered.
		GatewayMeter taken = (accept == Accept.DURABLE) ? GatewayMeter.ROUTE_STORED : GatewayMeter.ROUTE_DELIVERED;
		return new DeliveryCounters(GatewayMeter.ROUTE_MATCHED.counter(routeId, registry),
				GatewayMeter.ROUTE_FILTER_ERRORS.counter(routeId, registry), taken.counter(routeId, registry),
				GatewayMeter.ROUTE_RETRIED.counter(routeId, registry),
				GatewayMeter.ROUTE_DEAD_LETTERED.counter(routeId, registry),
				GatewayMeter.ROUTE_EXPIRED.counter(routeId, registry),
				GatewayMeter.ROUTE_DUPLICATES.counter(routeId, registry),
				GatewayMeter.ROUTE_REPLIED.counter(routeId, registry),
				GatewayMeter.ROUTE_REPLIES_DEAD_LETTERED.counter(routeId, registry),
				GatewayMeter.ROUTE_HELD.counter(routeId, registry),
				GatewayMeter.ROUTE_REFUSED.counter(routeId, registry));
	}

}
