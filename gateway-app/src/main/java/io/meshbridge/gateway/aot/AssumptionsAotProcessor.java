package io.meshbridge.gateway.aot;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.io.ByteArrayResource;

/**
 * Has the build write down what its bean definitions rest on.
 */
class AssumptionsAotProcessor implements BeanFactoryInitializationAotProcessor {

	@Override
	public BeanFactoryInitializationAotContribution processAheadOfTime(ConfigurableListableBeanFactory beans) {
		ConfigurableEnvironment environment = beans.getBean(ConfigurableEnvironment.class);
		Set<String> names = Readings.in(environment);
		List<String> lines = new Assumptions(environment, Objects.requireNonNull(beans.getBeanClassLoader()))
			.lines(names);
		byte[] text = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
		return (generation, code) -> generation.getGeneratedFiles()
			.addResourceFile(Assumptions.RESOURCE, new ByteArrayResource(text));
	}

}
