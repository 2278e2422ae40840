package io.meshbridge.bridge.binding;

import java.util.List;
import java.util.function.BooleanSupplier;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.context.aot.AbstractAotProcessor;

/**
 * Takes beans away that the settings of this start don't want. A condition would be asked
 * once, in the build, which makes bean definitions for all starts. Is a bean of a static
 * method itself.
 */
public final class BeanSwitch implements BeanDefinitionRegistryPostProcessor {

	private final BooleanSupplier wanted;

	private final List<String> beans;

	/**
	 * Asks at each start, and not in the build.
	 * @param beans their names; those that are not there anyway do no harm
	 */
	public BeanSwitch(BooleanSupplier wanted, String... beans) {
		this.wanted = wanted;
		this.beans = List.of(beans);
	}

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry definitions) {
		if (!Boolean.getBoolean(AbstractAotProcessor.AOT_PROCESSING) && !this.wanted.getAsBoolean()) {
			this.beans.stream().filter(definitions::containsBeanDefinition).forEach(definitions::removeBeanDefinition);
		}
	}

}
