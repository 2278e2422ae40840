package io.meshbridge.gateway.bindings;

import java.util.List;

import io.meshbridge.bridge.Bridge;
import io.meshbridge.bridge.binding.Bindings;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.cloud.stream.binder.BinderFactory;
import org.springframework.cloud.stream.binder.BinderTypeRegistry;
import org.springframework.cloud.stream.config.BindingServiceProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

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

}
