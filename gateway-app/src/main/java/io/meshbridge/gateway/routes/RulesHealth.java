package io.meshbridge.gateway.routes;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Shows which rules are active, and how many problems those in the file have. Always up:
 * the rules that are active do their work, whatever the file says.
 */
@Component("rules")
class RulesHealth implements HealthIndicator {

	private final LiveRules rules;

	RulesHealth(LiveRules rules) {
		this.rules = rules;
	}

	@Override
	public Health health() {
		return Health.up()
			.withDetail("revision", this.rules.isRunning() ? this.rules.active().number() : 0)
			.withDetail("problems", this.rules.problems().size())
			.build();
	}

}
