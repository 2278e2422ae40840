package io.meshbridge.bridge.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.meshbridge.bridge.Bridge;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.PlainMessage;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.binding.Bindings;
import io.meshbridge.bridge.binding.BoundSource;
import io.meshbridge.bridge.binding.BoundTarget;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.stream.binder.BinderFactory;
import org.springframework.cloud.stream.binder.BinderTypeRegistry;
import org.springframework.cloud.stream.config.BindingServiceProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * As much of a gateway as it takes to bind sources and targets.
 */
final class KafkaGateway implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private final List<BoundSource> sources = new ArrayList<>();

	private final List<BoundTarget> targets = new ArrayList<>();

	KafkaGateway(String bootstrapServers, String... properties) {
		this.context = new SpringApplicationBuilder(Beans.class).web(WebApplicationType.NONE)
			.properties("spring.kafka.bootstrap-servers=" + bootstrapServers, "spring.main.banner-mode=off")
			.properties(properties)
			.run();
	}

	BoundSource source(String topic, String group, int maxInFlight, Consumer<InboundMessage> handler) {
		String name = topic + "-in-" + this.sources.size();
		BoundSource source = this.context.getBean(Bindings.class)
			.bindSource(new SourceSpec(name, "kafka", topic, group, maxInFlight),
					(message, unused) -> handler.accept(message));
		this.sources.add(source);
		return source;
	}

	BoundTarget target(String topic) {
		BoundTarget target = this.context.getBean(Bindings.class)
			.bindTarget(new TargetSpec(topic + "-out-" + this.targets.size(), "kafka", topic));
		this.targets.add(target);
		return target;
	}

	@Override
	public void close() {
		this.sources.forEach(BoundSource::unbind);
		this.targets.forEach(BoundTarget::unbind);
		this.context.close();
	}

	/**
	 * Takes messages and settles them as a test wants.
	 */
	static final class Inbox implements Consumer<InboundMessage> {

		private final Collection<InboundMessage> messages = new ConcurrentLinkedQueue<>();

		private final Consumer<InboundMessage> then;

		Inbox(Consumer<InboundMessage> then) {
			this.then = then;
		}

		static Inbox accepting() {
			return new Inbox(InboundMessage::accept);
		}

		@Override
		public void accept(InboundMessage message) {
			this.messages.add(message);
			this.then.accept(message);
		}

		List<String> texts() {
			return this.messages.stream()
				.map((message) -> RecordReader.lenientText(((PlainMessage) message).data()))
				.collect(Collectors.toList());
		}

		List<InboundMessage> messages() {
			return List.copyOf(this.messages);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Beans {

		@Bean
		Bindings bindings(BinderFactory binderFactory, BindingServiceProperties properties,
				BinderTypeRegistry binderTypes, Map<String, Bridge> bridges, BeanFactory beanFactory) {
			return new Bindings(binderFactory, properties, binderTypes, List.copyOf(bridges.values()), beanFactory);
		}

	}

}
