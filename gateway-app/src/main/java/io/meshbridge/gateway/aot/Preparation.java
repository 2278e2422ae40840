package io.meshbridge.gateway.aot;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.context.support.GenericApplicationContext;

/**
 * What is special in the context that the build makes bean definitions from.
 */
class Preparation implements ApplicationContextInitializer<GenericApplicationContext> {

	@Override
	public void initialize(GenericApplicationContext context) {
		if (Boolean.getBoolean(AbstractAotProcessor.AOT_PROCESSING)) {
			context.getEnvironment().getPropertySources().addFirst(new Readings());
			context.addBeanFactoryPostProcessor((beans) -> replace(context));
		}
	}

	private static void replace(BeanDefinitionRegistry beans) {
		beans.removeBeanDefinition(BinderContexts.NAME);
		beans.registerBeanDefinition(BinderContexts.NAME, new RootBeanDefinition(BinderContexts.class));
	}

}
