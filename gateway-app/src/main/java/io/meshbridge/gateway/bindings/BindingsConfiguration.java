package io.meshbridge.gateway.bindings;

import java.util.List;

import io.meshbridge.bridge.Bridge;
import io.meshbridge.bridge.binding.BeanSwitch;
import io.meshbridge.bridge.binding.Bindings;
import io.meshbridge.gateway.GatewayProperties;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.cloud.stream.binder.BinderFactory;
import org.springframework.cloud.stream.binder.BinderTypeRegistry;
import org.springframework.cloud.stream.config.BindingServiceProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;

/**
 * Puts the bridges of the class path around the binders.
 */
@Configuration(proxyBeanMethods = false)
class BindingsConfiguration {

	@Bean
	Bindings bindings(BinderFactory binderFactory, BindingServiceProperties properties, BinderTypeRegistry binderTypes,
			List<Bridge> bridges, BeanFactory beanFactory) {
		return new Bindings(binderFactory, properties, binderTypes, bridges, beanFactory);
	}

	/**
	 * Goes before the embedded broker's where the user names a binder.
	 */
	@Bean
	@Primary
	BinderChannels binderChannels(GatewayProperties properties, Bindings bindings) {
		return new BinderChannels(properties.channels(), bindings);
	}

	@Bean
	static BeanSwitch binderChannelsSwitch(Environment environment) {
		String embedded = GatewayProperties.Channels.EMBEDDED;
		return new BeanSwitch(() -> !environment.getProperty("meshbridge.channels.backing", embedded).equals(embedded),
				"binderChannels");
	}

}
