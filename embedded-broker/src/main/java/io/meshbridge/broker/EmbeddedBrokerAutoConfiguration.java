package io.meshbridge.broker;

import io.meshbridge.bridge.binding.BeanSwitch;
import io.meshbridge.broker.channel.EmbeddedJournal;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Runs the broker, unless the user has switched it off. Where other brokers serve all of
 * its protocols it has no listener, and keeps the channels.
 */
@AutoConfiguration
@EnableConfigurationProperties(EmbeddedBrokerProperties.class)
public class EmbeddedBrokerAutoConfiguration {

	/**
	 * Of this configuration and of the channels.
	 */
	@Bean
	static BeanSwitch embeddedBrokerSwitch(Environment environment) {
		return new BeanSwitch(() -> environment.getProperty("meshbridge.embedded-broker.enabled", Boolean.class, true),
				"embeddedBroker", "embeddedJournal", "embeddedBrokerHealthIndicator", "embeddedChannels",
				"embeddedChannelBridge");
	}

	@Bean
	EmbeddedBroker embeddedBroker(EmbeddedBrokerProperties properties, Environment environment,
			ObjectProvider<SslBundles> sslBundles) {
		return new EmbeddedBroker(properties,
				properties.folder(environment.getProperty("meshbridge.data-dir", "./data")),
				BrokerListener.wanted(Binder.get(environment)), tls(properties.sslBundle(), sslBundles));
	}

	private static @Nullable SslBundle tls(@Nullable String bundle, ObjectProvider<SslBundles> sslBundles) {
		if (bundle == null) {
			return null;
		}
		try {
			return sslBundles.getObject().getBundle(bundle);
		}
		catch (NoSuchSslBundleException ex) {
			throw new EmbeddedBrokerException(
					"meshbridge.embedded-broker.ssl-bundle is '" + bundle + "', and there is no such bundle.",
					"Declare it under spring.ssl.bundle, with a key and its certificate.", ex);
		}
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
		return () -> {
			Health.Builder health = broker.isRunning() ? Health.up() : Health.down();
			broker.listeners()
				.forEach((listener) -> health.withDetail(listener.key(),
						broker.properties().address() + ":" + listener.port()));
			return health.withDetail("connections", broker.connections()).build();
		};
	}

}
