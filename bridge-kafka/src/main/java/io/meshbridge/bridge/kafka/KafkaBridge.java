package io.meshbridge.bridge.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.meshbridge.bridge.Bridge;
import io.meshbridge.bridge.Source;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.Target;
import io.meshbridge.bridge.TargetSpec;
import io.meshbridge.bridge.channel.ChannelBroker;
import org.apache.kafka.clients.producer.ProducerConfig;

import org.springframework.cloud.stream.binder.Binder;
import org.springframework.cloud.stream.binder.ExtendedConsumerProperties;
import org.springframework.cloud.stream.binder.kafka.KafkaListenerContainerCustomizer;
import org.springframework.cloud.stream.binder.kafka.KafkaMessageChannelBinder;
import org.springframework.cloud.stream.binder.kafka.properties.KafkaConsumerProperties;
import org.springframework.integration.kafka.inbound.KafkaMessageDrivenChannelAdapter;
import org.springframework.integration.kafka.outbound.KafkaProducerMessageHandler;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.messaging.MessageChannel;

/**
 * Events over Kafka, on the binder of Spring Cloud Stream, which makes the topics, the
 * consumers and the producers. This bridge decides what is committed, and when a send is
 * confirmed.
 */
final class KafkaBridge implements Bridge, ChannelBroker {

	private final int maxUncommitted;

	private final long maxEventBytes;

	/** What is bound at present, by the name of the binding. */
	private final Map<String, KafkaSource> sources = new ConcurrentHashMap<>();

	private final Map<String, KafkaTarget> targets = new ConcurrentHashMap<>();

	/** By binder, as soon as one of its clients has been set up. */
	private final Map<String, ChannelTopics> topics = new ConcurrentHashMap<>();

	KafkaBridge(KafkaBridgeProperties properties, long maxEventBytes) {
		this.maxUncommitted = properties.maxUncommitted();
		this.maxEventBytes = maxEventBytes;
	}

	@Override
	public String binderType() {
		return "kafka";
	}

	@Override
	public void prepare(String binderName, Binder<?, ?, ?> binder) {
		if (!(binder instanceof KafkaMessageChannelBinder kafka)) {
			throw new IllegalArgumentException("binder '" + binderName + "' is a " + binder.getClass().getName()
					+ ", expected a KafkaMessageChannelBinder");
		}
		kafka.setContainerCustomizer(new Containers());
		kafka.setConsumerEndpointCustomizer(
				(endpoint, destination, group) -> ((KafkaMessageDrivenChannelAdapter<?, ?>) endpoint)
					.setBatchMessageConverter(PolledRecords.CONVERTER));
		kafka.setProducerMessageHandlerCustomizer(
				(handler, destination) -> customize((KafkaProducerMessageHandler<?, ?>) handler));
		kafka.addConsumerConfigCustomizer((properties, bindingName, destination) -> {
			configureConsumer(properties, bindingName);
			this.topics.put(binderName, new ChannelTopics(properties));
		});
		kafka.addProducerConfigCustomizer((properties, bindingName, destination) -> {
			configureProducer(properties, bindingName);
			this.topics.computeIfAbsent(binderName, (first) -> new ChannelTopics(properties));
		});
	}

	private static void customize(KafkaProducerMessageHandler<?, ?> handler) {
		handler.setFuturesChannel(new Confirmations(handler.getKafkaTemplate().getProducerFactory()));
		// Without one, failures go to the error channel, which logs the whole record.
		handler.setSendFailureChannel((message, timeout) -> true);
		// The default listener logs keys and payloads; a timer per send is on the hot
		// path.
		handler.getKafkaTemplate().setProducerListener(null);
		handler.getKafkaTemplate().setMicrometerEnabled(false);
		// Else each record is made a text for a debug line, whether or not it is written.
		handler.setLoggingEnabled(false);
	}

	private void configureConsumer(Map<String, Object> properties, String bindingName) {
		KafkaSource source = this.sources.get(bindingName);
		if (source != null) {
			ClientDefaults.consumer(properties, source.spec().maxInFlight());
		}
	}

	private void configureProducer(Map<String, Object> properties, String bindingName) {
		KafkaTarget target = this.targets.get(bindingName);
		if (target != null) {
			ClientDefaults.producer(properties, this.maxEventBytes);
			target.producer(ClientDefaults.number(properties, ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
					Duration.ofMillis(ClientDefaults.number(properties, ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG)));
		}
	}

	@Override
	public Source source(SourceSpec spec) {
		KafkaSource[] holder = new KafkaSource[1];
		KafkaSource source = new KafkaSource(spec, this.maxUncommitted,
				() -> this.sources.remove(spec.bindingName(), holder[0]));
		holder[0] = source;
		this.sources.put(spec.bindingName(), source);
		return source;
	}

	@Override
	public Target target(TargetSpec spec, MessageChannel channel) {
		KafkaTarget[] holder = new KafkaTarget[1];
		KafkaTarget target = new KafkaTarget(spec, channel, () -> this.targets.remove(spec.bindingName(), holder[0]));
		holder[0] = target;
		this.targets.put(spec.bindingName(), target);
		return target;
	}

	@Override
	public Set<String> destinations(String binderName, String prefix) {
		return topics(binderName).topics(prefix);
	}

	@Override
	public Contents contents(String binderName, String destination, Set<String> groups, String prefix) {
		return topics(binderName).contents(destination, groups, prefix);
	}

	@Override
	public long purge(String binderName, String destination, Set<String> groups, String prefix) {
		return topics(binderName).purge(destination, groups, prefix);
	}

	@Override
	public void delete(String binderName, String destination, Set<String> groups, String prefix) {
		topics(binderName).delete(destination, groups, prefix);
	}

	private ChannelTopics topics(String binderName) {
		return Objects.requireNonNull(this.topics.get(binderName),
				() -> "binder '" + binderName + "' has not reached its broker yet");
	}

	private final class Containers implements KafkaListenerContainerCustomizer {

		@Override
		public void configure(AbstractMessageListenerContainer<?, ?> container, String destination, String group,
				ExtendedConsumerProperties<KafkaConsumerProperties> properties) {
			KafkaSource source = KafkaBridge.this.sources.get(properties.getBindingName());
			if (source != null) {
				ContainerHooks.attach(source, container);
			}
		}

		@Override
		public void configure(AbstractMessageListenerContainer<?, ?> container, String destination, String group) {
			// The binder calls the other one.
		}

	}

}
