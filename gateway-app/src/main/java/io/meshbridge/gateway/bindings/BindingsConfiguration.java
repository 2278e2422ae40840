package io.meshbridge.gateway.bindings;

import java.util.List;

import io.meshbridge.bridge.Bridge;
import io.meshbridge.bridge.binding.Bindings;
import io.meshbridge.gateway.GatewayProperties;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.cloud.stream.binder.BinderFactory;
import org.springframework.cloud.stream.binder.BinderTypeRegistry;
import org.springframework.cloud.stream.config.BindingServiceProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.type.AnnotatedTypeMetadata;

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
	@Conditional(AtBinder.class)
	BinderChannels binderChannels(GatewayProperties properties, Bindings bindings) {
		return new BinderChannels(properties.channels(), bindings);
	}

	static final class AtBinder implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			String backing = context.getEnvironment()
				.getProperty("meshbridge.channels.backing", GatewayProperties.Channels.EMBEDDED);
			return !backing.equals(GatewayProperties.Channels.EMBEDDED);
		}

	}

}
