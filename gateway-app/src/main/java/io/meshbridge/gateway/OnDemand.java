package io.meshbridge.gateway;

import java.util.List;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.stereotype.Component;

/**
 * Has beans of libraries made when somebody asks for them, not at each start: clients of
 * brokers that no rule may name, and what describes the admin API. Those that are known
 * to have a lifecycle are made all the same.
 */
@Component
class OnDemand implements BeanFactoryPostProcessor {

	/** How the names of configurations begin that make such beans. */
	private static final List<String> CONFIGURATIONS = List.of("org.springframework.boot.amqp.",
			"org.springframework.boot.kafka.", "org.springdoc.",
			"org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration$Xml");

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
		for (String name : beans.getBeanDefinitionNames()) {
			BeanDefinition definition = beans.getBeanDefinition(name);
			String configuration = definition.getFactoryBeanName();
			String origin = (configuration != null) ? configuration : name;
			if (CONFIGURATIONS.stream().anyMatch(origin::startsWith)) {
				definition.setLazyInit(true);
			}
		}
	}

}
