package io.meshbridge.bridge.http;

import io.meshbridge.bridge.http.inbound.HttpEventServer;
import io.meshbridge.bridge.http.inbound.HttpServerProperties;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.util.unit.DataSize;

/**
 * The event server and the bridge, in the application's context.
 */
@AutoConfiguration
@EnableConfigurationProperties(HttpServerProperties.class)
public final class HttpBridgeAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	HttpEventServer httpEventServer(HttpServerProperties properties, Environment environment,
			ObjectProvider<SslBundles> sslBundles) {
		DataSize maxEventSize = Binder.get(environment)
			.bind("meshbridge.max-event-size", DataSize.class)
			.orElseGet(() -> DataSize.ofMegabytes(1));
		String bundle = properties.sslBundle();
		return new HttpEventServer(properties, maxEventSize,
				(bundle == null) ? null : sslBundles.getObject().getBundle(bundle));
	}

	@Bean
	HttpBridge httpBridge() {
		return new HttpBridge();
	}

}
