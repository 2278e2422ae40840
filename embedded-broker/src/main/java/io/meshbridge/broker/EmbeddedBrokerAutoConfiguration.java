package io.meshbridge.broker;

import java.util.List;

import io.meshbridge.broker.channel.EmbeddedJournal;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
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
				properties.folder(environment.getProperty("meshbridge.data-dir", "./data")));
	}

	@Bean
	EmbeddedJournal embeddedJournal(EmbeddedBroker broker) {
		return broker.journal();
	}

	/**
	 * Health contributor {@code embeddedBroker}.
	 */
	@Bean
	HealthIndicator embeddedBrokerHealthIndicator(EmbeddedBroker broker) {
		return () -> (broker.isRunning() ? Health.up() : Health.down())
			.withDetail("mqtt", broker.properties().address() + ":" + broker.properties().mqtt().port())
			.withDetail("connections", broker.connections())
			.build();
	}

	/**
	 * Enabled by the user, or not disabled and no other broker named.
	 */
	static final class Wanted extends SpringBootCondition {

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			ConditionMessage.Builder message = ConditionMessage.forCondition("Embedded broker");
			Binder binder = Binder.get(context.getEnvironment());
			Boolean enabled = binder.bind("meshbridge.embedded-broker.enabled", Boolean.class).orElse(null);
			if (enabled != null) {
				return new ConditionOutcome(enabled, message.because("meshbridge.embedded-broker.enabled=" + enabled));
			}
			boolean other = binder.bind("meshbridge.mqtt.url", Bindable.listOf(String.class))
				.orElse(List.of())
				.stream()
				.anyMatch((url) -> !url.isBlank());
			return new ConditionOutcome(!other,
					message.because(other ? "meshbridge.mqtt.url names a broker" : "no other broker is named"));
		}

	}

}
