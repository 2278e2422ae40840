package io.meshbridge.gateway.aot;

import java.util.List;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.context.support.GenericApplicationContext;

/**
 * What is special in the context that the build makes bean definitions from.
 */
class Preparation implements ApplicationContextInitializer<GenericApplicationContext> {

	/**
	 * Search all beans at each start, some of them each method, for annotations that the
	 * gateway and its bridges don't have: for listeners and for JSON components.
	 */
	private static final List<String> SEARCHES = List.of(
			"org.springframework.amqp.rabbit.config.internalRabbitListenerAnnotationProcessor",
			"org.springframework.kafka.config.internalKafkaListenerAnnotationProcessor",
			"org.springframework.integration.internalMessagingAnnotationPostProcessor",
			"org.springframework.integration.config.MessagingAnnotationBeanPostProcessor", "jsonComponentModule");

	@Override
	public void initialize(GenericApplicationContext context) {
		if (Boolean.getBoolean(AbstractAotProcessor.AOT_PROCESSING)) {
			context.getEnvironment().getPropertySources().addFirst(new Readings());
			context.addBeanFactoryPostProcessor((beans) -> change(context));
		}
	}

	private static void change(BeanDefinitionRegistry beans) {
		SEARCHES.forEach(beans::removeBeanDefinition);
		beans.removeBeanDefinition(BinderContexts.NAME);
		beans.registerBeanDefinition(BinderContexts.NAME, new RootBeanDefinition(BinderContexts.class));
	}

}
