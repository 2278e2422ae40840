package io.meshbridge.bridge.rabbit;

import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Adds the RabbitMQ bridge to the gateway.
 */
@AutoConfiguration
@EnableConfigurationProperties(RabbitBridgeProperties.class)
class RabbitBridgeAutoConfiguration {

	/** As Spring Boot calls it. */
	private static final String CONNECTION_FACTORY = "rabbitConnectionFactory";

	@Bean
	RabbitBridge rabbitBridge(RabbitBridgeProperties properties, Environment environment) {
		return new RabbitBridge(properties, environment);
	}

	/**
	 * Spring makes what has a lifecycle at each start. The factory, which reads the JVM's
	 * trust store, is known as a factory only until somebody asks for it.
	 */
	@Bean
	static BeanFactoryPostProcessor rabbitConnectionFactoryOnDemand() {
		return (beans) -> {
			if (beans.containsBeanDefinition(CONNECTION_FACTORY)
					&& beans.getBeanDefinition(CONNECTION_FACTORY) instanceof RootBeanDefinition definition) {
				definition.setTargetType(ConnectionFactory.class);
				definition.setLazyInit(true);
			}
		};
	}

}
