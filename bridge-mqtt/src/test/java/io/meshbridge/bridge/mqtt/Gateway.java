package io.meshbridge.bridge.mqtt;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.meshbridge.bridge.Bridge;
import io.meshbridge.bridge.ContentMode;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.Outbound;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.binding.Bindings;
import io.meshbridge.bridge.binding.BoundSource;
import io.meshbridge.bridge.binding.BoundTarget;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.stream.binder.BinderFactory;
import org.springframework.cloud.stream.binder.BinderTypeRegistry;
import org.springframework.cloud.stream.config.BindingServiceProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * As much of a gateway as it takes to use the bridge through its SPI.
 */
final class Gateway implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private final Bindings bindings;

	private final List<BoundSource> sources = new ArrayList<>();

	private final List<BoundTarget> targets = new ArrayList<>();

	Gateway(Map<String, Object> properties) {
		this.context = new SpringApplicationBuilder(App.class).web(WebApplicationType.NONE)
			.properties(Map.of("spring.main.banner-mode", "off", "logging.level.root", "WARN",
					"logging.level.io.meshbridge", "INFO", "meshbridge.mqtt.reconnect-delay", "100ms"))
			.properties(properties)
			.run();
		this.bindings = new Bindings(this.context.getBean(BinderFactory.class),
				this.context.getBean(BindingServiceProperties.class), this.context.getBean(BinderTypeRegistry.class),
				List.copyOf(this.context.getBeansOfType(Bridge.class).values()), this.context);
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	Inbox source(String topic, String group, int maxInFlight) {
		Inbox inbox = new Inbox();
		inbox.source = source(topic, group, maxInFlight, inbox.messages::add);
		return inbox;
	}

	BoundSource source(String topic, String group, int maxInFlight, Consumer<InboundMessage> handler) {
		BoundSource source = this.bindings.bindSource(new SourceSpec("in-" + topic, "mqtt", topic, group, maxInFlight),
				(message, from) -> handler.accept(message));
		this.sources.add(source);
		return source;
	}

	BoundTarget target(String topic) {
		BoundTarget target = this.bindings.bindTarget(new TargetSpec("out-" + topic, "mqtt", topic));
		this.targets.add(target);
		return target;
	}

	void unbind() {
		this.sources.forEach(BoundSource::unbind);
		this.sources.clear();
		this.targets.forEach(BoundTarget::unbind);
		this.targets.clear();
	}

	@Override
	public void close() {
		unbind();
		this.context.close();
	}

	static CompletableFuture<Void> send(BoundTarget target, CloudEvent event) {
		return target.target().send(new Outbound(event, null, ContentMode.BINARY, Duration.ofSeconds(30)));
	}

	static CloudEvent event(String id) {
		return CloudEventBuilder.v1()
			.withId(id)
			.withSource(URI.create("/tests"))
			.withType("test")
			.withData("text/plain", ("data of " + id).getBytes(StandardCharsets.UTF_8))
			.build();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class App {

	}

	/**
	 * What a source handed over.
	 */
	static final class Inbox {

		private final BlockingQueue<InboundMessage> messages = new LinkedBlockingQueue<>();

		private @Nullable BoundSource source;

		InboundMessage next() throws InterruptedException {
			InboundMessage message = this.messages.poll(30, TimeUnit.SECONDS);
			Assertions.assertThat(message).as("a message within 30 s").isNotNull();
			return Objects.requireNonNull(message);
		}

		List<InboundMessage> next(int count) throws InterruptedException {
			List<InboundMessage> all = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				all.add(next());
			}
			return all;
		}

		void staysEmptyFor(Duration time) throws InterruptedException {
			Assertions.assertThat(this.messages.poll(time.toMillis(), TimeUnit.MILLISECONDS)).isNull();
		}

		BoundSource source() {
			return Objects.requireNonNull(this.source);
		}

	}

}
