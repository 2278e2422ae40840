package io.meshbridge.bridge.rabbit;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.cloudevents.CloudEvent;
import io.meshbridge.bridge.Bridge;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.binding.Bindings;
import io.meshbridge.bridge.binding.BoundSource;
import io.meshbridge.bridge.binding.BoundTarget;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.stream.binder.BinderFactory;
import org.springframework.cloud.stream.binder.BinderTypeRegistry;
import org.springframework.cloud.stream.config.BindingServiceProperties;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The bridge and the binder in an application context, as the gateway runs them.
 */
final class RabbitGateway implements AutoCloseable {

	static final int MAX_IN_FLIGHT = 2000;

	private final ConfigurableApplicationContext context;

	private final Bindings bindings;

	RabbitGateway(int port, String... properties) {
		Map<String, Object> all = new LinkedHashMap<>();
		all.put("spring.rabbitmq.host", "127.0.0.1");
		all.put("spring.rabbitmq.port", port);
		all.put("spring.main.banner-mode", "off");
		all.put("meshbridge.embedded-broker.enabled", "false");
		all.put("logging.level.root", "WARN");
		all.put("logging.level.io.meshbridge", "INFO");
		all.put("logging.level.org.springframework.amqp.rabbit", "OFF");
		for (String property : properties) {
			int equals = property.indexOf('=');
			all.put(property.substring(0, equals), property.substring(equals + 1));
		}
		String[] arguments = all.entrySet()
			.stream()
			.map((entry) -> "--" + entry.getKey() + "=" + entry.getValue())
			.toArray(String[]::new);
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE).run(arguments);
		this.bindings = new Bindings(this.context.getBean(BinderFactory.class),
				this.context.getBean(BindingServiceProperties.class), this.context.getBean(BinderTypeRegistry.class),
				List.copyOf(this.context.getBeansOfType(Bridge.class).values()), this.context);
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	BoundSource bindSource(String destination, String group, Consumer<? super InboundMessage> handler) {
		return bindSource(
				new SourceSpec("rabbit:" + destination + "@" + group, "rabbit", destination, group, MAX_IN_FLIGHT),
				handler);
	}

	BoundSource bindSource(SourceSpec spec, Consumer<? super InboundMessage> handler) {
		return this.bindings.bindSource(spec, (message, source) -> handler.accept(message));
	}

	BoundTarget bindTarget(String destination) {
		return bindTarget(new TargetSpec("rabbit:" + destination, "rabbit", destination));
	}

	BoundTarget bindTarget(TargetSpec spec) {
		return this.bindings.bindTarget(spec);
	}

	static Outbound binary(CloudEvent event) {
		return new Outbound(event, null, ContentMode.BINARY, Duration.ofSeconds(20));
	}

	static Outbound structured(CloudEvent event) {
		return new Outbound(event, null, ContentMode.STRUCTURED, Duration.ofSeconds(20));
	}

	@Override
	public void close() {
		this.context.close();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

	}

}
