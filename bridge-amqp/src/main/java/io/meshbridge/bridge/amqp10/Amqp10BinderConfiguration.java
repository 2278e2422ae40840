package io.meshbridge.bridge.amqp10;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;

import io.meshbridge.bridge.OwnBroker;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.cloud.stream.binder.Binder;
import org.springframework.cloud.stream.config.BindingHandlerAdvise;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * The beans of one binder, in a context of its own.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean(Binder.class)
@EnableConfigurationProperties({ Amqp10BrokerProperties.class, Amqp10ExtendedBindingProperties.class })
public class Amqp10BinderConfiguration {

	/**
	 * Name by which a binder with properties of its own finds the application's beans.
	 */
	private static final String OUTER_CONTEXT = "outerContext";

	@Bean
	Amqp10Broker amqp10Broker(Amqp10BrokerProperties properties, Environment environment,
			ObjectProvider<SslBundles> sslBundles, ObjectProvider<OwnBroker> ownBroker, ApplicationContext context) {
		return new Amqp10Broker(orOwnBroker(properties, environment, ownBroker, context), instanceId(environment),
				sslBundle(properties.sslBundle(), sslBundles, context));
	}

	/**
	 * The gateway's own broker, where the user names no other.
	 */
	private static Amqp10BrokerProperties orOwnBroker(Amqp10BrokerProperties properties, Environment environment,
			ObjectProvider<OwnBroker> ownBroker, ApplicationContext context) {
		OwnBroker broker = ownBroker.getIfAvailable(() -> outer(context, OwnBroker.class));
		OwnBroker.Entrance entrance = (broker != null) ? broker.entrance("amqp10") : null;
		return (entrance != null) ? properties.orUrl(entrance.url("amqp"), entrance.username(), entrance.password())
				: properties.orUrl(whereItWouldListen(environment), null, null);
	}

	private static <T> @Nullable T outer(ApplicationContext context, Class<T> type) {
		return context.containsBean(OUTER_CONTEXT)
				? context.getBean(OUTER_CONTEXT, ApplicationContext.class).getBeanProvider(type).getIfAvailable()
				: null;
	}

	private static String whereItWouldListen(Environment environment) {
		String address = environment.getProperty("meshbridge.embedded-broker.address", "127.0.0.1");
		String port = environment.getProperty("meshbridge.embedded-broker.amqp.port", "5672");
		boolean everywhere = address.equals("0.0.0.0") || address.equals("::");
		return "amqp://" + (everywhere ? "127.0.0.1" : address) + ":" + port;
	}

	private static String instanceId(Environment environment) {
		String configured = environment.getProperty("meshbridge.instance-id");
		if (configured != null && !configured.isBlank()) {
			return configured;
		}
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "localhost";
		}
	}

	private static @Nullable SslBundle sslBundle(@Nullable String name, ObjectProvider<SslBundles> sslBundles,
			ApplicationContext context) {
		if (name == null) {
			return null;
		}
		SslBundles bundles = sslBundles
			.getIfAvailable(() -> context.getBean(OUTER_CONTEXT, ApplicationContext.class).getBean(SslBundles.class));
		return bundles.getBundle(name);
	}

	@Bean
	Amqp10MessageChannelBinder amqp10MessageChannelBinder(Amqp10Broker broker,
			Amqp10ExtendedBindingProperties bindingProperties) {
		return new Amqp10MessageChannelBinder(broker, bindingProperties);
	}

	@Bean
	HealthIndicator amqp10HealthIndicator(Amqp10Broker broker) {
		return new Amqp10HealthIndicator(broker);
	}

	@Bean
	BindingHandlerAdvise.MappingsProvider amqp10ExtendedPropertiesDefaultMappingsProvider() {
		return () -> Map.of(ConfigurationPropertyName.of("spring.cloud.stream.amqp10.bindings"),
				ConfigurationPropertyName.of("spring.cloud.stream.amqp10.default"));
	}

}
