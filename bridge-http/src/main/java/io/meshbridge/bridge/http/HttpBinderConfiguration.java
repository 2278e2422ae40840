package io.meshbridge.bridge.http;

import io.meshbridge.bridge.http.outbound.HttpClientProperties;
import io.meshbridge.bridge.http.outbound.HttpEventClient;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.cloud.stream.binder.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * One binder of type {@code http}, in a context of its own.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean(Binder.class)
@EnableConfigurationProperties(HttpClientProperties.class)
@ImportAutoConfiguration(SslAutoConfiguration.class)
class HttpBinderConfiguration {

	@Bean
	HttpEventClient httpEventClient(HttpClientProperties properties, ObjectProvider<SslBundles> sslBundles) {
		String bundle = properties.sslBundle();
		return new HttpEventClient(properties, (bundle == null) ? null : sslBundles.getObject().getBundle(bundle));
	}

	@Bean
	HttpMessageChannelBinder httpMessageChannelBinder(HttpEventClient client) {
		return new HttpMessageChannelBinder(client);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "org.springframework.boot.health.contributor.HealthIndicator")
	static class Health {

		@Bean
		HealthIndicator httpBinderHealthIndicator(HttpMessageChannelBinder binder) {
			return new HttpBinderHealthIndicator(binder);
		}

	}

}
