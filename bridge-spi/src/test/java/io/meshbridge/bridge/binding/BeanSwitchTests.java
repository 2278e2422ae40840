package io.meshbridge.bridge.binding;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.aot.AbstractAotProcessor;

import static org.assertj.core.api.Assertions.assertThat;

class BeanSwitchTests {

	private final DefaultListableBeanFactory definitions = new DefaultListableBeanFactory();

	BeanSwitchTests() {
		this.definitions.registerBeanDefinition("one", new RootBeanDefinition(Object.class));
		this.definitions.registerBeanDefinition("two", new RootBeanDefinition(Object.class));
		this.definitions.registerBeanDefinition("other", new RootBeanDefinition(Object.class));
	}

	@Test
	void takesItsBeansAwayWhereTheyAreNotWanted() {
		new BeanSwitch(() -> false, "one", "two", "not there").postProcessBeanDefinitionRegistry(this.definitions);
		assertThat(this.definitions.getBeanDefinitionNames()).containsExactly("other");
	}

	@Test
	void leavesThemWhereTheyAreWanted() {
		new BeanSwitch(() -> true, "one", "two").postProcessBeanDefinitionRegistry(this.definitions);
		assertThat(this.definitions.getBeanDefinitionNames()).containsExactly("one", "two", "other");
	}

	@Test
	void doesNotAskWhileTheBuildMakesBeanDefinitions() {
		System.setProperty(AbstractAotProcessor.AOT_PROCESSING, "true");
		try {
			new BeanSwitch(() -> {
				throw new AssertionError("asked");
			}, "one", "two").postProcessBeanDefinitionRegistry(this.definitions);
		}
		finally {
			System.clearProperty(AbstractAotProcessor.AOT_PROCESSING);
		}
		assertThat(this.definitions.getBeanDefinitionNames()).containsExactly("one", "two", "other");
	}

}
