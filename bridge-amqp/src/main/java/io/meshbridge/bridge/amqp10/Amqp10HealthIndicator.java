package io.meshbridge.bridge.amqp10;

import java.util.List;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Says at once, from what is known, whether the connections of a binder stand.
 */
final class Amqp10HealthIndicator implements HealthIndicator {

	private final Amqp10Broker broker;

	Amqp10HealthIndicator(Amqp10Broker broker) {
		this.broker = broker;
	}

	@Override
	public Health health() {
		List<String> problems = this.broker.problems();
		Health.Builder health = !problems.isEmpty() ? Health.down()
				: (this.broker.connections() > 0) ? Health.up() : Health.unknown();
		health.withDetail("url", this.broker.properties().addresses().toString())
			.withDetail("connections", this.broker.connections());
		if (!problems.isEmpty()) {
			health.withDetail("problems", problems);
		}
		return health.build();
	}

}
