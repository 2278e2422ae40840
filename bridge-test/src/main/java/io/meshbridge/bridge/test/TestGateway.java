package io.meshbridge.bridge.test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.meshbridge.bridge.Bridge;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.binding.Bindings;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.stream.binder.BinderFactory;
import org.springframework.cloud.stream.binder.BinderTypeRegistry;
import org.springframework.cloud.stream.config.BindingServiceProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * As much of a gateway as a bridge needs: a Spring Boot application without web server,
 * with the bridges of the class path and their binders. Bindings are tried once a second
 * until the broker is there. Closing it and opening it again with the same harness is a
 * restart.
 */
public final class TestGateway implements AutoCloseable {

	private static final int MAX_IN_FLIGHT = 1000;

	private final String binder;

	private final Duration patience;

	private final ConfigurableApplicationContext context;

	private final Bindings bindings;

	private final List<TestSource> sources = new CopyOnWriteArrayList<>();

	private final List<TestTarget> targets = new CopyOnWriteArrayList<>();

	private final AtomicInteger names = new AtomicInteger();

	private TestGateway(String binder, Duration patience, ConfigurableApplicationContext context) {
		this.binder = binder;
		this.patience = patience;
		this.context = context;
		this.bindings = context.getBean(Bindings.class);
	}

	/**
	 * Starts a gateway.
	 */
	public static TestGateway open(BridgeHarness harness) {
		return open(harness, Map.of());
	}

	/**
	 * Starts a gateway with more properties than those of the harness.
	 */
	public static TestGateway open(BridgeHarness harness, Map<String, Object> properties) {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.logStartupInfo(false)
			.properties(Map.of("spring.main.banner-mode", "off", "spring.jmx.enabled", "false",
					"spring.application.name", "contract-" + harness.name(), "spring.config.location",
					"optional:classpath:/no-files/", "logging.level.root", "warn",
					// Stream names health classes that are not there without actuator.
					"logging.level.org.springframework.core.annotation", "error"))
			.properties(harness.properties())
			.properties(properties)
			.run();
		return new TestGateway(harness.binder(), harness.patience(), context);
	}

	/**
	 * Reads from a destination as soon as the broker is there; returns at once.
	 */
	public TestSource sourceWhenReachable(Destination destination, String group) {
		SourceSpec spec = new SourceSpec("in-" + this.names.incrementAndGet(), this.binder, destination.source(), group,
				MAX_IN_FLIGHT);
		TestSource source = new TestSource(spec, this.patience, this.bindings);
		this.sources.add(source);
		return source;
	}

	/**
	 * Reads from a destination; returns when bound.
	 */
	public TestSource source(Destination destination, String group) {
		return sourceWhenReachable(destination, group).awaitBound();
	}

	/**
	 * Writes to a destination as soon as the broker is there; returns at once.
	 */
	public TestTarget targetWhenReachable(Destination destination) {
		TargetSpec spec = new TargetSpec("out-" + this.names.incrementAndGet(), this.binder, destination.target());
		TestTarget target = new TestTarget(spec, this.patience, this.bindings);
		this.targets.add(target);
		return target;
	}

	/**
	 * Writes to a destination; returns when bound.
	 */
	public TestTarget target(Destination destination) {
		return targetWhenReachable(destination).awaitBound();
	}

	/**
	 * The application context, for a bridge's own tests.
	 */
	public ConfigurableApplicationContext context() {
		return this.context;
	}

	/**
	 * Unbinds everything, sources first, and stops the application. What is not settled
	 * stays with the broker.
	 */
	@Override
	public void close() {
		this.sources.forEach(TestSource::close);
		this.targets.forEach(TestTarget::close);
		this.context.close();
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Bindings bindings(BinderFactory binderFactory, BindingServiceProperties properties,
				BinderTypeRegistry binderTypes, ObjectProvider<Bridge> bridges, BeanFactory beanFactory) {
			return new Bindings(binderFactory, properties, binderTypes, bridges.stream().toList(), beanFactory);
		}

	}

}
