package io.meshbridge.broker;

import java.util.List;
import java.util.Map;

import io.meshbridge.broker.channel.EmbeddedJournal;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
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
	 * Enabled by the user, or not disabled and no other broker named: neither by
	 * {@code meshbridge.mqtt.url}, nor by every binder that the user has declared for
	 * MQTT. One without a URL of its own connects to the embedded broker.
	 */
	static final class Wanted extends SpringBootCondition {

		private static final String URL = "meshbridge.mqtt.url";

		private static final String BINDERS = "spring.cloud.stream.binders";

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			ConditionMessage.Builder message = ConditionMessage.forCondition("Embedded broker");
			Binder binder = Binder.get(context.getEnvironment());
			Boolean enabled = binder.bind("meshbridge.embedded-broker.enabled", Boolean.class).orElse(null);
			if (enabled != null) {
				return new ConditionOutcome(enabled, message.because("meshbridge.embedded-broker.enabled=" + enabled));
			}
			if (namesBroker(binder, URL)) {
				return ConditionOutcome.noMatch(message.because(URL + " names a broker"));
			}
			List<String> declared = binder.bind(BINDERS, Bindable.mapOf(String.class, Object.class))
				.orElse(Map.of())
				.keySet()
				.stream()
				.map((name) -> BINDERS + "." + name)
				.filter((name) -> "mqtt".equals(bind(binder, name + ".type", Bindable.of(String.class)).orElse("")))
				.toList();
			if (!declared.isEmpty()
					&& declared.stream().allMatch((name) -> namesBroker(binder, name + ".environment." + URL))) {
				return ConditionOutcome.noMatch(message.because(String.join(", ", declared) + " name brokers"));
			}
			return ConditionOutcome.match(message.because("no other broker is named"));
		}

		private static boolean namesBroker(Binder binder, String property) {
			return bind(binder, property, Bindable.listOf(String.class)).orElse(List.of())
				.stream()
				.anyMatch((url) -> !url.isBlank());
		}

		private static <T> BindResult<T> bind(Binder binder, String property, Bindable<T> target) {
			// Adapted: users may give binders names with capitals.
			return binder.bind(ConfigurationPropertyName.adapt(property, '.'), target);
		}

	}

}
