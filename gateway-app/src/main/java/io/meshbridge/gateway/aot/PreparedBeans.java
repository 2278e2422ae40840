package io.meshbridge.gateway.aot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aot.AotDetector;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.core.SpringProperties;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.util.ClassUtils;

/**
 * Decides whether a start takes the bean definitions of the build: where all that they
 * rest on is here as it was there. {@code -Dspring.aot.enabled} decides otherwise.
 */
class PreparedBeans implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

	private static final Logger logger = LoggerFactory.getLogger(PreparedBeans.class);

	/**
	 * Comes after all who have properties to add, and before the context is made.
	 */
	@Override
	public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
		if (System.getProperty(AotDetector.AOT_ENABLED) == null) {
			SpringApplication application = event.getSpringApplication();
			boolean usable = made(application) && hold(event.getEnvironment(), application.getClassLoader());
			SpringProperties.setFlag(AotDetector.AOT_ENABLED, usable);
		}
	}

	/**
	 * Not while the build makes them, nor in a test that has its own main class.
	 */
	private static boolean made(SpringApplication application) {
		Class<?> main = application.getMainApplicationClass();
		return !Boolean.getBoolean(AbstractAotProcessor.AOT_PROCESSING) && main != null && ClassUtils
			.isPresent(main.getName() + "__ApplicationContextInitializer", application.getClassLoader());
	}

	private static boolean hold(Environment environment, ClassLoader classes) {
		Resource assumptions = new ClassPathResource(Assumptions.RESOURCE, classes);
		List<String> lines;
		try {
			lines = assumptions.getContentAsString(StandardCharsets.UTF_8).lines().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("%s can't be read".formatted(assumptions), ex);
		}
		List<String> broken = new Assumptions(environment, classes).broken(lines);
		if (!broken.isEmpty()) {
			logger.debug("The bean definitions of the build are not used, there it was: {}", broken);
		}
		return broken.isEmpty();
	}

}
