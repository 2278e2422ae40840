package io.meshbridge.broker;

import java.util.List;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Runs the broker, unless the user has one.
 */
@AutoConfiguration
@Conditional(EmbeddedBrokerAutoConfiguration.Wanted.class)
@EnableConfigurationProperties(EmbeddedBrokerProperties.class)
public class EmbeddedBrokerAutoConfiguration {

	@Bean
	EmbeddedBroker embeddedBroker(EmbeddedBrokerProperties properties, Environment environment) {
		return new EmbeddedBroker(properties,
				properties.folder(environment.getProperty("meshbridge.data-dir", "./data")),
				BrokerListener.wanted(Binder.get(environment)));
	}

	/**
	 * Health contributor {@code embeddedBroker}.
	 */
	@Bean
	HealthIndicator embeddedBrokerHealthIndicator(EmbeddedBroker broker) {
		return () -> {
			Health.Builder health = broker.isRunning() ? Health.up() : Health.down();
			broker.listeners()
				.forEach((listener) -> health.withDetail(listener.key(),
						broker.properties().address() + ":" + listener.port()));
			return health.withDetail("connections", broker.connections()).build();
		};
	}

	/**
	 * Enabled by the user, or not disabled and no other broker named for one of the
	 * protocols.
	 */
	static final class Wanted extends SpringBootCondition {

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			ConditionMessage.Builder message = ConditionMessage.forCondition("Embedded broker");
			Binder binder = Binder.get(context.getEnvironment());
			List<BrokerListener> wanted = BrokerListener.wanted(binder);
			return new ConditionOutcome(!wanted.isEmpty(),
					message.because(wanted.isEmpty() ? "it is off, or other brokers are named"
							: "it listens for " + wanted.stream().map(BrokerListener::protocol).toList()));
		}

	}

}
